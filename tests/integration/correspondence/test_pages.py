"""Dropping e-mails on an employer, and the mail tray, as pages."""

import io
from datetime import date

import pytest

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.correspondence.models import Mail, MailStatus, Why
from crm.employers.models import Contact
from crm.interactions.models import Interaction
from crm.reference.services import save_setting
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import (
    EmployerFactory,
    InteractionFactory,
    MailAttachmentFactory,
    MailboxFactory,
    MailFactory,
    UserFactory,
)
from tests.integration.correspondence.arranging import NOW, Cast, cast, mailed
from tests.support.forms import post, typed
from tests.support.pages import words_of
from tests.unit.correspondence.reading import content_of

JO = "Jo Fairclough <jo.fairclough@moorcroft-timber.example>"
OUTSIDE = "sam@moorcroft-timber.example"


@pytest.fixture
def people(client: CarefulClient) -> Cast:
    people = cast()
    client.sign_in(people.lee)
    return people


def upload(client: CarefulClient, employer_id: int, *files: tuple[bytes, str]) -> str:
    """Where dropping some files leads, or the page that says why it leads nowhere."""
    answer = post(
        client, f"/employers/{employer_id}/mail/new", files=[(io.BytesIO(content), name) for content, name in files]
    )
    return answer.location or words_of(answer.text)


def letters(*names: str) -> list[tuple[bytes, str]]:
    return [(content_of(name), name) for name in names]


def test_an_e_mail_is_dropped_looked_at_and_filed(client: CarefulClient, people: Cast) -> None:
    address = upload(client, people.moorcroft.id, *letters("outlook-reply.eml"))

    page = client.get(address).text
    words = words_of(page)
    assert "E-mail, they contacted us. With Jo Fairclough. For us: Priya Patel." in words
    assert "Works Office (works@moorcroft-timber.example)" in words
    assert stored(Interaction) == []

    answer = client.post(address, data=typed(page))

    assert answer.location == f"/employers/{people.moorcroft.id}#contact-log"
    assert stored(Interaction)[0].happened_on == date(2026, 11, 12)
    assert [each.name for each in stored(Contact)] == ["Jo Fairclough", "Works Office"]  # ticked: its domain is known
    assert "1 e-mail filed with Moorcroft Timber Ltd." in client.get(f"/employers/{people.moorcroft.id}").text


def test_nobody_is_added_who_is_not_ticked_and_the_day_can_be_put_right(client: CarefulClient, people: Cast) -> None:
    address = upload(client, people.moorcroft.id, *letters("outlook-reply.eml"))
    answers = typed(client.get(address).text) | {"mails-0-newcomers": [], "mails-0-on": "13 11 2026"}

    client.post(address, data=answers)

    assert stored(Interaction)[0].happened_on == date(2026, 11, 13)
    assert len(stored(Contact)) == 1


def test_what_is_not_ticked_is_thrown_away(client: CarefulClient, people: Cast) -> None:
    address = upload(client, people.moorcroft.id, *letters("outlook-reply.eml", "summer-midnight.eml"))
    answers = typed(client.get(address).text)
    del answers["mails-0-is_wanted"]

    client.post(address, data=answers)

    assert [each.subject for each in stored(Mail)] == ["Late"]


def test_an_upload_may_be_given_up(client: CarefulClient, people: Cast) -> None:
    address = upload(client, people.moorcroft.id, *letters("outlook-reply.eml"))

    answer = client.post(address, data=typed(client.get(address).text) | {"none": "yes"}, follow_redirects=True)

    assert "Nothing was filed, and the upload was thrown away." in words_of(answer.text)
    assert stored(Mail) == stored(Interaction) == []


def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(client: CarefulClient, people: Cast) -> None:
    words = upload(client, people.moorcroft.id, *letters("outlook-winmail-only.eml"))

    assert "There is a problem" in words
    assert "only Outlook can read" in words
    assert stored(Mail) == []


