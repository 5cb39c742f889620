"""What the outbox shows: a mail that arrived, one that no mail server took, and one that was stopped in time.

First of all that is mailed: each is taken on its way by itself.
"""

from collections.abc import Sequence
from datetime import datetime

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
    now = clock.now()
    arrived, refused, stopped = everybody[7], everybody[9], everybody[11]
    email = _write(arrived, now)
    services.claim_next(OWNER, now=now)
    services.record_sent(email.id, OWNER, at=now)
    email = _write(refused, now)
    services.claim_next(OWNER, now=now)
    services.record_failure(email.id, OWNER, "550 5.1.1 no such mailbox", for_good=True, at=now)
    follow_up(email.id, now=now)
    services.stop(_write(stopped, now).id, by=stopped.officer.name)


def _write(to: Known, now: datetime) -> OutboxEmail:
    letter = Letter(
        sender=COUNCIL,
        greeting=f"Hello {to.contacts[0].name},",
        parts=(ASKS.format(employer=to.employer.name, day=long_date(clock.local_date(now))),),
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
