"""The blueprint that every module here adds its pages to, and what they share."""

from flask import Blueprint

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.correspondence import mailbox, wording
from crm.correspondence.models import Mail, Source
from crm.correspondence.queries.tray import TrayRow
from crm.correspondence.services import Arrival
from crm.correspondence.services.arriving import our_addresses

bp = Blueprint("mail", __name__)
bp.add_app_template_filter(wording.title_of, "mail_title")
bp.add_app_template_filter(wording.when_of, "mail_when")
bp.add_app_template_filter(wording.not_kept_of, "mail_not_kept")
bp.add_app_template_filter(wording.filed_from, "mail_came")


@bp.app_template_filter("mail_why")
def mail_why(mail: Mail | TrayRow) -> str:
    """Why it was not filed by itself."""
    return wording.why_of(mail.why, mail.trouble)


@bp.app_template_filter("file_size")
def file_size(size: int) -> str:
    """Bytes in the unit people read: 340 KB, 2.1 MB."""
    return f"{max(1, size // 1024)} KB" if size < 2**20 else f"{size / 2**20:.1f} MB"


def addresses_of_ours() -> frozenset[str]:
    """Everybody’s on the staff, and the service's own."""
    return our_addresses(mailbox.what_is_ours().addresses)


def upload_now() -> Arrival:
    """An upload by whoever is signed in."""
    return Arrival(Source.UPLOAD, clock.now(), signed_in_user(), addresses_of_ours())
