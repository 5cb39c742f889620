"""The figures a meeting asks for first, gathered once so that page, workbook and everything else print the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crm.fulfilment.counting import CountingPolicy
from crm.fulfilment.delivery import Delivered, Engagement, delivered, engagement
from crm.fulfilment.progress import LineInForce, lines_in_force, total
from crm.fulfilment.standing import Progress
from crm.fulfilment.three import ThreeRow, ThreeTotal, add_up, three_opportunities


@dataclass(frozen=True, slots=True)
class Position:
    """Where the council stands at the end of a day: everything the headlines are read from."""

    policy: CountingPolicy
    as_at: date
    three: Sequence[ThreeRow]
    lines: Sequence[LineInForce]
    delivered: Delivered
    engagement: Engagement

    @property
    def three_total(self) -> ThreeTotal:
        return add_up(self.three, self.policy.target)

    @property
    def promise(self) -> Progress:
        """Progress of the pledge lines in force whose kind counts towards the three."""
        return total(each.progress for each in self.lines if each.line.kind in self.policy.kinds)

    @property
    def promised_encounters(self) -> Progress:
        """Progress of the pledge lines in force whose kind does not count towards the three."""
        return total(each.progress for each in self.lines if each.line.kind not in self.policy.kinds)

    @property
    def shortfall(self) -> int:
        """Places still needed that neither bookings nor live promises cover.

        Still needed for three each, less counted places booked, less what remains of the promised places; at least 0.
        """
        return max(0, self.three_total.still_needed - self.delivered.booked - self.promise.remaining)

    @property
    def lines_of_unknown_number(self) -> int:
        """Pledge lines in force whose number is not known yet: they count as 0 promised."""
        return sum(each.line.young_people is None for each in self.lines)


def position(policy: CountingPolicy, as_at: date) -> Position:
    """Everything at the end of a day in London. Eight statements, however much there is."""
    return Position(
        policy=policy,
        as_at=as_at,
        three=three_opportunities(policy, as_at),
        lines=lines_in_force(policy.academic_year, as_at),
        delivered=delivered(policy, as_at),
        engagement=engagement(policy, as_at),
    )


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure as a page and a workbook print it. `value` is a count, or a share from 0 to 1; None: not available."""

    name: str
    value: int | float | None
    definition: str
    is_share: bool = False


def headlines(at: Position) -> Sequence[Headline]:
    """The published figures in the order a meeting reads them, each with the sentence that defines it."""
    return [*_about_employers(at), *_about_promises(at), *_about_young_people(at)]


def _about_employers(at: Position) -> Sequence[Headline]:
    known = at.engagement.with_pledge_of_known_size
    return [
        Headline(
            "Employers in contact", at.engagement.contacted, "Employers with a logged contact this academic year."
        ),
        Headline(
            "Employers with a pledge in force",
            at.engagement.with_pledge,
            "Employers whose pledge for this academic year is confirmed and neither superseded nor withdrawn.",
        ),
        Headline(
            "Share of them that are small or medium",
            at.engagement.share_small_or_medium,
            f"Fewer than 250 employees in the whole enterprise, of the {known} whose size is known.",
            is_share=True,
        ),
        Headline(
            "Share of them that are micro businesses",
            at.engagement.share_micro,
            f"Fewer than 10 employees in the whole enterprise, of the {known} whose size is known.",
            is_share=True,
        ),
    ]


def _about_promises(at: Position) -> Sequence[Headline]:
    promise = at.promise
    return [
        Headline(
            "Places promised",
            promise.promised,
            "Young people × opportunities each, in pledges in force, kinds that count.",
        ),
        Headline(
            "Places due by now",
            promise.due_by_now,
            "Of the promised, by each line’s profile: over its school days, over all its days, or by a date.",
        ),
        Headline(
            "Places attended under pledges", promise.attended, "Attended places linked to a line of a pledge in force."
        ),
        Headline(
            "Places booked under pledges", promise.confirmed, "Confirmed, not yet attended, linked to a line in force."
        ),
        Headline(
            "Places remaining",
            promise.remaining,
            "Promised less attended less booked, at least 0, line by line; a surplus offsets no other line.",
        ),
        Headline(
            "Places over what was promised", promise.over, "Attended beyond the promise, line by line; shown apart."
        ),
    ]


def _about_young_people(at: Position) -> Sequence[Headline]:
    three = at.three_total
    target = at.policy.target
    names = [f"Young people who have had {number}" for number in range(target)]
    names.append(f"Young people who have had {target} or more")
    counted = [
        Headline(name, people, "Young people of the cohorts by counted places attended this academic year.")
        for name, people in zip(names, three.distribution, strict=True)
    ]
    return [
        Headline(
            "Young people in the cohorts", three.cohort, "The latest count of each year group this academic year."
        ),
        *counted,
        Headline(
            f"Share of young people with all {target}",
            three.share_with_all,
            "Of the cohorts, never of the records.",
            is_share=True,
        ),
        Headline("Counted places attended", at.delivered.attended, "Who came, in whole or in part; kinds that count."),
        Headline(
            f"Still needed for {target} each",
            three.still_needed,
            f"{target} × cohort less places had, at most {target} each.",
        ),
        Headline(
            "Shortfall",
            at.shortfall,
            "Still needed less counted places booked less places remaining in pledges in force, at least 0.",
        ),
        Headline(
            "Encounters attended",
            at.delivered.encounters,
            "Talks, mentoring and the like that do not count towards the three.",
        ),
        Headline(
            "Share of attended places linked to a young person",
            at.delivered.share_linked,
            "The rest are headcounts: they count for employers, and for nobody’s three.",
            is_share=True,
        ),
    ]