def test_of_several_files_those_that_can_be_read_go_on_and_the_others_are_named(
    client: CarefulClient, people: Cast
) -> None:
    address = upload(client, people.moorcroft.id, *letters("outlook-winmail-only.eml", "outlook-reply.eml"))

    words = words_of(client.get(address).text)

    assert "outlook-winmail-only.eml: This e-mail came in Outlook’s own format" in words
    assert "RE: Placements in the spring" in words


def test_dropping_nothing_says_what_to_choose(client: CarefulClient, people: Cast) -> None:
    words = words_of(post(client, f"/employers/{people.moorcroft.id}/mail/new").text)

    assert "Choose an e-mail (.eml) or an appointment (.ics)" in words
    assert client.get(f"/employers/{people.moorcroft.id}/mail/new").status_code == 200


def test_an_e_mail_that_is_filed_already_says_where_and_is_not_ticked(client: CarefulClient, people: Cast) -> None:
    for _ in range(2):
        address = upload(client, people.moorcroft.id, *letters("outlook-reply.eml"))
        page = client.get(address).text
        answers = typed(page)
        client.post(address, data=answers)

    assert "Filed already: it is in the log on 12 November 2026" in words_of(page)
    assert "mails-0-is_wanted" not in answers
    assert len(stored(Interaction)) == 1


def test_whoever_ticks_it_all_the_same_is_refused_in_a_sentence(client: CarefulClient, people: Cast) -> None:
    first = upload(client, people.moorcroft.id, *letters("outlook-reply.eml"))
    client.post(first, data=typed(client.get(first).text))
    again = upload(client, people.moorcroft.id, *letters("outlook-reply.eml"))

    answer = client.post(again, data=typed(client.get(again).text) | {"mails-0-is_wanted": "y"})

    assert "This e-mail is in the log of Moorcroft Timber Ltd already, on 12 November 2026." in words_of(answer.text)
    assert answer.status_code == 200


def test_what_was_filed_in_another_window_is_told(client: CarefulClient, people: Cast) -> None:
    address = upload(client, people.moorcroft.id, *letters("outlook-reply.eml"))
    answers = typed(client.get(address).text)
    client.post(address, data=answers)

    answer = client.post(address, data=answers | {"submission_key": "another window"})

    assert "filed or thrown away in another window" in words_of(answer.text)
    assert "Nothing is waiting to be filed here." in words_of(answer.text)
    assert client.get(address).location == f"/employers/{people.moorcroft.id}"


def test_a_day_that_cannot_be_read_keeps_what_was_typed(client: CarefulClient, people: Cast) -> None:
    address = upload(client, people.moorcroft.id, *letters("outlook-reply.eml"))

    answer = client.post(address, data=typed(client.get(address).text) | {"mails-0-on": "31 31 2026"})

    assert 'value="31 31 2026"' in answer.text
    assert "There is a problem" in answer.text
    assert stored(Interaction) == []


def test_nobody_sees_what_a_colleague_uploaded_before_it_is_filed(client: CarefulClient, people: Cast) -> None:
    address = upload(client, people.moorcroft.id, *letters("outlook-reply.eml"))
    client.sign_in(people.priya)

    assert client.get(address).status_code == 302


def test_a_meeting_to_come_says_what_will_be_logged(client: CarefulClient, people: Cast) -> None:
    in_a_year = f"{clock.today().year + 1}0715T".encode()
    content = content_of("meeting-outlook.ics").replace(b"20260715T", in_a_year)
    address = upload(client, people.moorcroft.id, (content, "a.ics"))
    page = client.get(address).text

    assert "the invitation is logged today, and the meeting is planned" in words_of(page)
    assert "mails-0-on" not in typed(page)

    client.post(address, data=typed(page))
    assert stored(Interaction)[0].happened_on == clock.today()


def test_the_employer_page_takes_drops_from_those_who_may_change_it(client: CarefulClient, people: Cast) -> None:
    path = f"/employers/{people.moorcroft.id}"
    assert "data-drop-mail" in client.get(path).text

    people.moorcroft.archived_at, people.moorcroft.archived_reason = NOW, "Closed"
    assert "data-drop-mail" not in client.get(path).text
    assert "archived" in upload(client, people.moorcroft.id, *letters("outlook-reply.eml"))


