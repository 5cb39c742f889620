"""What changed between two versions of a promise, line by line, in words. Pure: lines come loaded in full."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crm.pledges.models import PledgeLine
from crm.pledges.wording import listed, short_line, window, year_groups


@dataclass(frozen=True, slots=True)
class LineChange:
    """What became of one line: "3 × 3 placements", "young people: 3, now 5"."""

    line: str
    what: str


def changes_between(before: Sequence[PledgeLine], after: Sequence[PledgeLine]) -> Sequence[LineChange]:
    """Lines that changed and lines that are new, in the order of the later version; then those that were left out."""
    former = {line.root_id: line for line in before}
    found = [change for line in after if (change := _change(former.pop(line.root_id, None), line))]
    return [*found, *(LineChange(short_line(line), "left out") for line in former.values())]


def _change(before: PledgeLine | None, after: PledgeLine) -> LineChange | None:
    if before is None:
        return LineChange(short_line(after), "new")
    told = [
        f"{name}: {was}, now {now}"
        for (name, was), (_, now) in zip(_facts(before), _facts(after), strict=True)
        if was != now
    ]
    return LineChange(short_line(before), "; ".join(told)) if told else None


def _facts(line: PledgeLine) -> Iterator[tuple[str, str]]:
    """Everything a line says, each with its name."""
    yield "what", line.kind.label.lower()
    yield "young people", "not known yet" if line.young_people is None else f"{line.young_people:,}"
    yield "each", str(line.each)
    yield "when", window(line.window_starts_on, line.window_ends_on)
    yield "site", line.site.name if line.site else "not said"
    yield "how", line.mode.label.lower() if line.mode else "not said"
    yield "for", year_groups([each.year_group for each in line.year_groups]) if line.year_groups else "any year group"
    yield "sectors", listed([sector.name for sector in line.sectors]) if line.sectors else "not said"
    yield "spread", spread(line)


def spread(line: PledgeLine) -> str:
    """How a line is spread over its window: "evenly over term time", "all by 12 February 2027"."""
    return f"all by {line.due_on.day} {line.due_on:%B %Y}" if line.due_on else line.profile.label.lower()
