"""The e-mails that follow an answer, each owed in the same unit of work and under a key of its own."""

from crm.accounts.models import User
from crm.answering.addresses import ANSWER, RECEIPT, UNDO, address
from crm.answering.models import AnswerKind, PledgeAnswer
from crm.answering.queries import officer_behind, officer_of, person_of
from crm.core.formatting import long_date
from crm.core.web import public_link
from crm.employers.models import Contact
from crm.links.models import EmployerLink, LinkPurpose
from crm.links.services import Issued, another_token, issue
from crm.notifications.letters import Bullets, Button, Letter, Part
from crm.notifications.services import enqueue
from crm.pledges.models import Pledge
from crm.pledges.queries import load_lines
from crm.pledges.wording import line_sentence
from crm.reference.settings import settings

SUBJECTS = {
    AnswerKind.CONFIRM: "Thank you for your pledge",
    AnswerKind.DIFFER: "Thank you for your offer",
    AnswerKind.DECLINE: "Thank you for your answer",
}
ANSWERED = {
    AnswerKind.CONFIRM: "You confirmed the pledge of {employer} to young people for the academic year {year}:",
    AnswerKind.DIFFER: "We asked {employer} for a pledge to young people for the academic year {year}, and you offered "
    "something different. We look at it and tell you whether that is how we go on. We had asked for:",
    AnswerKind.DECLINE: "You told us that {employer} makes no pledge for the academic year {year} ({reason}). "
    "We had asked for:",
}
ACCEPTED = (
    "Thank you: what you offered is the pledge of {employer} to young people for the academic year {year} from today:"
)
UNDONE = "The answer of {day} to the pledge of {employer} was taken back. Nothing of it holds any more."
THANKS = "Thank you for what you do for young people."
TOLD = {
    AnswerKind.CONFIRM: "confirmed the pledge",
    AnswerKind.DIFFER: "offered something different: please accept it, or say why not",
    AnswerKind.DECLINE: "makes no pledge",
}


def tell_of_answer(answer: PledgeAnswer, link: EmployerLink, pledge: Pledge) -> None:
    """A receipt for who answered, with links to look at it and to take it back; and the same for the officer.

    Of the link contact and employer must be loaded, of the pledge its lines.
    """
    officer = officer_behind(link)
    key = f"pledge-receipt:{answer.id}"
    receipt = issue(LinkPurpose.RECEIPT, link.contact, pledge=pledge, by=officer, mail_key=key)
    undo = issue(LinkPurpose.UNDO, link.contact, pledge=pledge, by=officer, mail_key=key)
    said = ANSWERED[answer.kind].format(
        employer=link.employer.name, year=pledge.academic_year_name, reason=answer.reason or ""
    )
    letter = Letter(
        sender=_council(),
        greeting=f"Hello {answer.typed_name},",
        parts=(
            said,
            Bullets(_lines(pledge)),
            Button("Look at it again and print it", address(RECEIPT, receipt.minted)),
            f"If that was not you, or you thought again, take it back within 7 days:\n{address(UNDO, undo.minted)}",
            THANKS,
        ),
        closing=_signature(officer),
    )
    if link.contact.email:  # it may have been deleted since they were asked
        _write(key, link.contact, SUBJECTS[answer.kind], letter, officer)
    if officer is not None:
        _tell_officer(officer, answer, link, pledge)


def _tell_officer(officer: User, answer: PledgeAnswer, link: EmployerLink, pledge: Pledge) -> None:
    why = f" ({answer.reason})" if answer.reason else ""
    said = (
        f"{link.employer.name} {TOLD[answer.kind]} for {pledge.academic_year_name}{why}. "
        f"{answer.typed_name} answered by the link."
    )
    own_words = (f"In their words: {answer.detail}",) if answer.detail else ()
    _write_to_officer(
        f"pledge-answered:{answer.id}",
        officer,
        "An employer answered its pledge",
        (said, *own_words, _open(answer.offered_pledge_id or pledge.id)),
    )


def tell_of_acceptance(answer: PledgeAnswer, pledge: Pledge, by: User) -> None:
    """What they offered is their pledge now. The pledge's employer and lines must be loaded."""
    contact = person_of(answer)
    if not _reachable(contact):
        return
    key = f"pledge-accepted:{answer.id}"
    receipt = issue(LinkPurpose.RECEIPT, contact, pledge=pledge, by=by, mail_key=key)
    letter = Letter(
        sender=_council(),
        greeting=f"Hello {answer.typed_name},",
        parts=(
            ACCEPTED.format(employer=pledge.employer.name, year=pledge.academic_year_name),
            Bullets(_lines(pledge)),
            Button("Look at it again and print it", address(RECEIPT, receipt.minted)),
        ),
        closing=_signature(by),
    )
    _write(key, contact, "Thank you for your pledge", letter, by)


def tell_of_undoing(answer: PledgeAnswer, again: Pledge | None, issued: Issued | None, by: User | None) -> None:
    """Both sides hear that an answer no longer holds, and the employer how to answer anew."""
    contact, officer = person_of(answer), by or officer_of(answer)
    if _reachable(contact):
        key = f"pledge-undone:{answer.id}"
        anew: tuple[Button, ...] = ()
        if issued is not None:
            anew = (Button("Answer again", address(ANSWER, another_token(issued.link, key))),)
        said = UNDONE.format(day=long_date(answer.answered_at), employer=contact.employer.name)
        letter = Letter(
            sender=_council(),
            greeting=f"Hello {contact.name},",
            parts=(said, *anew),
            closing=_signature(officer),
        )
        _write(key, contact, "Your answer was taken back", letter, officer)
    if officer is not None and by is None:
        said = f"{contact.employer.name} took back what it had answered to its pledge."
        _write_to_officer(
            f"pledge-undone-told:{answer.id}",
            officer,
            "An employer took its answer back",
            (said, _open(again.id if again else answer.pledge_id)),
        )


def _write(key: str, contact: Contact, subject: str, letter: Letter, officer: User | None) -> None:
    """Owe somebody at an employer a letter, from the officer by name where there is one."""
    enqueue(
        key=key,
        recipient=contact.email or "",
        subject=subject,
        body=letter.text,
        html=letter.html,
        reply_to=officer.email if officer else None,
        sender_name=f"{officer.name}, {letter.sender}" if officer else letter.sender,
        employer_id=contact.employer_id,
    )


def _write_to_officer(key: str, officer: User, subject: str, parts: tuple[Part, ...]) -> None:
    letter = Letter(greeting=f"Hello {officer.name},", parts=parts)
    enqueue(key=key, recipient=officer.email, subject=subject, body=letter.text, html=letter.html)


def _open(pledge_id: int) -> Button:
    return Button("Open the pledge", public_link("pledges.show", pledge_id=pledge_id))


def _reachable(contact: Contact) -> bool:
    """A receipt is owed to whoever answered, whatever may be said of other mail; unless there is no way to them."""
    return bool(contact.email) and contact.left_at is None


def _lines(pledge: Pledge) -> tuple[str, ...]:
    return tuple(line_sentence(line) for line in load_lines(pledge))


def _signature(officer: User | None) -> str:
    return f"{officer.name}\n{_council()}" if officer else _council()


def _council() -> str:
    return settings()["council_name"]