def test_the_tray_shows_what_waits_why_and_how_many(client: CarefulClient, people: Cast) -> None:
    MailFactory.make(subject="Talks", why=Why.NOT_OURS)
    MailFactory.make(subject="", sender_name="", sender_email="", why=Why.UNREADABLE, trouble="It is encrypted.")
    MailFactory.make(subject="Newsletter", status=MailStatus.ASIDE, why=Why.BULK)
    MailboxFactory.make(read_at=NOW)
    MailboxFactory.make(trouble="The mail server does not answer.")

    words = words_of(client.get("/contact-log/mail/").text)

    assert "Mail tray 2 waiting" in words
    assert "Talks" in words
    assert "It was not sent by one of us, so somebody has to look at it first." in words
    assert "No subject Nobody" in words
    assert "It could not be read: It is encrypted." in words
    assert "Newsletter" not in words
    assert "The mailbox was last read on 20 November 2026 at 9am." in words
    assert "The mailbox could not be read: The mail server does not answer." in words
    assert "Newsletter" in client.get("/contact-log/mail/?show=aside").text
    assert client.get("/contact-log/mail/?show=checking").status_code == 200
    assert "Mail tray 2 waiting" in words_of(client.get("/contact-log/").text)


def test_an_empty_tray_says_so(client: CarefulClient, people: Cast) -> None:
    for show, says in (("", "Well done"), ("aside", "put aside"), ("discarded", "lately"), ("filed", "Drop one on")):
        assert says in words_of(client.get(f"/contact-log/mail/?show={show}").text)


@pytest.mark.parametrize("rows", [1, 25])
def test_the_tray_is_a_constant_number_of_statements(client: CarefulClient, people: Cast, rows: int) -> None:
    for _ in range(rows):
        MailFactory.make()
    client.get("/contact-log/mail/")

    with counting_queries() as statements:
        client.get("/contact-log/mail/")

    assert len([each for each in statements if not each.startswith(("SAVEPOINT", "RELEASE"))]) <= 7


def waiting(**given: object) -> Mail:
    mail = MailFactory.make(**{"sender_email": OUTSIDE, "sender_name": "Sam Reed", "why": Why.NOT_OURS, **given})
    db.session.commit()
    return mail


def test_a_waiting_mail_is_filed_with_the_employer_that_is_suggested(client: CarefulClient, people: Cast) -> None:
    mail = waiting()
    path = f"/contact-log/mail/{mail.id}"
    assert "Moorcroft Timber Ltd an address there ends alike" in words_of(client.get(path).text)

    page = client.get(f"{path}?employer={people.moorcroft.id}").text
    answers = typed(page)
    assert answers["newcomers"] == [OUTSIDE]
    answer = client.post(f"{path}/file", data=answers)

    assert answer.location == "/contact-log/mail/"
    assert stored(Mail)[0].employer_id == people.moorcroft.id
    assert stored(Contact)[-1].name == "Sam Reed"
    assert "Filed with Moorcroft Timber Ltd" in words_of(client.get("/contact-log/mail/").text)


def test_without_scripts_the_employer_s_name_is_enough(client: CarefulClient, people: Cast) -> None:
    mail = waiting()
    answers = typed(client.get(f"/contact-log/mail/{mail.id}").text) | {"employer": "moorcroft"}

    client.post(f"/contact-log/mail/{mail.id}/file", data=answers)

    assert stored(Mail)[0].employer_id == people.moorcroft.id


@pytest.mark.parametrize(
    ("name", "says"), [("", "Enter part of the employer’s name"), ("xyz", "We could not find that employer")]
)
def test_an_employer_has_to_be_found(client: CarefulClient, people: Cast, name: str, says: str) -> None:
    mail = waiting()

    answer = post(client, f"/contact-log/mail/{mail.id}/file", employer=name, on="today", version=mail.version)

    assert says in words_of(answer.text)
    assert stored(Interaction) == []


