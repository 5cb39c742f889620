"""Sending a pledge from its page, and what became of each link."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.accounts.models import User
from crm.answering.jobs import chase_unanswered
from crm.answering.services import give_answer
from crm.core import clock
from crm.core.access import Role
from crm.core.db import committing, db
from crm.desk.pledge_links.queries import candidates, preselected
from crm.employers.models import Contact, LegalForm
from crm.links.models import EmployerLink, LinkPurpose
from crm.notifications.models import EmailStatus, OutboxEmail
from crm.pledges.models import Pledge, PledgeStatus
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import ContactFactory, EmployerFactory, PlaceFactory, PledgeFactory, PledgeLineFactory, UserFactory
from tests.integration.answering.answering import YES, link_and_pledge
from tests.support.pages import words_of

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
DAY = timedelta(days=1)
keys = iter(range(10_000))


@pytest.fixture(autouse=True)
def _it_is_a_tuesday_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def me(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make(name="Priya Shah", email="priya@council.example"))


def a_draft(me: User | None = None, **given: object) -> Pledge:
    employer = EmployerFactory.make(name="Alder Joinery", legal_form=LegalForm.COMPANY, owner=me)
    plain = {"status": PledgeStatus.DRAFT, "confirmed_on": None, "lines": [PledgeLineFactory.build(young_people=2)]}
    return PledgeFactory.make(**({"employer": employer} | plain | given))


def somebody_at(pledge: Pledge, name: str = "Dana Price", **given: object) -> Contact:
    address = f"{name.split(maxsplit=1)[0].casefold()}@alder.example"
    return ContactFactory.make(**({"employer": pledge.employer, "name": name, "email": address} | given))


def post(client: CarefulClient, address: str, **data: object) -> tuple[int, str]:
    """Status, and the words of the page, or where it leads."""
    answer = client.post(address, data={"submission_key": f"key-{next(keys)}", **data})
    return answer.status_code, answer.headers.get("Location") or words_of(answer.text)


def latest_link() -> EmployerLink:
    """To answer a pledge by."""
    *_, latest = (each for each in stored(EmployerLink) if each.purpose is LinkPurpose.ANSWER)
    assert isinstance(latest, EmployerLink)
    return latest


def send(client: CarefulClient, pledge: Pledge, *people: Contact) -> EmployerLink:
    status, _ = post(client, f"/pledges/{pledge.id}/send-to-employer", to=[each.id for each in people])
    assert status == 302
    return latest_link()


# Choosing -----------------------------------------------------------------------------------------------------------


def test_everybody_with_an_address_can_be_asked_who_signs_first(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)
    somebody_at(pledge, "Ada Birch")
    somebody_at(pledge, "Zoe Quill", signs_pledges=True, job_title="Director")
    somebody_at(pledge, "Nora Left", left_at=NOW)
    somebody_at(pledge, "Olga Nomail", email=None)

    words = words_of(client.get(f"/pledges/{pledge.id}/send-to-employer").text)

    assert words.index("Zoe Quill Director, zoe@alder.example, signs pledges. A company may be e-mailed") < words.index(
        "Ada Birch ada@alder.example."
    )
    assert "Nora Left" not in words
    assert "Olga Nomail" not in words


def test_who_objected_is_shown_with_the_reason_and_cannot_be_chosen(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)
    objected = somebody_at(pledge, objected_on=date(2026, 11, 3), objected_how="by phone")
    address = f"/pledges/{pledge.id}/send-to-employer"

    page = client.get(address).text
    status, words = post(client, address, to=objected.id)

    assert "They objected to e-mail on 3 November 2026 (by phone)" in words_of(page)
    assert page.count(" disabled") == 1
    assert (status, "Nothing was sent. Dana Price: They objected" in words) == (200, True)
    assert not stored(OutboxEmail)


@pytest.mark.parametrize(
    ("signing", "named", "chosen"),
    [
        (["Ada"], None, ["Ada"]),
        (["Ada", "Eve"], None, []),
        ([], None, []),
        (["Ada", "Eve"], "Eve", ["Eve"]),
        (["Ada"], "Finn", ["Finn"]),
    ],
)
@pytest.mark.usefixtures("database")
def test_only_the_one_person_who_signs_is_chosen_beforehand(
    signing: list[str], named: str | None, chosen: list[str]
) -> None:
    pledge = a_draft()
    people = {name: somebody_at(pledge, name, signs_pledges=name in signing) for name in ("Ada", "Eve", "Finn")}
    pledge.signatory_id = people[named].id if named else None

    offered = candidates(pledge, ())

    assert preselected(pledge, offered) == [people[name].id for name in chosen]
    assert preselected(pledge, candidates(pledge, [each.id for each in people.values()])) == []


def test_somebody_who_wants_peace_is_warned_of_and_can_be_written_to(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)
    pledge.employer.quiet_until, pledge.employer.quiet_reason = date(2026, 12, 1), "Stocktaking"
    contact = somebody_at(pledge)

    words = words_of(client.get(f"/pledges/{pledge.id}/send-to-employer").text)
    send(client, pledge, contact)

    assert "They asked to be left in peace until 1 December 2026 : Stocktaking." in words
    assert len(stored(OutboxEmail)) == 1


def test_where_nobody_has_an_address_the_page_says_what_to_do(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)

    words = words_of(client.get(f"/pledges/{pledge.id}/send-to-employer").text)

    assert "We know nobody at Alder Joinery who has an e-mail address. Add a contact, or an address" in words


# Sending ------------------------------------------------------------------------------------------------------------


def test_the_pledge_is_sent_once_however_often_the_button_is_pressed(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)
    data = {"submission_key": "once", "to": somebody_at(pledge).id, "own_words": "Good to see you."}
    address = f"/pledges/{pledge.id}/send-to-employer"

    first, second = client.post(address, data=data), client.post(address, data=data)

    assert first.headers["Location"] == second.headers["Location"] == f"/pledges/{pledge.id}#links"
    (mail,) = stored(OutboxEmail)
    assert "Good to see you." in mail.body
    words = words_of(client.get(f"/pledges/{pledge.id}").text)
    assert "The pledge goes to Dana Price by e-mail." in words
    assert (
        "Dana Price Waiting to go out 24 November 2026 at 10am by Priya Shah, 1 e-mail works until 22 December 2026"
        in (words)
    )
    assert "Next reminder by itself on 1 December 2026 at 10am." in words


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({}, "Select who is to answer"),
        ({"to": "x"}, "Select who is to answer"),
        ({"own_words": "x" * 2001}, "Shorten your own words to 2,000 characters"),
    ],
)
def test_what_is_wrong_with_the_form_is_said_beside_it(
    client: CarefulClient, me: User, data: dict[str, str], error: str
) -> None:
    pledge = a_draft(me)
    somebody_at(pledge)

    status, words = post(client, f"/pledges/{pledge.id}/send-to-employer", **data)

    assert (status, error in words) == (200, True)
    assert not stored(OutboxEmail)


def test_somebody_of_another_employer_is_nobody(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)
    somebody_at(pledge)
    stranger = ContactFactory.make(email="x@else.example")

    _, words = post(client, f"/pledges/{pledge.id}/send-to-employer", to=stranger.id)

    assert "Select at least one person to send it to." in words


def test_a_decided_pledge_is_not_sent(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me, status=PledgeStatus.CONFIRMED, confirmed_on=date(2026, 11, 3))

    assert client.get(f"/pledges/{pledge.id}/send-to-employer").status_code == 409
    assert "Send to the employer" not in client.get(f"/pledges/{pledge.id}").text


def test_the_page_of_a_draft_leads_to_sending_and_marking_is_the_unusual_way(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)

    page = client.get(f"/pledges/{pledge.id}").text

    assert f'href="/pledges/{pledge.id}/send-to-employer"' in page
    assert "Sent in another way? Mark it as sent" in words_of(page)
    assert post(client, f"/pledges/{pledge.id}/send", **{"send-on": "24 11 2026", "send-submission_key": "k"})[0] == 302


# The preview --------------------------------------------------------------------------------------------------------


def test_the_e_mail_is_shown_as_it_will_look_and_nothing_is_saved(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)
    somebody_at(pledge, "Ada Birch", signs_pledges=True)
    chosen = somebody_at(pledge)
    address = f"/pledges/{pledge.id}/send-to-employer/preview"
    typed = {"to": chosen.id, "own_words": "<b>Hello</b>"}

    beforehand, as_html = client.get(address), client.post(address, data={**typed, "as": "html"})
    as_text = client.post(address, data={**typed, "as": "text"})

    assert "Hello Ada Birch," in beforehand.text
    assert "Hello Dana Price," in as_html.text
    assert "&lt;b&gt;Hello&lt;/b&gt;" in as_html.text
    assert (as_text.mimetype, "<b>Hello</b>" in as_text.text) == ("text/plain", True)
    for answer in (beforehand, as_html, as_text):
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "/answer/…" in answer.text
    assert not stored(EmployerLink)


def test_other_pages_stand_in_no_frame(client: CarefulClient, me: User) -> None:
    assert client.get("/").headers["X-Frame-Options"] == "DENY"


def test_without_anybody_to_write_to_there_is_nothing_to_show(client: CarefulClient, me: User) -> None:
    assert client.get(f"/pledges/{a_draft(me).id}/send-to-employer/preview").status_code == 409


# What became of the links -------------------------------------------------------------------------------------------


def test_a_link_is_sent_anew_with_one_press(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)
    link = send(client, pledge, somebody_at(pledge))

    status, leads_to = post(client, f"/pledges/{pledge.id}/links/{link.id}/resend")

    assert (status, leads_to) == (302, f"/pledges/{pledge.id}#links")
    assert [mail.key for mail in stored(OutboxEmail)] == [f"pledge-link:{link.id}:2"]
    assert "A new e-mail goes to Dana Price at Alder Joinery." in words_of(client.get(f"/pledges/{pledge.id}").text)


def test_a_link_is_revoked_with_one_press(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)
    link = send(client, pledge, somebody_at(pledge))

    status, _ = post(client, f"/pledges/{pledge.id}/links/{link.id}/revoke")
    again, _ = post(client, f"/pledges/{pledge.id}/links/{link.id}/revoke")
    page = client.get(f"/pledges/{pledge.id}").text

    assert (status, again) == (302, 409)
    assert "Dana Price Taken back 24 November 2026 at 10am" in words_of(page)
    assert "/resend" not in page
    assert "/revoke" not in page


def test_a_pledge_is_recalled_and_can_be_sent_to_the_same_person_again(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)
    contact = somebody_at(pledge)
    send(client, pledge, contact)

    status, _ = post(client, f"/pledges/{pledge.id}/recall")
    refused, _ = post(client, f"/pledges/{pledge.id}/recall")
    send(client, pledge, contact)

    assert (status, refused) == (302, 409)
    assert stored(Pledge)[0].status is PledgeStatus.SENT


def test_a_recalled_draft_can_be_discarded_with_its_links(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)
    send(client, pledge, somebody_at(pledge))
    chase_unanswered(NOW + 7 * DAY)
    sent_status, _ = post(client, f"/pledges/{pledge.id}/discard-recalled")
    post(client, f"/pledges/{pledge.id}/recall")
    page, address = client.get(f"/pledges/{pledge.id}").text, f"/pledges/{pledge.id}/discard-recalled"

    status, leads_to = post(client, address)

    assert (sent_status, status, leads_to) == (409, 302, "/pledges/")
    assert f'action="{address}"' in page
    assert not stored(Pledge)
    assert [each.purpose for each in stored(EmployerLink)] == [LinkPurpose.STOP]


def test_a_draft_with_places_stays_with_its_links(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)
    line_id = pledge.lines[0].id
    send(client, pledge, somebody_at(pledge))
    PlaceFactory.make(pledge_line_id=line_id)
    post(client, f"/pledges/{pledge.id}/recall")

    status, words = post(client, f"/pledges/{pledge.id}/discard-recalled")

    assert (status, "Places are linked to this draft." in words) == (409, True)
    assert len([each for each in stored(EmployerLink) if each.purpose is LinkPurpose.ANSWER]) == 1


def test_the_page_tells_what_was_chased_what_was_not_and_why(
    client: CarefulClient, me: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    pledge = a_draft(me)
    contact = somebody_at(pledge)
    send(client, pledge, contact)
    for days in (7, 14):
        now = NOW + days * DAY
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        chase_unanswered(now)
        contact = db.session.get_one(Contact, contact.id)
        contact.objected_on, contact.objected_how = date(2026, 12, 3), "by phone"
        db.session.commit()

    client.sign_in(db.session.get_one(User, me.id))
    words = words_of(client.get(f"/pledges/{pledge.id}").text)

    assert "Reminded by itself 7 days ago." in words
    assert "Not reminded today. They objected to e-mail on 3 December 2026 (by phone)." in words
    assert "Next reminder" not in words
    assert "2 e-mails" in words


def test_an_answered_link_says_so_and_has_no_buttons(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)
    link = send(client, pledge, somebody_at(pledge))
    with committing():
        give_answer(*link_and_pledge(link.id), YES)

    page = client.get(f"/pledges/{pledge.id}").text

    assert "Dana Price Answered 24 November 2026 at 10am" in words_of(page)
    assert "/revoke" not in page
    assert "Recall the pledge" not in page


def test_a_mail_that_failed_says_why_and_what_to_do_and_nobody_is_chased(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)
    send(client, pledge, somebody_at(pledge))
    db.session.query(OutboxEmail).update({"status": EmailStatus.FAILED, "last_error": "550 No such mailbox"})
    db.session.commit()

    words = words_of(client.get(f"/pledges/{pledge.id}").text)

    assert "Dana Price E-mail failed 550 No such mailbox," in words
    assert "Correct the address of Dana Price , then send it again." in words
    assert "Remind Dana Price" not in words
    assert "Next reminder" not in words


def test_the_page_asks_as_many_questions_with_many_links_as_with_one(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)
    send(client, pledge, somebody_at(pledge))
    address = f"/pledges/{pledge.id}"
    client.get(address)
    with counting_queries() as one:
        client.get(address)
    send(client, pledge, *[somebody_at(pledge, f"N{number}") for number in range(30)])
    client.get(address)

    with counting_queries() as many:
        client.get(address)

    assert len(one) == len(many)


# Who may ------------------------------------------------------------------------------------------------------------


def test_a_partner_sees_no_links_and_sends_nothing(client: CarefulClient) -> None:
    pledge = a_draft(status=PledgeStatus.CONFIRMED, confirmed_on=date(2026, 11, 3))
    somebody_at(pledge)
    client.sign_in(UserFactory.make(role=Role.PARTNER))

    assert "Sent by e-mail" not in client.get(f"/pledges/{pledge.id}").text
    for address in ("send-to-employer", "send-to-employer/preview"):
        assert client.get(f"/pledges/{pledge.id}/{address}").status_code == 403
    for address in ("links/1/resend", "links/1/revoke", "recall", "discard-recalled"):
        assert post(client, f"/pledges/{pledge.id}/{address}")[0] == 403


def test_a_link_of_another_pledge_is_not_found(client: CarefulClient, me: User) -> None:
    pledge, another = a_draft(me), a_draft(me, academic_year_name="2027/28")
    link = send(client, pledge, somebody_at(pledge))

    assert post(client, f"/pledges/{another.id}/links/{link.id}/resend")[0] == 404
    assert post(client, f"/pledges/{another.id}/links/{link.id}/revoke")[0] == 404


# Elsewhere ----------------------------------------------------------------------------------------------------------


def test_my_day_tells_what_became_of_the_latest_link(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)
    link = send(client, pledge, somebody_at(pledge))
    link.opened_at = NOW - DAY
    db.session.query(OutboxEmail).update({"status": EmailStatus.SENT, "sent_at": NOW})
    db.session.commit()

    page = client.get("/").text

    assert "opened yesterday" in words_of(page)
    assert f"/my-day/pledges/{pledge.id}/remind" in page
    assert "/resend" not in page


def test_on_my_day_a_link_that_reached_nobody_is_sent_anew(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)
    link = send(client, pledge, somebody_at(pledge))
    db.session.query(OutboxEmail).update({"status": EmailStatus.FAILED, "last_error": "550 No such mailbox"})
    db.session.commit()

    page = client.get("/").text
    back = f"/#pledge-{pledge.id}"
    status, leads_to = post(client, f"/pledges/{pledge.id}/links/{link.id}/resend", next=back)

    assert "e-mail failed: 550 No such mailbox" in words_of(page)
    assert f"/my-day/pledges/{pledge.id}/remind" not in page
    assert (status, leads_to) == (302, back)
    assert "e-mail waits to go out" in words_of(client.get("/").text)


def test_on_my_day_a_draft_leads_to_sending_and_an_offer_to_deciding(client: CarefulClient, me: User) -> None:
    draft = a_draft(me)
    offered = a_draft(me, status=PledgeStatus.OFFERED, academic_year_name="2027/28")

    page = client.get("/").text

    assert f'href="/pledges/{draft.id}/send-to-employer"' in page
    assert "Decide about what Alder Joinery offers" in words_of(page)
    assert f"/my-day/pledges/{offered.id}/remind" not in page


def test_the_page_of_the_employer_mentions_the_open_link_before_you_call_and_beside_the_pledge(
    client: CarefulClient, me: User
) -> None:
    pledge = a_draft(me)
    send(client, pledge, somebody_at(pledge))

    words = words_of(client.get(f"/employers/{pledge.employer_id}").text)
    in_the_log = words_of(client.get(f"/contact-log/new?employer={pledge.employer_id}").text)

    assert "Promise this year Sent e-mail waits to go out" in words
    assert "Sent E-mail waits to go out" in words
    assert "Promise this year Sent e-mail waits to go out" in in_the_log


def test_the_page_of_the_employer_asks_one_question_more_while_a_pledge_waits(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)
    address = f"/employers/{pledge.employer_id}"
    send(client, pledge, *[somebody_at(pledge, f"N{number}") for number in range(30)])
    client.get(address)

    with counting_queries() as statements:
        client.get(address)

    assert len([each for each in statements if not each.startswith("BEGIN")]) <= 14


def test_what_was_sent_is_no_two_way_contact(client: CarefulClient, me: User) -> None:
    pledge = a_draft(me)
    send(client, pledge, somebody_at(pledge))

    assert "Last contact Nobody yet" in words_of(client.get(f"/employers/{pledge.employer_id}").text)
