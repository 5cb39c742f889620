"""Who is invited on each part, and what belongs in their calendar. Pure: rows come loaded."""

from crm.accounts.models import User
from crm.calendars.ical import location_of
from crm.employers.emailing import may_notify
from crm.invitations.deciding import CANCELLED, NOBODY, NOT_WANTED, Entry, Truth
from crm.invitations.models import Invitation, Invitee, Party
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.providers.models import Provider

NO_ADDRESS = "We have no e-mail address for them."


def person_of(party: Party, opportunity: Opportunity) -> tuple[str, str]:
    """Name and address, either of them empty if it is not known. Leader, provider and the employer's owner loaded."""
    leader, provider, owner = opportunity.leader, opportunity.provider, opportunity.employer.owner
    if party is Party.LEADER:
        return (leader.name, leader.email or "") if leader else ("", "")
    if party is Party.PROVIDER:
        return (provider.contact_name or provider.name, provider.email or "") if provider else ("", "")
    return (owner.name, owner.email) if owner else ("", "")


def why_not(party: Party, opportunity: Opportunity) -> str:
    """Why nobody can be invited on a part, in a sentence; empty if somebody can."""
    if party is Party.LEADER:
        leader = opportunity.leader
        answer = may_notify(leader) if leader else None
        return "Nobody is named to lead it yet." if answer is None else "" if answer.allowed else answer.reason
    if party is Party.PROVIDER:
        return _about_provider(opportunity.provider)
    return _about_officer(opportunity.employer.owner)


def _about_provider(provider: Provider | None) -> str:
    if provider is None:
        return "It is open to any provider, so there is none to invite."
    if provider.archived_at is not None:
        return f"{provider.name} is archived."
    return "" if provider.email else f"{provider.name} has no e-mail address."


def _about_officer(owner: User | None) -> str:
    if owner is None:
        return "Nobody looks after this employer yet."
    return "" if owner.is_active else f"{owner.name} cannot sign in any more."


def entry_for(party: Party, opportunity: Opportunity) -> Entry:
    """What belongs in a party's calendar while the opportunity takes place."""
    name, address = person_of(party, opportunity)
    return Entry(
        name=name,
        address=address.lower(),
        title=opportunity.title,
        starts_at=opportunity.starts_at,
        ends_at=opportunity.ends_at,
        location=location_of(opportunity),
    )


def officer_for(opportunity: Opportunity, otherwise: User) -> User:
    """Whom questions go to: who looks after the employer, else somebody else, who invites."""
    owner = opportunity.employer.owner
    return owner if owner is not None and owner.is_active else otherwise


def truth_of(invitee: Invitee, *, silent_before: str = "") -> Truth:
    """What is so now. The opportunity is loaded with leader, provider, site, employer and the employer's owner.

    `silent_before` is why whoever has an entry may not be written to, where that is somebody else.
    """
    opportunity, party = invitee.opportunity, invitee.party
    entry = entry_for(party, opportunity)
    gone = _why_gone(invitee, is_known=bool(entry.name))
    if gone:
        return Truth(entry=None, gone=gone, silent_before=silent_before)
    return Truth(entry=entry, silent=why_not(party, opportunity), silent_before=silent_before)


def _why_gone(invitee: Invitee, *, is_known: bool) -> str:
    if invitee.opportunity.status is OpportunityStatus.CANCELLED:
        return CANCELLED
    if not invitee.is_wanted:
        return NOT_WANTED
    return "" if is_known else NOBODY


def entry_told(invitation: Invitation) -> Entry:
    """What somebody was told last."""
    return Entry(
        name=invitation.name,
        address=invitation.address,
        title=invitation.title,
        starts_at=invitation.starts_at,
        ends_at=invitation.ends_at,
        location=invitation.location,
    )
