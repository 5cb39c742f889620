"""The page of one young person, by reference: their three, what they met besides, what is booked, what would fit."""

from flask import render_template
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.readable import readable_history
from crm.core import clock
from crm.core.access import allow
from crm.fulfilment.person import person_standing
from crm.fulfilment.policies import policy_on
from crm.matching.one_person import would_fit
from crm.names import policies as names
from crm.names.queries import is_named, keeping_of
from crm.opportunities.views.young_people import bp
from crm.providers.policies import TAKE_PART
from crm.providers.queries import get_young_person
from crm.reference.settings import staff_may_read_names

__all__ = ["bp"]


@bp.get("/<int:young_person_id>")
@allow(*TAKE_PART)
def show(young_person_id: int) -> ResponseReturnValue:
    viewer, today = signed_in_user(), clock.today()
    person = get_young_person(young_person_id, viewer=viewer)
    policy = policy_on(today)
    keeps_names = keeping_of(person.provider_id) is not None
    return render_template(
        "young_people/show.html",
        person=person,
        standing=person_standing(young_person_id, policy, today),
        policy=policy,
        fits=would_fit(person, policy),
        today=today,
        sees_employers=viewer.is_staff,
        keeps_names=keeps_names,
        is_named=keeps_names and is_named(young_person_id),
        may_look=names.may_look(viewer, staff_too=staff_may_read_names()),
        may_write_name=names.may_write(viewer),
        history=readable_history("young_person", young_person_id, limit=20),
    )
