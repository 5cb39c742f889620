"""Two employers side by side, and what merging them would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from crm.core.db import db
from crm.core.formatting import long_date, phone
from crm.employers.models import Employer
from crm.employers.wording import LEGAL_FORM_LABELS, SIC_VERSION_LABELS
from crm.merging.queries.parts import Part, parts
from crm.merging.rules import QUESTIONS, Question
from crm.pledges.models import UNDECIDED, Pledge, PledgeStatus


@dataclass(frozen=True, slots=True)
class Answer:
    """One question, as the two employers answer it."""

    question: Question
    left: str  # in words; empty when not known
    right: str
    default: str  # "left" or "right"

    @property
    def differs(self) -> bool:
        return self.left != self.right


@dataclass(frozen=True, slots=True)
class Owned:
    """What belongs to the two, by kind."""

    what: str
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Promises:
    """An academic year for which both have a pledge in force."""

    year: str
    left: Pledge
    right: Pledge


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the page of a merge shows."""

    left: Employer
    right: Employer
    answers: Sequence[Answer]
    owned: Sequence[Owned]
    promises: Sequence[Promises]
    open_years: Sequence[str]  # in which both have a pledge that is not decided: they cannot be merged then
    stays: str  # the one suggested to stay: "left" or "right"


def compare(left: Employer, right: Employer) -> Comparison:
    """Two employers with their size band, area and owner loaded. What each has is counted by kind."""
    ours = {each.key: each for each in parts(right.id, left.id)}
    theirs = {each.key: each for each in parts(left.id, right.id)}
    owned = [
        Owned(part.rule.many, len(part.ids), len(theirs[key].ids))
        for key, part in ours.items()
        if part.rule.one and (part.ids or theirs[key].ids)
    ]
    totals = sum(each.left for each in owned), sum(each.right for each in owned)
    pledges, better = _pledges(left.id, right.id), _better(left, right)
    return Comparison(
        left,
        right,
        [_answer(question, left, right, better) for question in QUESTIONS],
        owned,
        _promises(pledges, left.id),
        _open_years(pledges),
        suggested(left, right, totals),
    )


def suggested(left: Employer, right: Employer, totals: tuple[int, int]) -> str:
    """Which of two had better stay: one in use, one with a company number, the one with more, the older one."""
    ranks = [
        (not each.is_archived, each.company_number is not None, total, -each.id)
        for each, total in zip((left, right), totals, strict=True)
    ]
    return "left" if ranks[0] > ranks[1] else "right"


def will_move(survivor_id: int, loser_id: int) -> Sequence[Part]:
    """What belongs to the loser and has a name, for the page that asks for confirmation."""
    return [part for part in parts(survivor_id, loser_id) if part.rule.one and part.ids]


def words(question: Question, employer: Employer) -> str:
    """An employer's answer in words; empty when it has none."""
    value = getattr(employer, question.key)
    if value is None or value == "":
        return ""
    if question.key in SPOKEN:
        return str(SPOKEN[question.key](employer))
    return str(value)


def _quiet(employer: Employer) -> str:
    return f"{long_date(employer.quiet_until)}: {employer.quiet_reason}"


def _sic(employer: Employer) -> str:
    return f"{employer.sic_code} ({SIC_VERSION_LABELS[employer.sic_version]})" if employer.sic_version else ""


SPOKEN = {
    "legal_form": lambda employer: LEGAL_FORM_LABELS[employer.legal_form],
    "size_band_id": lambda employer: employer.size_band.name,
    "local_headcount": lambda employer: f"{employer.local_headcount:,}",
    "area_id": lambda employer: employer.area.name,
    "owner_id": lambda employer: employer.owner.name,
    "phone": lambda employer: phone(employer.phone),
    "sic_code": _sic,
    "quiet_until": _quiet,
}


def _better(left: Employer, right: Employer) -> str:
    """The side that more is known of; of two that know as much, the one that was saved last."""
    known = [sum(bool(words(question, each)) for question in QUESTIONS) for each in (left, right)]
    if known[0] != known[1]:
        return "left" if known[0] > known[1] else "right"
    return "left" if left.updated_at >= right.updated_at else "right"


def _answer(question: Question, left: Employer, right: Employer, better: str) -> Answer:
    """Suggests the side that says something; of two that do, the better one. Of two requests for peace, the longer."""
    ours, theirs = words(question, left), words(question, right)
    default = better
    if not ours or not theirs:
        default = "left" if ours else "right"
    elif question.key == "quiet_until" and left.quiet_until and right.quiet_until:
        default = "left" if left.quiet_until >= right.quiet_until else "right"
    return Answer(question, ours, theirs, default)


def _pledges(*employer_ids: int) -> Mapping[tuple[str, bool], list[Pledge]]:
    """The pledges in force (True) and not decided (False) of employers, by academic year."""
    live = (PledgeStatus.CONFIRMED, *UNDECIDED)
    statement = select(Pledge).where(Pledge.employer_id.in_(employer_ids), Pledge.status.in_(live))
    found: dict[tuple[str, bool], list[Pledge]] = {}
    for pledge in db.session.scalars(statement.order_by(Pledge.academic_year_name, Pledge.id)):
        found.setdefault((pledge.academic_year_name, pledge.status not in UNDECIDED), []).append(pledge)
    return found


def _promises(pledges: Mapping[tuple[str, bool], list[Pledge]], left_id: int) -> list[Promises]:
    both = [(year, pair) for (year, in_force), pair in pledges.items() if in_force and len(pair) > 1]
    ordered = [(year, sorted(pair, key=lambda each: each.employer_id != left_id)) for year, pair in both]
    return [Promises(year, left, right) for year, (left, right) in ordered]


def _open_years(pledges: Mapping[tuple[str, bool], list[Pledge]]) -> list[str]:
    return [year for (year, in_force), pair in pledges.items() if not in_force and len(pair) > 1]
