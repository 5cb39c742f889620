"""Filing a letter with an employer, once; taking it back; moving it."""

from datetime import date, time

import pytest

from crm.audit.models import ChangeRecord
from crm.core.db import db
from crm.core.errors import Conflict, NotFound
from crm.correspondence import services
from crm.correspondence.models import Mail, MailAttachment, MailStatus, Why
from crm.correspondence.queries.tray import get_attachment, get_mail
from crm.correspondence.reading.letter import Person, UnreadableMail
from crm.correspondence.services import Filing
from crm.employers.models import Contact, Employer
from crm.interactions.models import Channel, Direction, FollowUp, Interaction, PlannedInteraction, PlanStatus
from crm.interactions.queries.log import get_interaction
from crm.interactions.services import NextStep, add_follow_up, cancel_plan
from crm.reference.services import save_setting
from tests.conftest import stored
from tests.factories import ContactFactory, EmployerFactory, MailFactory, UserFactory
from tests.integration.correspondence.arranging import NOW, TODAY, Cast, cast, filing, staged
from tests.unit.correspondence.reading import content_of

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def people(database: None) -> Cast:
    return cast()


def file(mail: Mail, employer: Employer, how: Filing) -> Interaction:
    """File it, as a page does."""
    interaction = services.file_mail(mail, employer, how)
    db.session.commit()
    return interaction


def entry(mail: Mail, people: Cast) -> Interaction:
    assert mail.interaction_id
    return get_interaction(mail.interaction_id, viewer=people.priya)


def test_a_letter_from_a_contact_becomes_an_entry_with_everybody_it_names(people: Cast) -> None:
    mail = staged("outlook-reply.eml", people.moorcroft, people.lee)

    file(mail, people.moorcroft, filing(people.lee))

    logged = entry(mail, people)
    assert (logged.channel, logged.direction, logged.happened_on) == (
        Channel.EMAIL,
        Direction.INCOMING,
        date(2026, 11, 12),
    )
    assert logged.contacts == [people.jo]
    assert logged.officers == [people.priya]
    assert logged.logged_by == people.lee
    assert logged.summary.startswith("RE: Placements in the spring\n\nHi Priya,\n\nYes – we’d be glad")
    assert "Would two young people" not in logged.summary
    assert "Would two young people be possible in February?" in mail.earlier
    assert (mail.status, mail.employer_id) == (MailStatus.FILED, people.moorcroft.id)


def test_a_letter_of_ours_is_outgoing(people: Cast) -> None:
    content = content_of("outlook-reply.eml").replace(b"Jo.Fairclough@moorcroft-timber", b"lee.okafor@northmoor", 1)
    content = content.replace(b"works@moorcroft-timber", b"JO.FAIRCLOUGH@moorcroft-timber")
    mail = staged("out.eml", people.moorcroft, people.lee, content)

    file(mail, people.moorcroft, filing(people.lee))

    logged = entry(mail, people)
    assert logged.direction is Direction.OUTGOING
    assert logged.contacts == [people.jo]
    assert logged.officers == [people.lee, people.priya]


def test_a_forwarded_letter_is_filed_as_the_original_with_the_note_above_it(people: Cast) -> None:
    mail = staged("outlook-forward.eml", people.moorcroft, people.lee)

    file(mail, people.moorcroft, filing(people.lee))

    logged = entry(mail, people)
    assert (logged.direction, logged.happened_on) == (Direction.INCOMING, date(2026, 11, 17))
    assert logged.contacts == [people.jo]
    assert logged.summary.endswith("Note by Lee Okafor: For the log – they sound keen.")
    assert "no time zone" in mail.remarks[0]


def test_a_forwarding_by_somebody_else_is_what_happened(people: Cast) -> None:
    mail = staged("not-our-forward.eml", people.moorcroft, people.lee)

    assert (mail.sender_name, mail.subject) == ("Jo Fairclough", "FW: Their question")


def test_whoever_is_new_is_added_as_a_contact(people: Cast) -> None:
    mail = staged("outlook-reply.eml", people.moorcroft, people.lee)
    works = Person("Works Office", "works@moorcroft-timber.example")

    file(mail, people.moorcroft, filing(people.lee, new_contacts=(works,)))

    assert [each.name for each in entry(mail, people).contacts] == ["Jo Fairclough", "Works Office"]
    assert stored(Contact)[-1].email == "works@moorcroft-timber.example"