def test_a_mail_somebody_decided_about_meanwhile_is_shown_as_it_is_now(client: CarefulClient, people: Cast) -> None:
    mail = waiting()
    seen = mail.version
    employer = {"employer": "Moorcroft", "on": "today", "version": seen}
    post(client, f"/contact-log/mail/{mail.id}/discard", reason="Spam", version=seen)

    filed = post(client, f"/contact-log/mail/{mail.id}/file", **employer)
    discarded = post(client, f"/contact-log/mail/{mail.id}/discard", reason="Spam", version=seen)

    for answer in (filed, discarded):
        assert "Somebody else decided about this e-mail" in words_of(answer.text)
    now = stored(Mail)[0].version
    again = post(client, f"/contact-log/mail/{mail.id}/file", **employer | {"version": now})
    assert "not in the tray. Put it back there" in words_of(again.text)
    again = post(client, f"/contact-log/mail/{mail.id}/discard", reason="Spam", version=now)
    assert "does not wait in the tray any more" in words_of(again.text)


def test_a_mail_is_discarded_with_a_reason_and_put_back(client: CarefulClient, people: Cast) -> None:
    mail = waiting()
    path = f"/contact-log/mail/{mail.id}"
    assert "Enter why" in words_of(post(client, f"{path}/discard", reason=" ", version=mail.version).text)

    post(client, f"{path}/discard", reason="Spam", version=mail.version)
    page = words_of(client.get(path).text)
    assert "Discarded by Lee Okafor" in page
    assert "Spam" in page
    assert "It belongs in no log" not in page

    post(client, f"{path}/put-back")
    assert stored(Mail)[0].status is MailStatus.WAITING
    assert client.post(f"{path}/put-back").status_code == 409


def test_what_could_not_be_read_can_be_discarded_but_not_filed(client: CarefulClient, people: Cast) -> None:
    mail = waiting(why=Why.UNREADABLE, trouble="It is encrypted.", text="")

    words = words_of(client.get(f"/contact-log/mail/{mail.id}").text)

    assert "It could not be read: It is encrypted." in words
    assert "File it with an employer" not in words
    assert "It belongs in no log" in words
    answer = post(client, f"/contact-log/mail/{mail.id}/file", employer="Moorcroft", on="today", version=mail.version)
    assert "so there is nothing to file. Copy its text into" in words_of(answer.text)


def filed_mail(client: CarefulClient, people: Cast) -> Mail:
    address = upload(client, people.moorcroft.id, *letters("outlook-reply.eml"))
    client.post(address, data=typed(client.get(address).text))
    mail: Mail = stored(Mail)[0]
    return mail


def test_a_filed_mail_and_its_entry_lead_to_each_other(client: CarefulClient, people: Cast) -> None:
    mail = filed_mail(client, people)

    page = client.get(f"/contact-log/mail/{mail.id}").text
    assert f'href="/contact-log/{mail.interaction_id}"' in page
    assert "Filed with Moorcroft Timber Ltd by Lee Okafor" in words_of(page)
    assert "Would two young people be possible in February?" in page
    assert f'href="/contact-log/mail/{mail.id}"' in client.get(f"/contact-log/{mail.interaction_id}").text
    other = InteractionFactory.make()
    assert "The e-mail this was filed from" not in client.get(f"/contact-log/{other.id}").text


def test_a_mail_is_moved_to_another_employer(client: CarefulClient, people: Cast) -> None:
    mail = filed_mail(client, people)
    other = EmployerFactory.make(name="Moorcroft Joinery", name_key="moorcroft joinery")
    path = f"/contact-log/mail/{mail.id}/move"
    answers = typed(client.get(path).text)
    assert "Select where it belongs" in words_of(client.post(path, data=answers).text)
    answers |= {"where": "another", "reason": "The joinery"}
    assert "Enter part of the other employer’s name" in words_of(client.post(path, data=answers).text)

    client.post(path, data=answers | {"employer": "Moorcroft Joinery"})

    assert stored(Mail)[0].employer_id == stored(Interaction)[0].employer_id == other.id
    words = words_of(client.get(f"/contact-log/mail/{mail.id}").text)
    assert "Employer: Moorcroft Timber Ltd → became nothing" in words
    assert "Employer: nothing → became Moorcroft Joinery" in words


