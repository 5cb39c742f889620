"""What an employer promises, in plain words: the sentence an officer reads back on the telephone."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from crm.pledges.kinds import DeliveryProfile, Mode, OpportunityKind
from crm.pledges.models import PledgeLine, PledgeStatus
from crm.providers.models import YearGroup

STATUS_LABELS = {
    PledgeStatus.DRAFT: "Draft",
    PledgeStatus.SENT: "Sent",
    PledgeStatus.OFFERED: "Offered by them",
    PledgeStatus.CONFIRMED: "Confirmed",
    PledgeStatus.DECLINED: "Declined",
    PledgeStatus.SUPERSEDED: "Replaced",
    PledgeStatus.WITHDRAWN: "Withdrawn",
}
# The meaning chooses the colour (components/tag.html).
STATUS_MEANINGS = {
    PledgeStatus.DRAFT: "none",
    PledgeStatus.SENT: "waiting",
    PledgeStatus.OFFERED: "waiting",
    PledgeStatus.CONFIRMED: "done",
    PledgeStatus.DECLINED: "stopped",
    PledgeStatus.SUPERSEDED: "none",
    PledgeStatus.WITHDRAWN: "stopped",
}

MODES = {Mode.IN_PERSON: "in person", Mode.ONLINE: "online", Mode.MIXED: "partly in person and partly online"}


def counted_kind(count: int, kind: OpportunityKind) -> str:
    """1 placement, 3 mock interviews, 1 job shadowing day."""
    return f"{count:,} {kind.plural.removesuffix('s') if count == 1 else kind.plural}"


def line_sentence(line: PledgeLine) -> str:
    """What one line promises: "2 young people will each have 3 placements, 6 in all, at Hanley works, between …".

    The line must be loaded in full (`queries.in_full`).
    """
    parts = (_what(line), *particulars(line), window(line.window_starts_on, line.window_ends_on), *_by_when(line))
    return f"{_who(line)} {', '.join(parts)}."


def particulars(line: PledgeLine) -> Iterator[str]:
    """What was agreed besides: where, how, for whom, in what. The line must be loaded in full."""
    if line.site:
        yield f"at {line.site.name}"
    if line.mode:
        yield MODES[line.mode]
    if line.year_groups:
        yield f"for {year_groups([each.year_group for each in line.year_groups])}"
    if line.sectors:
        yield listed([f"in {_inside_a_sentence(sector.name)}" for sector in line.sectors])


def _by_when(line: PledgeLine) -> Iterator[str]:
    if line.due_on:
        yield f"all by {_day(line.due_on)}"
    elif line.profile is DeliveryProfile.EVENLY:
        yield "holidays included"


def year_groups(groups: Sequence[YearGroup]) -> str:
    """Year 10 and Year 12; Year 13 and those aged 18 to 24."""
    in_order = sorted(groups, key=lambda each: each.position)
    return listed(
        [f"those {each.label.lower()}" if each is YearGroup.AGED_18_TO_24 else each.label for each in in_order]
    )


def listed(words: Sequence[str]) -> str:
    """One; one and two; one, two and three."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _inside_a_sentence(name: str) -> str:
    """A sector's name without its capital: Digital, but not ICT."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _who(line: PledgeLine) -> str:
    if line.young_people is None:
        return "Young people, how many is not known yet,"
    return "1 young person" if line.young_people == 1 else f"{line.young_people:,} young people"


def _what(line: PledgeLine) -> str:
    each = counted_kind(line.each, line.kind)
    if line.young_people is None:
        return f"will each have {each}"
    if line.young_people == 1:
        return f"will have {each}"
    return f"will each have {each}, {line.promised:,} in all"


def window(starts_on: date, ends_on: date) -> str:
    """Between September 2026 and August 2027; in March 2027; between 12 January 2027 and 5 March 2027; on a day."""
    if starts_on == ends_on:
        return f"on {_day(starts_on)}"
    if starts_on.day == 1 and (ends_on + timedelta(days=1)).day == 1:
        first, last = f"{starts_on:%B %Y}", f"{ends_on:%B %Y}"
        return f"in {first}" if first == last else f"between {first} and {last}"
    return f"between {_day(starts_on)} and {_day(ends_on)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def short_line(line: PledgeLine) -> str:
    """For a table: "10 × 3 placements"; "placements, number not known yet"."""
    if line.young_people is None:
        return f"{line.kind.plural}, number not known yet"
    return f"{line.young_people:,} × {counted_kind(line.each, line.kind)}"
