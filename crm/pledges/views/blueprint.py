"""The blueprint of pledges, and what its pages share."""

from collections.abc import Callable

from flask import Blueprint

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.core.errors import Conflict
from crm.pledges import services
from crm.pledges.models import Pledge
from crm.pledges.wording import line_sentence, short_line

May = Callable[[User, Pledge], bool]

bp = Blueprint("pledges", __name__, url_prefix="/pledges")
bp.add_app_template_filter(line_sentence)
bp.add_app_template_filter(short_line)


def refuse_unless(may: May, pledge: Pledge) -> None:
    """Raises Conflict with the reason: roles are the endpoint's business, so what is in the way is the state."""
    if not may(signed_in_user(), pledge):
        raise Conflict(f"This pledge is {services.IN_WORDS[pledge.status]}, so this cannot be done to it.")