def test_whoever_is_new_in_two_letters_is_added_once(people: Cast) -> None:
    works = Person("Works Office", "works@moorcroft-timber.example")
    for name in ("outlook-reply.eml", "summer-midnight.eml"):
        mail = staged(name, people.moorcroft, people.lee)
        file(mail, people.moorcroft, filing(people.lee, new_contacts=(works,)))

    assert [each.name for each in stored(Contact)] == ["Jo Fairclough", "Works Office"]


def test_a_letter_is_filed_once_with_an_employer_and_it_says_when(people: Cast) -> None:
    first = staged("outlook-reply.eml", people.moorcroft, people.lee)
    second = staged("outlook-reply.eml", people.moorcroft, people.priya)
    file(first, people.moorcroft, filing(people.lee))

    with pytest.raises(Conflict, match="in the log of Moorcroft Timber Ltd already, on 12 November 2026"):
        services.file_mail(second, people.moorcroft, filing(people.priya))
    with pytest.raises(Conflict, match="filed already"):
        services.file_mail(first, people.moorcroft, filing(people.priya))

    assert len(stored(Interaction)) == 1


def test_a_copy_without_its_message_id_is_known_by_what_it_says(people: Cast) -> None:
    first = staged("outlook-reply.eml", people.moorcroft, people.lee)
    other = content_of("outlook-reply.eml").replace(b"Message-ID:", b"X-Once:").replace(b"10:04:27", b"10:04:59")
    second = staged("copy.eml", people.moorcroft, people.lee, other)
    file(first, people.moorcroft, filing(people.lee))

    with pytest.raises(Conflict, match="already"):
        services.file_mail(second, people.moorcroft, filing(people.lee))


def test_a_letter_to_two_employers_is_filed_with_both(people: Cast) -> None:
    other = EmployerFactory.make(name="Harbour Robotics")
    mails = [staged("outlook-reply.eml", each, people.lee) for each in (people.moorcroft, other)]

    file(mails[0], people.moorcroft, filing(people.lee))
    file(mails[1], other, filing(people.lee))

    assert len(stored(Interaction)) == 2


def test_nothing_is_filed_with_an_archived_employer(people: Cast) -> None:
    mail = staged("outlook-reply.eml", people.moorcroft, people.lee)
    people.moorcroft.archived_at, people.moorcroft.archived_reason = NOW, "Closed"

    with pytest.raises(Conflict, match="archived"):
        services.file_mail(mail, people.moorcroft, filing(people.lee))
    with pytest.raises(Conflict, match="archived"):
        staged("outlook-reply.eml", people.moorcroft, people.lee)


def test_another_day_may_be_chosen_but_not_tomorrow(people: Cast) -> None:
    mail = staged("outlook-reply.eml", people.moorcroft, people.lee)

    with pytest.raises(Conflict, match="before it happens"):
        services.file_mail(mail, people.moorcroft, filing(people.lee, on=date(2026, 11, 21)))
    db.session.rollback()
    file(mail, people.moorcroft, filing(people.lee, on=date(2026, 11, 13)))

    assert entry(mail, people).happened_on == date(2026, 11, 13)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("future.eml", "Its date, 15 July 2099, lies in the future, so the day it arrived was taken."),
        ("no-date-at-all.eml", "The day it arrived was taken."),
    ],
)
def test_a_day_that_cannot_be_is_replaced_and_that_is_said(people: Cast, name: str, says: str) -> None:
    mail = staged(name, people.moorcroft, people.lee)

    assert mail.happened_on == TODAY
    assert mail.remarks[-1] == says


def test_a_long_letter_is_shortened_in_the_log_and_whole_with_the_mail(people: Cast) -> None:
    content = content_of("summer-midnight.eml") + b"word " * 5_000
    mail = staged("long.eml", people.moorcroft, people.lee, content)

    file(mail, people.moorcroft, filing(people.lee))

    assert len(entry(mail, people).summary) == 10_000
    assert entry(mail, people).summary.endswith("… (the rest is with the e-mail)")
    assert len(mail.text) > 20_000


def test_a_meeting_that_was_is_logged_as_one(people: Cast) -> None:
    mail = staged("meeting-outlook.ics", people.moorcroft, people.lee)

    file(mail, people.moorcroft, filing(people.lee))

    logged = entry(mail, people)
    assert (logged.channel, logged.happened_on) == (Channel.MEETING, date(2026, 7, 15))
    assert logged.contacts == [people.jo]
    assert logged.officers == [people.lee, people.priya]
    assert logged.summary == "Spring placements\n\nWhere: Moorcroft yard, gate 2\n\nPlan the spring placements."
    assert stored(FollowUp) == []


