"""Choosing who takes over what, and confirming it."""

from collections.abc import Sequence

from flask import request
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from crm.core.fields import id_or_none
from crm.core.forms import STALE, Form
from crm.leaving.queries import Things
from crm.leaving.rules import EMPLOYERS
from crm.leaving.services import HandOver

ALL = "all"  # everything that is not given to somebody else
Areas = Sequence[tuple[int | None, str, Sequence[int]]]


class HandOverForm(Form):
    """The press of the button; who gets what is in the address, where it was chosen."""

    seen = HiddenField(validators=[InputRequired(STALE)])
    disable = BooleanField("Disable the account as well")


def chosen(name: str) -> int | None:
    """The colleague that the address names for something."""
    return id_or_none(request.args.get(name))


def area_name(area_id: int | None) -> str:
    """What the choice for an area's employers is called in the address."""
    return f"area-{area_id or 'none'}"


def read_plan(leaver_id: int, things: Sequence[Things], areas: Areas, *, seen: str, disable: bool) -> HandOver:
    """Who gets what, as the address says: each kind its own, or what goes to one colleague."""
    takers = {each.rule.key: chosen(each.rule.table) or chosen(ALL) for each in things}
    by_area = {area_id: chosen(area_name(area_id)) for area_id, _, _ in areas}
    return HandOver(
        leaver_id=leaver_id,
        seen=seen,
        to={key: taker for key, taker in takers.items() if taker},
        by_area={area_id: taker for area_id, taker in by_area.items() if taker and EMPLOYERS.key in takers},
        disable=disable,
    )