def test_a_mail_goes_back_into_the_tray(client: CarefulClient, people: Cast) -> None:
    mail = filed_mail(client, people)
    path = f"/contact-log/mail/{mail.id}/move"
    answers = typed(client.get(path).text) | {"where": "tray", "reason": "Not them"}

    client.post(path, data=answers)

    assert stored(Mail)[0].status is MailStatus.WAITING
    assert stored(Interaction) == []
    assert "It was filed by mistake. Not them" in words_of(client.get(f"/contact-log/mail/{mail.id}").text)
    assert client.post(path, data=answers | {"submission_key": "2"}).status_code == 403


def test_moving_what_somebody_changed_meanwhile_or_to_where_it_is_is_refused(
    client: CarefulClient, people: Cast
) -> None:
    mail = filed_mail(client, people)
    path = f"/contact-log/mail/{mail.id}/move"
    answers = typed(client.get(path).text) | {"where": "another", "reason": "x", "employer": "Moorcroft Timber Ltd"}

    assert "filed with Moorcroft Timber Ltd already" in words_of(client.post(path, data=answers).text)
    stale = client.post(path, data=answers | {"version": 0, "submission_key": "3"})
    assert "Somebody else decided about this e-mail" in words_of(stale.text)


def test_only_who_filed_it_or_a_manager_may_move_it(client: CarefulClient, people: Cast) -> None:
    mail = filed_mail(client, people)
    path = f"/contact-log/mail/{mail.id}/move"

    client.sign_in(people.priya)
    assert client.get(path).status_code == 403
    assert "Filed by mistake" not in client.get(f"/contact-log/mail/{mail.id}").text

    client.sign_in(UserFactory.make(role=Role.MANAGER))
    assert client.get(path).status_code == 200


def test_an_attachment_is_handed_out_to_be_saved_never_shown(client: CarefulClient, people: Cast) -> None:
    mail = MailFactory.make()
    kept = MailAttachmentFactory.make(mail_id=mail.id, name="Plan – ‘final’.html", content=b"<script>alert(1)</script>")
    other = MailFactory.make()

    answer = client.get(f"/contact-log/mail/{mail.id}/attachments/{kept.id}")

    assert answer.data == b"<script>alert(1)</script>"
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert client.get(f"/contact-log/mail/{other.id}/attachments/{kept.id}").status_code == 404
    assert "Plan – ‘final’.html" in words_of(client.get(f"/contact-log/mail/{mail.id}").text)


def test_what_an_e_mail_holds_is_text_on_every_page(client: CarefulClient, people: Cast) -> None:
    canary = "<img src=x onerror=alert(1)>"
    save_setting("keep_attachments", "yes", version=0)
    content = mailed(JO, to="lee.okafor@northmoor.example", subject=canary).replace(b"Letter", canary.encode())
    address = upload(client, people.moorcroft.id, (content, f"{canary}.eml"))
    pages = [client.get(address).text]
    client.post(address, data=typed(pages[0]))
    mail, entry = stored(Mail)[0], stored(Interaction)[0]
    pages += [
        client.get(path).text
        for path in (
            f"/contact-log/mail/{mail.id}",
            "/contact-log/mail/?show=filed",
            f"/contact-log/{entry.id}",
            f"/employers/{people.moorcroft.id}",
        )
    ]

    for page in pages:
        assert canary not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page


@pytest.mark.parametrize("role", [Role.PARTNER, Role.PROVIDER])
def test_nobody_but_staff_sees_mails(client: CarefulClient, role: Role) -> None:
    mail = MailFactory.make()
    somebody: User = UserFactory.make(role=role)
    client.sign_in(somebody)

    for path in ("/contact-log/mail/", f"/contact-log/mail/{mail.id}", f"/contact-log/mail/{mail.id}/attachments/1"):
        assert client.get(path).status_code == 403