def invitation(name: str = "meeting-outlook.ics", *, at: bytes = b"20261202T140000", number: int = 0) -> bytes:
    """The meeting of a file, on another day, as its nth version."""
    content = content_of(name).replace(b"20260715T140000", at)
    return content.replace(b"SEQUENCE:0", b"SEQUENCE:%d" % number)


def planned(people: Cast) -> tuple[PlanStatus, date, time | None, str, str | None]:
    plan = stored(PlannedInteraction)[-1]
    return plan.status, plan.planned_on, plan.starts_at, plan.about, plan.cancelled_reason


def test_a_meeting_to_come_is_planned_moved_and_called_off_by_what_comes(people: Cast) -> None:
    first = staged("a.ics", people.moorcroft, people.lee, invitation())
    file(first, people.moorcroft, filing(people.lee))

    assert (entry(first, people).channel, entry(first, people).happened_on) == (Channel.EMAIL, TODAY)
    assert planned(people) == (PlanStatus.PLANNED, date(2026, 12, 2), time(14), "Spring placements", None)

    moved = staged("b.ics", people.moorcroft, people.lee, invitation(at=b"20261203T093000", number=1))
    file(moved, people.moorcroft, filing(people.lee))

    assert planned(people) == (PlanStatus.PLANNED, date(2026, 12, 3), time(9, 30), "Spring placements", None)

    cancellation = staged("c.ics", people.moorcroft, people.lee, invitation("meeting-cancelled.ics"))
    file(cancellation, people.moorcroft, filing(people.lee))

    assert planned(people)[0] is PlanStatus.CANCELLED
    assert planned(people)[4] == "Called off by e-mail"
    assert len(stored(PlannedInteraction)) == 1
    assert entry(cancellation, people).summary.startswith("Cancelled: Spring placements, 2 December 2026 at 2pm")


def test_a_meeting_of_a_whole_day_is_planned_without_an_hour(people: Cast) -> None:
    content = content_of("meeting-apple-all-day.ics").replace(b"20261105", b"20261205")
    mail = staged("a.ics", people.moorcroft, people.lee, content)

    file(mail, people.moorcroft, filing(people.lee))

    assert planned(people)[1:3] == (date(2026, 12, 5), None)


def test_what_an_invitation_planned_is_cancelled_when_it_was_filed_by_mistake(people: Cast) -> None:
    mail = staged("a.ics", people.moorcroft, people.lee, invitation())
    file(mail, people.moorcroft, filing(people.lee))

    services.take_back(mail, reason="Not them", by=people.lee, at=NOW)
    db.session.commit()

    assert planned(people)[0] is PlanStatus.CANCELLED
    assert planned(people)[4] == "An e-mail was filed by mistake: Not them"
    assert stored(Interaction) == []


def test_a_meeting_that_was_logged_meanwhile_stays_when_its_invitation_is_taken_back(people: Cast) -> None:
    mail = staged("a.ics", people.moorcroft, people.lee, invitation())
    file(mail, people.moorcroft, filing(people.lee))
    plan = stored(PlannedInteraction)[0]
    cancel_plan(plan, reason="Snow")
    db.session.commit()

    services.take_back(mail, reason="Not them", by=people.lee, at=NOW)
    db.session.commit()

    assert planned(people)[4] == "Snow"


def test_a_cancellation_of_a_meeting_nobody_filed_is_logged_alone(people: Cast) -> None:
    mail = staged("meeting-cancelled.ics", people.moorcroft, people.lee)
    other = staged("meeting-cancelled.ics", people.moorcroft, people.lee)
    other.message_id, other.message_key, other.content_key = "", "a" * 64, "b" * 64

    file(mail, people.moorcroft, filing(people.lee))
    file(other, people.moorcroft, filing(people.lee))

    assert entry(mail, people).channel is Channel.EMAIL
    assert stored(PlannedInteraction) == []


