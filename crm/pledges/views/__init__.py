"""Pages that change pledges. The list and the page of a pledge show progress, so they are `crm.desk.pledge_pages`."""

from crm.pledges.views import recording
from crm.pledges.views.blueprint import bp
from crm.pledges.views.deciding import STEPS

__all__ = ["STEPS", "bp", "recording"]
