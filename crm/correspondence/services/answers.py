"""What calendar programs answer to invitations of ours: it is written down there, and nobody has to read the mail."""

from datetime import datetime

from crm.correspondence.reading.letter import Letter
from crm.invitations.models import Answer
from crm.invitations.services import Reply, take_answer

ANSWERS = {"ACCEPTED": Answer.ACCEPTED, "TENTATIVE": Answer.TENTATIVE, "DECLINED": Answer.DECLINED}


def answers_invitation(letter: Letter, *, now: datetime) -> bool:
    """Write down what a letter answers. Returns whether it was an answer to an invitation of ours that we believe.

    Its sender has to be who was invited, and no mail server may doubt that. What we do not believe waits in the tray
    like any other mail: somebody answers for a colleague, or passes it on, or lies.
    """
    given, sender = letter.answer, letter.sender
    if given is None or sender is None or letter.signs.failed_checks or sender.email != given.address:
        return False
    if given.says not in ANSWERS and given.proposes is None:
        return False
    reply = Reply(
        uid=given.uid,
        sequence=given.sequence,
        address=given.address,
        answer=ANSWERS.get(given.says, Answer.TENTATIVE),
        stamp=given.at,
        comment=given.comment,
        proposes=given.proposes,
    )
    return take_answer(reply, now=now) is not None
