"""Tags, views and a bulk change, as officers would have made them."""

from collections.abc import Sequence
from datetime import date

from crm.accounts.models import User
from crm.audit.recording import set_actor
from crm.bulk.models import BulkAction
from crm.bulk.services import BulkDetails, carry_out, prepare
from crm.core import clock
from crm.core.access import Role
from crm.demo.organisations import Known
from crm.lists.models import ListName
from crm.lists.services import ViewDetails, save_view
from crm.reference.services import TagDetails, add_entry

NEWSLETTER, CAREERS_FAIR = "Newsletter", "Spring open evening"
EVERY, INVITED = 4, 7  # so many employers are one that has the tag


def mark_and_save_views(everybody: Sequence[Known], users: Sequence[User], today: date) -> None:
    """Two tags given to several employers at once; a shared view and one of an officer's own."""
    officer = next(user for user in users if user.role is Role.OFFICER)
    manager = next(user for user in users if user.role is Role.MANAGER)
    add_entry(TagDetails(name=NEWSLETTER, description="Gets our letter each term"))
    add_entry(TagDetails(name=CAREERS_FAIR, description="Invited to the open evening in spring"))
    for tag, every, by in ((NEWSLETTER, EVERY, officer), (CAREERS_FAIR, INVITED, manager)):
        set_actor(by.name)
        ids = [known.employer.id for known in everybody[::every]]
        change = prepare(BulkDetails(action=BulkAction.ADD_TAG, tag_name=tag), ids, by=by, today=today)
        carry_out(change, version=change.version, by=by, at=clock.now())
    mine = ViewDetails(name="Mine to ring", is_shared=False)
    save_view(ListName.EMPLOYERS, mine, query="owner=me&quiet=30&sort=last_contact", owner=officer)
    teams = ViewDetails(name="Phone list", is_shared=True)
    columns = "name,contact,contact_phone,contact_mobile,phone,owner,last_contact"
    save_view(ListName.EMPLOYERS, teams, query=f"columns={columns}", owner=manager)
