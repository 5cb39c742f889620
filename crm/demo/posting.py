"""What the outbox shows: a mail that arrived, one that no mail server took, and one that was stopped in time.

First of all that is mailed: each is taken on its way by itself.
"""

from collections.abc import Sequence

from crm.core import clock
from crm.core.db import db
from crm.core.formatting import long_date
from crm.demo.city import COUNCIL
from crm.demo.organisations import Known
from crm.desk.undelivered.services import follow_up
from crm.notifications import services
from crm.notifications.letters import Letter
from crm.notifications.models import OutboxEmail

OWNER = "demo"
SUBJECT = "A visit to your workshop"
ASKS = "On {day} we spoke about six young people who would like to see how {employer} works. Which week suits you?"


def post(everybody: Sequence[Known]) -> None:
    """Needs an empty outbox."""
    arrived, refused, stopped = everybody[7], everybody[9], everybody[11]
    services.record_sent(_claimed(arrived), OWNER, at=clock.now())
    email_id = _claimed(refused)
    services.record_failure(email_id, OWNER, "550 5.1.1 no such mailbox", for_good=True, at=clock.now())
    follow_up(email_id, now=clock.now())
    services.stop(_write(stopped).id, by=stopped.officer.name)


def _claimed(to: Known) -> int:
    """A mail on its way: its id."""
    email = _write(to)
    claimed = services.claim_next(OWNER, now=clock.now())
    if claimed is None or claimed.id != email.id:
        raise RuntimeError("Another mail was due before.")
    return claimed.id


def _write(to: Known) -> OutboxEmail:
    letter = Letter(
        sender=COUNCIL,
        greeting=f"Hello {to.contacts[0].name},",
        parts=(ASKS.format(employer=to.employer.name, day=long_date(clock.today())),),
        closing=f"{to.officer.name}\n{COUNCIL}",
    )
    email = services.enqueue(
        key=f"demo:{to.employer.id}",
        recipient=to.contacts[0].email or "reception@example.com",
        subject=SUBJECT,
        body=letter.text,
        html=letter.html,
        reply_to=to.officer.email,
        sender_name=f"{to.officer.name}, {COUNCIL}",
        employer_id=to.employer.id,
    )
    db.session.flush()
    return email
