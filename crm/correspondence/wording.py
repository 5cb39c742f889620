"""What the log and the pages say about mails."""

from crm.core.clock import LONDON
from crm.core.formatting import clock_time, counted, long_date
from crm.correspondence.models import Mail, Source, Why
from crm.correspondence.reading.letter import LetterKind

LONGEST_SUMMARY = 10_000  # characters: what the log's own form takes
CUT = "… (the rest is with the e-mail)"
WHY: dict[Why, str] = {
    Why.NOT_OURS: "It was not sent by one of us, so somebody has to look at it first",
    Why.DOUBTFUL: "The mail server doubts that it comes from the person it names",
    Why.UNKNOWN: "Nobody in it is a contact we know",
    Why.SEVERAL: "The people in it are contacts of different employers",
    Why.REFUSED: "It could not be filed",
    Why.UNREADABLE: "It could not be read",
    Why.TAKEN_BACK: "It was filed by mistake",
    Why.AUTOMATIC: "An answering machine or mail server sent it",
    Why.BULK: "It came from a mailing list or is a newsletter",
    Why.OWN: "Threefold sent it itself",
    Why.ANSWER: "It answers an invitation, and the answer stands on the opportunity’s page",
}
KINDS = {
    LetterKind.EMAIL: "E-mail",
    LetterKind.MEETING: "Meeting",
    LetterKind.CANCELLED_MEETING: "Cancelled meeting",
}


def why_of(why: Why | None, trouble: str | None) -> str:
    """Why a mail was not filed, in words."""
    if why is None:
        return ""
    return f"{WHY[why]}: {trouble}" if trouble else f"{WHY[why]}."


def title_of(mail: Mail) -> str:
    return mail.subject or f"{KINDS[mail.kind]} without a subject"


def when_of(mail: Mail) -> str:
    """The day, with the hour if it is known."""
    if mail.begins_at is None or mail.begins_at.astimezone(LONDON).date() != mail.happened_on:
        return long_date(mail.happened_on)
    return f"{long_date(mail.happened_on)} at {clock_time(mail.begins_at)}"


def summary_of(mail: Mail) -> str:
    """What the log says: the subject, what was said, what whoever forwarded it added, what was not kept."""
    end = []
    if mail.note:
        end.append(
            f"Note by {mail.brought_by.name if mail.brought_by else 'whoever forwarded it'}: {mail.note[:2_000]}"
        )
    if mail.not_kept:
        end.append(not_kept_of(mail)[:1_000])
    after = "".join(f"\n\n{each}" for each in end)
    said = "\n\n".join(filter(None, [_head(mail), mail.text]))
    room = LONGEST_SUMMARY - len(after)
    return (said if len(said) <= room else said[: room - len(CUT)] + CUT) + after


def _head(mail: Mail) -> str:
    if mail.kind is LetterKind.CANCELLED_MEETING:
        return f"Cancelled: {title_of(mail)}, {when_of(mail)}"
    return title_of(mail)


def not_kept_of(mail: Mail) -> str:
    """2 attachments not kept: plan.pdf, map.png."""
    if not mail.not_kept:
        return ""
    return f"{counted(len(mail.not_kept), 'attachment')} not kept: {', '.join(mail.not_kept)}"


def filed_from(mail: Mail) -> str:
    """How it came to us."""
    who = mail.brought_by.name if mail.brought_by else ""
    if mail.source is Source.MAILBOX:
        return f"Sent to the mailbox by {who}" if who else "Came to the mailbox"
    return f"Uploaded by {who}" if who else "Uploaded"
