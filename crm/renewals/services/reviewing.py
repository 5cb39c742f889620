"""An officer decides what each employer is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm.accounts.models import User
from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.employers.models import Contact
from crm.pledges.lines import check_numbers
from crm.renewals.models import ProposalState, RenewalProposal
from crm.renewals.services.proposing import may_ask

LEFT_OUT = "Left out by an officer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an officer makes of one proposal."""

    state: ProposalState  # proposed (later), approved or left out
    contact_id: int | None
    numbers: Mapping[int, tuple[int | None, int]]  # of each line, by its id: young people (not known: None), and each
    seen_version: int
    why: str = ""  # left out


def decide(proposal: RenewalProposal, decision: Decision, *, by: User) -> bool:
    """Write down what is to become of a proposal, whose employer and lines are loaded. Returns whether it changed.

    Raises:
        EditedMeanwhile: somebody else decided since the page was opened.
        Conflict: it is being sent, or whoever is to be asked cannot be.
    """
    db.session.refresh(proposal, ["version", "state", "wave"], with_for_update=True)
    if not _differs(proposal, decision):
        return False
    check_version(proposal, decision.seen_version)
    if not proposal.is_open:
        raise Conflict(f"{proposal.employer.name} is asked already, so nothing can be changed here.")
    if decision.state is ProposalState.APPROVED:
        _require_somebody(proposal, decision.contact_id)
    for line in proposal.lines:
        young_people, each = decision.numbers.get(line.id, (line.young_people, line.each))
        check_numbers(young_people, each)
        line.young_people, line.each = young_people, each
    if proposal.state is not decision.state:
        proposal.why = (decision.why or LEFT_OUT) if decision.state is ProposalState.LEFT_OUT else None
    proposal.contact_id = decision.contact_id
    proposal.state = decision.state
    proposal.decided_by_id = by.id
    proposal.version = proposal.version  # a change of the lines alone raises it too
    db.session.flush()
    return True


def _differs(proposal: RenewalProposal, decision: Decision) -> bool:
    numbers = {line.id: (line.young_people, line.each) for line in proposal.lines}
    return (proposal.state, proposal.contact_id, numbers) != (
        decision.state,
        decision.contact_id,
        {**numbers, **decision.numbers},
    )


def _require_somebody(proposal: RenewalProposal, contact_id: int | None) -> None:
    contact = db.session.get(Contact, contact_id) if contact_id else None
    if contact is None:
        raise Conflict(f"Choose whom to ask at {proposal.employer.name}.")
    refusal = may_ask(proposal.employer, contact)
    if refusal:
        raise Conflict(f"{contact.name} of {proposal.employer.name} cannot be asked. {refusal}")
