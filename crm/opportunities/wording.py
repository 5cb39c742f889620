"""What an opportunity is called and asked, in the words of users."""

from crm.opportunities.models import Opportunity
from crm.opportunities.particulars import Part, Programme
from crm.pledges.kinds import EXPERIENCES, OpportunityKind

# Gatsby benchmarks 5 and 6 as updated for September 2025. Benchmark 6 asks for more of an interaction.
SOURCE = "Gatsby benchmarks 5 and 6, as updated for September 2025"
PARTS: dict[Part, tuple[str, str]] = {
    Part.PURPOSE: ("Clear purpose", "Employer and young people know and share it"),
    Part.OUTCOMES: ("Learning outcomes", "Fitting what these young people need"),
    Part.INTERACTION: ("Two-way interaction", "They ask and answer, not only listen"),
    Part.PEOPLE: ("A range of people", "They meet several, in different roles"),
    Part.TASK: ("A task", "They do something the employer set, or make something"),
    Part.FEEDBACK: ("Feedback", "The employer says how their work was"),
    Part.REFLECTION: ("Time to reflect", "Afterwards, on what they learnt"),
}


def part_words(part: Part, kind: OpportunityKind) -> tuple[str, str]:
    """What a part is called of this kind of opportunity, and what it means."""
    if part is Part.INTERACTION and kind in EXPERIENCES:
        return "Extensive two-way interaction", PARTS[part][1]
    return PARTS[part]


def programme_note(opportunity: Opportunity) -> str:
    """What the figures make of a programme; and of a T Level, how its hours stand to what is asked for.

    At least 315 hours, 750 for early years educators: DfE, T Level industry placements guidance, May 2026.
    """
    if opportunity.programme is None:
        return ""
    counted = "It counts by its kind, as any other. Its hours stay with it: no figure adds them to anything."
    if opportunity.programme is not Programme.T_LEVEL:
        return counted
    hours = "not known yet" if opportunity.hours is None else f"{float(opportunity.hours):g} per person"
    return f"Hours: {hours}; a T Level asks for at least 315, 750 in early years. {counted}"


def benchmark_of(kind: OpportunityKind) -> str:
    return "Gatsby benchmark 6" if kind in EXPERIENCES else "Gatsby benchmark 5"
