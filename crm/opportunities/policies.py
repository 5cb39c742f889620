"""Who may do what to an opportunity they can see. Pure: no database, no request.

Which opportunities somebody can see is another question, answered in SQL by `queries.visible_to`.
"""

from datetime import date, datetime

from crm.accounts.models import User
from crm.core.access import MANAGERS, Role
from crm.core.clock import local_date
from crm.opportunities.models import CAN_END, ONGOING, Opportunity, OpportunityStatus, Place, PlaceStatus, Side

PROVIDERS_SIDES = frozenset({Side.YOUNG_PERSON, Side.PROVIDER})


def may_schedule(user: User) -> bool:
    return user.is_staff


def may_edit(user: User, opportunity: Opportunity) -> bool:
    return user.is_staff and opportunity.status is not OpportunityStatus.CANCELLED


def may_cancel(user: User, opportunity: Opportunity) -> bool:
    return user.is_staff and opportunity.status in ONGOING


def may_see_places(user: User) -> bool:
    """Partners see that something takes place, not who leads it nor how many take part; providers see their own."""
    return user.is_staff or user.role is Role.PROVIDER


def may_add_places(user: User, opportunity: Opportunity) -> bool:
    return user.is_staff and opportunity.status is OpportunityStatus.OPEN


def may_mark_attendance(user: User, opportunity: Opportunity, today: date) -> bool:
    """From the first day on, and afterwards to correct it. A provider's coordinator marks their own young people."""
    began = local_date(opportunity.starts_at) <= today
    return began and may_see_places(user) and opportunity.status is not OpportunityStatus.CANCELLED


def may_mark_delivered(user: User, opportunity: Opportunity, today: date) -> bool:
    begun = local_date(opportunity.starts_at) <= today
    return user.is_staff and opportunity.status is OpportunityStatus.OPEN and begun


def may_open(user: User, opportunity: Opportunity) -> bool:
    return user.is_staff and opportunity.status is OpportunityStatus.DRAFT


def may_make_draft_again(user: User, opportunity: Opportunity) -> bool:
    return user.is_staff and opportunity.status is OpportunityStatus.OPEN and not opportunity.taken


def may_exempt(user: User, opportunity: Opportunity) -> bool:
    return user.is_staff and opportunity.status in ONGOING


def may_take_back_exemption(user: User, opportunity: Opportunity) -> bool:
    return user.role in MANAGERS and opportunity.status in ONGOING


def may_allow_block(user: User, opportunity: Opportunity) -> bool:
    return user.role in MANAGERS and opportunity.status in ONGOING and opportunity.is_block


def may_reopen(user: User, opportunity: Opportunity) -> bool:
    """For somebody who was forgotten: a delivered opportunity takes no more places."""
    return user.is_staff and opportunity.status is OpportunityStatus.DELIVERED


def may_end_place(user: User, place: Place, opportunity: Opportunity, now: datetime) -> bool:
    """Until attendance is marked. A provider's coordinator ends those of their own young people until it begins."""
    own = user.role is Role.PROVIDER and opportunity.starts_at > now
    return place.status in CAN_END and (user.is_staff or own)


def may_answer_offer(user: User, place: Place, opportunity: Opportunity, now: datetime) -> bool:
    """A provider's coordinator for their own young people, and staff for whoever said so on the telephone."""
    own = user.role is Role.PROVIDER and opportunity.starts_at > now
    is_open = opportunity.status is OpportunityStatus.OPEN
    return place.status is PlaceStatus.OFFERED and is_open and (user.is_staff or own)


def may_restore_place(user: User, place: Place, opportunity: Opportunity, now: datetime) -> bool:
    """Take back that a place ended; a provider's coordinator only what ended on their own side."""
    own = user.role is Role.PROVIDER and place.ended_side in PROVIDERS_SIDES and opportunity.starts_at > now
    is_open = opportunity.status is OpportunityStatus.OPEN
    return place.ended_from is not None and is_open and (user.is_staff or own)


def may_ask_for_places(user: User, opportunity: Opportunity, now: datetime) -> bool:
    """A provider's coordinator, in whatever is open to its young people and has not begun."""
    is_open = opportunity.status is OpportunityStatus.OPEN and opportunity.starts_at > now
    return user.role is Role.PROVIDER and is_open


def may_say_how_it_went(user: User, opportunity: Opportunity, now: datetime) -> bool:
    """A provider's coordinator, of what has begun and was not called off."""
    took_place = opportunity.status in {OpportunityStatus.OPEN, OpportunityStatus.DELIVERED}
    return user.role is Role.PROVIDER and took_place and opportunity.starts_at <= now
