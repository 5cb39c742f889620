"""The pages that an employer opens by a link."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.accounts.models import SignIn
from crm.answering.models import AnswerKind, Insured, PledgeAnswer
from crm.answering.services.correcting import Corrections, correct
from crm.core import clock
from crm.core.db import Base, committing, db
from crm.core.errors import EditedMeanwhile
from crm.core.tokens import with_tokens
from crm.employers.models import Contact, Employer, Site
from crm.links.models import EmployerLink, LinkPurpose
from crm.links.services import Issued, issue, revoke
from crm.notifications.models import OutboxEmail
from crm.pledges.models import Appetite, Attitude, Pledge, PledgeLine, PledgeStatus
from crm.pledges.queries import load_lines
from crm.pledges.statements import StatementTexts, publish_statement, statement_in_force
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import DeclineReasonFactory, SiteFactory, UserFactory
from tests.integration.answering.answering import a_contact, a_link, a_sent_pledge
from tests.support.racing import at_once

pytestmark = pytest.mark.usefixtures("database")

SCANNERS = ("Mozilla/5.0 (compatible; Barracuda)", "SafeLinks", "python-requests/2.31", "curl/8.4", "")
WHO = {"typed_name": "Dana Price", "job_title": "Owner"}
YES = {"kind": "confirm", **WHO}


@pytest.fixture
def asked() -> Issued:
    contact = a_contact()
    return a_link(contact, a_sent_pledge(contact))


def lines_of(pledge_id: int | None) -> Sequence[PledgeLine]:
    return load_lines(db.session.get_one(Pledge, pledge_id))


def the_contact() -> Contact:
    return db.session.query(Contact).order_by(Contact.id).first() or a_contact()


def path(issued: Issued, page: str = "answer") -> str:
    return f"/{page}/{issued.minted.token}"


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    db.session.rollback()
    rows = {
        table.name: [tuple(row) for row in db.session.execute(table.select())] for table in Base.metadata.sorted_tables
    }
    db.session.rollback()
    return rows


def differ(asked: Issued, **changes: str) -> dict[str, str]:
    line = lines_of(asked.link.pledge_id)[0].id
    return {
        "kind": "differ",
        **WHO,
        "lines-0-line_id": str(line),
        "lines-0-young_people": "4",
        "lines-0-each": "2",
        **changes,
    }


def mailed(key: str, page: str) -> str:
    """The path of a page as the mail with a key that begins so brings it."""
    mail = next(each for each in stored(OutboxEmail) if each.key.startswith(key))
    return f"/{page}/{with_tokens(mail.body).partition(f'/{page}/')[2][:43]}"


def statuses() -> list[PledgeStatus]:
    return [each.status for each in stored(Pledge)]


def test_the_page_says_what_is_promised_who_asks_and_chooses_nothing(client: CarefulClient, asked: Issued) -> None:
    page = client.get(path(asked)).text

    assert "10 young people will each have 3 placements, 30 in all" in page
    assert "Priya Shah of" in page
    assert "not a contract" in page
    assert " checked" not in page
    assert 'name="typed_name" type="text" value=""' in page


def test_looking_changes_nothing_at_all(client: CarefulClient, asked: Issued) -> None:
    before = everything()

    for number in range(20):
        agent = {"User-Agent": SCANNERS[number % len(SCANNERS)]}
        for read in (client.get, client.head, client.options):
            read(path(asked), headers=agent)

    assert everything() == before


def test_the_pages_set_no_cookie_and_tell_nobody_where_they_are(client: CarefulClient, asked: Issued) -> None:
    for answer in (client.get(path(asked)), client.get("/answer/wrong"), client.post(path(asked), data={})):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]


def test_a_yes_leads_to_a_page_that_thanks(client: CarefulClient, asked: Issued) -> None:
    answered = client.post(path(asked), data=YES, headers={"User-Agent": "Phone"})

    thanks = client.get(answered.headers["Location"])
    assert (answered.status_code, thanks.status_code) == (303, 200)
    assert "Thank you for your pledge for 2026/27" in thanks.text
    assert asked.minted.token not in answered.headers["Location"]
    (answer,) = stored(PledgeAnswer)
    assert (answer.kind, answer.typed_name, answer.job_title) == (AnswerKind.CONFIRM, "Dana Price", "Owner")
    assert (answer.network, answer.browser) == ("127.0.0.1", "Phone")
    assert statuses() == [PledgeStatus.CONFIRMED]


def test_the_receipt_opens_by_the_mail_too_and_says_what_was_promised(client: CarefulClient, asked: Issued) -> None:
    client.post(path(asked), data=YES)

    page = client.get(mailed("pledge-receipt", "receipt")).text

    assert "10 young people will each have 3 placements" in page
    assert "Answered by Dana Price, Owner" in page


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({}, "Select your answer"),
        ({"kind": "confirm", "job_title": "Owner"}, "Enter your full name"),
        ({"kind": "confirm", "typed_name": " ", "job_title": "Owner"}, "Enter your full name"),
        ({"kind": "confirm", "typed_name": "Dana"}, "Enter your job title"),
        ({"kind": "decline", **WHO}, "Select why it is not possible this year"),
        ({"kind": "decline", **WHO, "reason": "999"}, "Select why it is not possible this year"),
        ({"kind": "differ", **WHO}, "Offer at least one thing"),
        ({**YES, "insured_until": "31 3 2027"}, "leave the date empty"),
        ({**YES, "insured": "yes", "insured_until": "31 3 2020"}, "must be today or later"),
        ({**YES, "phone": "12"}, "phone number"),
        ({"kind": "surely", **WHO}, "Select your answer"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    client: CarefulClient, asked: Issued, given: dict[str, str], complaint: str
) -> None:
    page = client.post(path(asked), data=given)

    assert page.status_code == 200
    assert complaint in page.text
    assert "There is a problem" in page.text
    assert all(f'value="{value}"' in page.text for name, value in given.items() if name == "job_title")
    assert statuses() == [PledgeStatus.SENT]


def test_other_numbers_are_recalculated_without_scripts(client: CarefulClient, asked: Issued) -> None:
    page = client.post(path(asked), data={**differ(asked), "recalculate": "1"}).text

    assert "8 in all" in page
    assert "There is a problem" not in page
    assert 'value="differ" checked' in page
    assert statuses() == [PledgeStatus.SENT]


def test_recalculating_leaves_what_was_chosen(client: CarefulClient, asked: Issued) -> None:
    page = client.post(path(asked), data={**differ(asked), "kind": "confirm", "recalculate": "1"}).text

    assert 'value="confirm" checked' in page


def test_something_different_waits_for_an_officer(client: CarefulClient, asked: Issued) -> None:
    answered = client.post(path(asked), data=differ(asked, **{"added-kind": "talk", "added-young_people": "15"}))

    assert "Thank you for your offer" in client.get(answered.headers["Location"]).text
    offered = next(each for each in stored(Pledge) if each.status is PledgeStatus.OFFERED)
    assert [(each.kind.value, each.young_people, each.each) for each in load_lines(offered)] == [
        ("placement", 4, 2),
        ("talk", 15, 1),
    ]


def test_a_line_can_be_taken_out_but_not_all_of_them(client: CarefulClient, asked: Issued) -> None:
    nothing = differ(asked, **{"lines-0-left_out": "y"})

    assert "Offer at least one thing" in client.post(path(asked), data=nothing).text
    answered = client.post(path(asked), data={**nothing, "added-kind": "talk", "added-young_people": "15"})

    assert answered.status_code == 303
    offered = next(each for each in stored(Pledge) if each.status is PledgeStatus.OFFERED)
    assert [each.kind.value for each in load_lines(offered)] == ["talk"]


def test_a_line_of_another_pledge_cannot_be_named(client: CarefulClient, asked: Issued) -> None:
    other = a_sent_pledge(a_contact(name="Eve", email="eve@birch.example", employer=None))
    foreign = str(lines_of(other.id)[0].id)

    client.post(path(asked), data=differ(asked, **{"lines-0-line_id": foreign, "added-kind": "talk"}))

    offered = next(each for each in stored(Pledge) if each.status is PledgeStatus.OFFERED)
    assert [each.kind.value for each in load_lines(offered)] == ["talk"]


def test_a_no_is_kept_with_its_reason_for_the_year(client: CarefulClient, asked: Issued) -> None:
    reason = DeclineReasonFactory.make(name="No capacity this year")
    db.session.commit()
    reason_id, name = reason.id, reason.name

    answered = client.post(
        path(asked), data={"kind": "decline", **WHO, "reason": str(reason_id), "detail": "Next year maybe"}
    )

    assert "Thank you for your answer" in client.get(answered.headers["Location"]).text
    (appetite,) = stored(Appetite)
    assert (appetite.attitude, appetite.reason_id, appetite.recorded_by_id) == (Attitude.NOT_THIS_YEAR, reason_id, None)
    (pledge,) = stored(Pledge)
    assert (pledge.status, pledge.ended_reason) == (PledgeStatus.DECLINED, f"{name}: Next year maybe")


def test_what_they_correct_is_written_down(client: CarefulClient, asked: Issued) -> None:
    SiteFactory.make(employer=db.session.get_one(Employer, asked.link.employer_id), address="Old Road 1")

    client.post(
        path(asked),
        data={
            **YES,
            "phone": "01632 960961",
            "address": "New Road 2",
            "insured": "yes",
            "insured_until": "31 3 2030",
            "may_be_named": "yes",
        },
    )

    (contact,) = stored(Contact)
    assert (contact.job_title, contact.phone) == ("Owner", "+441632960961")
    assert [site.address for site in stored(Site)] == ["New Road 2"]
    (answer,) = stored(PledgeAnswer)
    assert (answer.insured, str(answer.insured_until), answer.may_be_named) == (Insured.YES, "2030-03-31", True)


def test_a_colleague_who_was_handed_the_link_answers_without_becoming_the_contact(
    client: CarefulClient, asked: Issued
) -> None:
    client.post(path(asked), data={**YES, "typed_name": "Alan Boss", "phone": "01632 960962"})

    (contact,) = stored(Contact)
    assert (contact.name, contact.job_title, contact.phone) == ("Dana Price", None, None)
    assert stored(PledgeAnswer)[0].detail == "Phone number of Alan Boss: +441632960962"


@pytest.mark.parametrize(("times", "status"), [(1, PledgeStatus.CONFIRMED), (2, PledgeStatus.SENT)])
def test_an_answer_is_not_lost_to_an_officer_who_edits_the_contact_at_the_same_moment(
    client: CarefulClient, asked: Issued, monkeypatch: pytest.MonkeyPatch, times: int, status: PledgeStatus
) -> None:
    edits = iter(range(times))

    def edited_first(contact: Contact, said: Corrections) -> str:
        if next(edits, None) is not None:
            raise EditedMeanwhile("Somebody else has just changed this.")
        return correct(contact, said)

    monkeypatch.setattr("crm.answering.views.answer.correct", edited_first)

    answered = client.post(path(asked), data=YES)

    assert statuses() == [status]
    assert answered.status_code == (303 if times == 1 else 200)
    assert times == 1 or "Somebody else has just changed this" in answered.text


def test_an_offer_of_the_very_same_is_asked_about(client: CarefulClient, asked: Issued) -> None:
    same = differ(asked, **{"lines-0-young_people": "10", "lines-0-each": "3"})

    assert "Change what you can offer" in client.post(path(asked), data=same).text
    assert statuses() == [PledgeStatus.SENT]
    assert client.post(path(asked), data={**same, "detail": "But only in May"}).status_code == 303


def test_what_they_say_of_their_insurance_stands_at_the_check(client: CarefulClient, asked: Issued) -> None:
    site_id = SiteFactory.make(employer=db.session.get_one(Employer, asked.link.employer_id)).id
    client.post(path(asked), data={**YES, "insured": "yes", "insured_until": "31 3 2030"})
    client.sign_in(UserFactory.make())

    page = client.get(f"/sites/{site_id}").text

    assert page.count("The employer says: insured until 31 March 2030.") == 1
    assert "Dana Price wrote so" in page


def test_an_address_of_one_of_several_sites_is_left_to_the_officer(client: CarefulClient, asked: Issued) -> None:
    for address in ("Old Road 1", "Old Road 2"):
        SiteFactory.make(employer=db.session.get_one(Employer, asked.link.employer_id), address=address)

    client.post(path(asked), data={**YES, "address": "New Road 2"})

    assert [site.address for site in stored(Site)] == ["Old Road 1", "Old Road 2"]
    assert stored(PledgeAnswer)[0].detail == "Where young people would go: New Road 2"


def dead_links(asked: Issued) -> dict[str, str]:
    """A path for everything that can be wrong with a link."""
    contact = the_contact()

    def another(name: str) -> Issued:
        pledge = a_sent_pledge(a_contact(name=name, email=f"{name}@x.example", employer=None))
        return issue(
            LinkPurpose.ANSWER,
            db.session.get_one(Contact, pledge.signatory_id),
            pledge=pledge,
            lasts=timedelta(days=28),
        )

    expired, revoked, used, closed = (another(name) for name in ("expired", "revoked", "used", "closed"))
    expired.link.expires_at = clock.now()
    used.link.used_at = clock.now()
    revoke(revoked.link)
    db.session.get_one(Pledge, closed.link.pledge_id).status = PledgeStatus.DRAFT
    hub = issue(LinkPurpose.HUB, contact)
    db.session.commit()
    return {
        "wrong": "/answer/" + "x" * 43,
        "empty": "/answer/x",
        "expired": path(expired),
        "revoked": path(revoked),
        "used": path(used),
        "closed": path(closed),
        "another purpose": path(hub),
    }


def test_nothing_tells_one_dead_link_from_another(client: CarefulClient, asked: Issued) -> None:
    def seen(address: str) -> tuple[int, str, int]:
        with counting_queries() as run:
            answer = client.get(address)
        return answer.status_code, answer.text.replace(answer.text.partition('nonce="')[2][:22], ""), len(run)

    pages = {name: seen(address) for name, address in dead_links(asked).items()}

    assert len(set(pages.values())) == 1
    assert next(iter(pages.values()))[0] == 404


def test_sending_to_a_dead_link_is_answered_kindly_and_changes_nothing(client: CarefulClient, asked: Issued) -> None:
    addresses = dead_links(asked)
    before = everything()

    for address in addresses.values():
        client.get(address)
        answer = client.post(address, data=YES)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/links/thank-you")

    assert everything() == before
    assert "thank you, we have your answer" in client.get("/links/thank-you").text


def test_the_pages_look_at_nobodys_cookie_and_leave_waiting_messages_waiting(
    client: CarefulClient, asked: Issued
) -> None:
    client.sign_in(UserFactory.make(name="Olu Officer"))
    with client.session_transaction() as cookie:
        cookie["_flashes"] = [("success", "Saved.")]
    db.session.query(SignIn).one().last_seen_at -= timedelta(hours=1)  # any other page would note that they are here
    db.session.commit()
    before = everything()

    page = client.get(path(asked))

    assert everything() == before
    assert "Set-Cookie" not in page.headers
    assert "Olu Officer" not in page.text
    assert "Saved." not in page.text
    assert "Saved." in client.get("/account").text


def test_a_mistyped_link_tells_its_address_to_nobody(client: CarefulClient, asked: Issued) -> None:
    for answer in (client.get(f"{path(asked)}/x"), client.put(path(asked))):
        assert answer.status_code in {404, 405}
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_touch_marks_the_link_opened_once(client: CarefulClient, asked: Issued) -> None:
    touch = f"/links/answer/{asked.minted.token}/seen"
    assert client.post(touch).status_code == 204
    first = stored(EmployerLink)[0].opened_at

    for address in (
        touch,
        "/links/answer/wrong/seen",
        "/links/nothing/wrong/seen",
        f"/links/hub/{asked.minted.token}/seen",
    ):
        assert client.post(address).status_code == 204

    assert first is not None
    assert stored(EmployerLink)[0].opened_at == first


def test_an_answer_is_taken_back_and_can_be_given_anew(client: CarefulClient, asked: Issued) -> None:
    client.post(path(asked), data=YES)
    undo = mailed("pledge-receipt", "undo")
    assert "Take your answer back?" in client.get(undo).text
    assert statuses() == [PledgeStatus.CONFIRMED]

    undone = client.post(undo)

    assert statuses() == [PledgeStatus.WITHDRAWN, PledgeStatus.SENT]
    anew = undone.headers["Location"]
    assert "Is this your pledge" in client.get(anew).text
    assert client.get(undo).status_code == 404
    assert client.post(undo).headers["Location"] == "/links/thank-you"
    assert client.post(anew, data=YES).status_code == 303
    assert statuses() == [PledgeStatus.WITHDRAWN, PledgeStatus.CONFIRMED]


def test_what_cannot_be_undone_any_more_says_so(client: CarefulClient, asked: Issued) -> None:
    client.post(path(asked), data=YES)
    undo = mailed("pledge-receipt", "undo")
    with committing():
        pledge = db.session.query(Pledge).one()
        pledge.status, pledge.ended_reason = PledgeStatus.WITHDRAWN, "Closed"

    page = client.post(undo).text

    assert "It could not be taken back" in page
    assert statuses() == [PledgeStatus.WITHDRAWN]


def test_mail_is_stopped_by_one_press_or_by_the_mail_program(client: CarefulClient, asked: Issued) -> None:
    stop = issue(LinkPurpose.STOP, the_contact())
    db.session.commit()
    assert "Stop our e-mails?" in client.get(path(stop, "stop")).text
    assert stored(Contact)[0].objected_on is None

    pressed = client.post(path(stop, "stop"), data={"List-Unsubscribe": "One-Click"})

    assert pressed.status_code == 204
    assert stored(Contact)[0].objected_on == clock.today()
    assert "We have stopped" in client.get(path(stop, "stop")).text
    assert client.post(path(stop, "stop")).status_code == 303


def test_an_answer_keeps_the_version_of_the_statement_it_was_given_on(client: CarefulClient, asked: Issued) -> None:
    page = client.get(path(asked)).text
    read = statement_in_force().id
    assert f'name="statement_id" value="{read}"' in page
    assert "This is a promise, not a contract" in page
    with committing():
        texts = StatementTexts("Something else", "What counts", "Data")
        publish_statement(texts, "Shorter", seen=1, by=UserFactory.make(), at=clock.now())

    client.post(path(asked), data={**YES, "statement_id": str(read)})

    assert stored(PledgeAnswer)[0].statement_id == read


@pytest.mark.parametrize("odd", ["", "4711", "x", "-1", "9" * 30])
def test_without_a_known_version_the_one_in_force_is_meant(client: CarefulClient, asked: Issued, odd: str) -> None:
    client.post(path(asked), data={**YES, "statement_id": odd})

    assert stored(PledgeAnswer)[0].statement_id == statement_in_force().id


def test_the_receipt_of_a_yes_leads_to_a_certificate_and_a_badge(client: CarefulClient, asked: Issued) -> None:
    client.post(path(asked), data=YES)
    receipt = mailed("pledge-receipt", "receipt")

    assert f"{receipt}/certificate" in client.get(receipt).text
    page = client.get(f"{receipt}/certificate")
    assert "has pledged real experience of work" in page.text
    kinds = {ending: client.get(f"{receipt}/{ending}") for ending in ("certificate.pdf", "badge.svg", "badge.png")}
    assert [each.mimetype for each in kinds.values()] == ["application/pdf", "image/svg+xml", "image/png"]
    for each in (page, *kinds.values()):
        assert (each.headers["Referrer-Policy"], each.headers["Cache-Control"]) == ("no-referrer", "no-store")


def test_without_a_promise_there_is_no_certificate(client: CarefulClient, asked: Issued) -> None:
    client.post(path(asked), data={"kind": "decline", **WHO, "reason": str(DeclineReasonFactory.make().id)})
    receipt = mailed("pledge-receipt", "receipt")

    assert "certificate" not in client.get(receipt).text
    for page in (f"{receipt}/certificate", f"{receipt}/badge.svg", "/receipt/wrong/certificate.pdf"):
        assert client.get(page).status_code == 404


def no_for_a_reason(client: CarefulClient, asked: Issued) -> None:
    reason = DeclineReasonFactory.make(name="We are moving")
    client.post(path(asked), data={"kind": "decline", **WHO, "reason": str(reason.id)})


def test_a_no_that_is_taken_back_is_no_word_on_the_year_either(client: CarefulClient, asked: Issued) -> None:
    no_for_a_reason(client, asked)
    assert len(stored(Appetite)) == 1

    client.post(mailed("pledge-receipt", "undo"))

    assert stored(Appetite) == []


def test_what_an_officer_wrote_down_since_stays_when_a_no_is_taken_back(client: CarefulClient, asked: Issued) -> None:
    no_for_a_reason(client, asked)
    db.session.query(Appetite).one().recorded_by_id = UserFactory.make().id
    db.session.commit()

    client.post(mailed("pledge-receipt", "undo"))

    assert len(stored(Appetite)) == 1


def test_no_receipt_is_promised_to_somebody_without_an_address(client: CarefulClient, asked: Issued) -> None:
    db.session.get_one(Contact, asked.link.contact_id).email = None
    db.session.commit()

    thanks = client.get(client.post(path(asked), data=YES).headers["Location"]).text

    assert "Thank you for your pledge" in thanks
    assert "None" not in thanks
    assert [mail.key.partition(":")[0] for mail in stored(OutboxEmail)] == ["pledge-answered"]


@pytest.mark.rounds(2)  # of 50 each; Show 2 is --rounds 20 -k fifty, and --rounds 200 -k expiry of test_races.py
def test_of_fifty_who_send_at_once_one_answers_and_all_get_a_kind_page(app: Flask, asked: Issued) -> None:
    def send() -> int:
        client = FlaskClient(app, app.response_class)  # the careful one takes another thread’s work for its own
        answered = client.post(path(asked), data=YES)
        return client.get(answered.headers["Location"]).status_code

    told = at_once(app, *[send] * 50)

    assert told == [200] * 50
    assert statuses() == [PledgeStatus.CONFIRMED]
    assert len(stored(PledgeAnswer)) == 1
    assert [each.key.partition(":")[0] for each in stored(OutboxEmail)] == ["pledge-receipt", "pledge-answered"]


def test_a_poisoned_host_gets_no_page_and_no_mail(client: CarefulClient, asked: Issued) -> None:
    answer = client.post(path(asked), data=YES, headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert stored(OutboxEmail) == []