def test_attachments_are_named_and_not_kept_unless_an_administrator_wants_it(people: Cast) -> None:
    mail = staged("outlook-signature-and-pdf.eml", people.moorcroft, people.lee)
    file(mail, people.moorcroft, filing(people.lee))

    assert entry(mail, people).summary.endswith("1 attachment not kept: Risk assessment 2026.pdf")
    assert stored(MailAttachment) == []

    save_setting("keep_attachments", "yes", version=0)
    kept = get_mail(staged("outlook-signature-and-pdf.eml", EmployerFactory.make(), people.lee).id, viewer=people.lee)

    assert [(each.name, each.size) for each in kept.attachments] == [("Risk assessment 2026.pdf", 69)]
    assert kept.not_kept == []
    attached = get_attachment(kept.id, kept.attachments[0].id, viewer=people.lee)
    assert attached.content.startswith(b"%PDF")


def test_a_mail_filed_by_mistake_goes_back_to_the_tray_and_history_keeps_what_it_was(people: Cast) -> None:
    mail = staged("outlook-reply.eml", people.moorcroft, people.lee)
    logged = file(mail, people.moorcroft, filing(people.lee))
    add_follow_up(people.moorcroft, NextStep("Ring Jo", date(2026, 12, 1), people.lee.id), after=logged)
    db.session.commit()

    services.take_back(mail, reason="Wrong Moorcroft", by=people.lee, at=NOW)
    db.session.commit()

    assert stored(Interaction) == []
    assert stored(FollowUp)[0].interaction_id is None
    assert (mail.status, mail.why, mail.reason, mail.employer_id) == (
        MailStatus.WAITING,
        Why.TAKEN_BACK,
        "Wrong Moorcroft",
        None,
    )
    removed = next(each for each in stored(ChangeRecord) if (each.entity, each.action) == ("interaction", "removed"))
    assert removed.parent_id == people.moorcroft.id
    assert removed.reason == "An e-mail was filed by mistake: Wrong Moorcroft"
    with pytest.raises(Conflict, match="not filed any more"):
        services.take_back(mail, reason="Again", by=people.lee, at=NOW)


def test_a_mail_taken_back_can_be_filed_again(people: Cast) -> None:
    mail = staged("outlook-reply.eml", people.moorcroft, people.lee)
    file(mail, people.moorcroft, filing(people.lee))
    services.take_back(mail, reason="Wrong day", by=people.lee, at=NOW)

    file(mail, people.moorcroft, filing(people.lee))

    assert len(stored(Interaction)) == 1


def test_a_mail_is_moved_to_another_employer_with_that_one_s_contacts(people: Cast) -> None:
    mail = staged("outlook-reply.eml", people.moorcroft, people.lee)
    file(mail, people.moorcroft, filing(people.lee))
    other = EmployerFactory.make(name="Moorcroft Joinery")
    namesake = ContactFactory.make(employer=other, name="Jo F", email=people.jo.email)
    db.session.commit()

    services.move(mail, other, reason="The joinery", filing=filing(people.lee))
    db.session.commit()

    logged = entry(mail, people)
    assert (logged.employer_id, logged.contacts) == (other.id, [namesake])
    assert len(stored(Interaction)) == 1
    with pytest.raises(Conflict, match="already"):
        services.move(get_mail(mail.id, viewer=people.lee), other, reason="Again", filing=filing(people.lee))


def test_what_is_not_to_be_filed_is_forgotten(people: Cast) -> None:
    save_setting("keep_attachments", "yes", version=0)
    mail = staged("outlook-signature-and-pdf.eml", people.moorcroft, people.lee)

    services.drop(get_mail(mail.id, viewer=people.lee))
    db.session.commit()

    assert stored(Mail) == stored(MailAttachment) == []
    with pytest.raises(Conflict, match="no longer waiting"):
        services.drop(MailFactory.make())


def test_what_cannot_be_read_is_not_stored(people: Cast) -> None:
    with pytest.raises(UnreadableMail):
        staged("outlook-winmail-only.eml", people.moorcroft, people.lee)

    assert stored(Mail) == []


def test_only_staff_know_of_mails(people: Cast) -> None:
    mail = MailFactory.make()
    for role in ("partner", "provider"):
        with pytest.raises(NotFound):
            get_mail(mail.id, viewer=UserFactory.make(role=role))
        with pytest.raises(NotFound):
            get_attachment(mail.id, 1, viewer=UserFactory.make(role=role))
    with pytest.raises(NotFound):
        get_mail(mail.id + 1, viewer=people.lee)


def test_a_letter_that_names_none_of_us_has_whoever_files_it(people: Cast) -> None:
    mail = staged("mailing-list.eml", people.moorcroft, people.lee)

    file(mail, people.moorcroft, filing(people.lee))

    assert entry(mail, people).officers == [people.lee]
