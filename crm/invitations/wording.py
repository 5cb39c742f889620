"""What pages call parties, answers and mails."""

from crm.invitations.models import Answer, Party
from crm.notifications.models import EmailStatus
from crm.reference.kinds import OpportunityKind

LEADERS = {
    OpportunityKind.TALK: "Speaker",
    OpportunityKind.ONLINE_PRESENTATION: "Speaker",
    OpportunityKind.CAREERS_ROUNDTABLE: "Speaker",
    OpportunityKind.MENTORING: "Mentor",
    OpportunityKind.MOCK_INTERVIEW: "Interviewer",
}
ANSWER_MEANINGS = {
    Answer.NONE: "none",
    Answer.ACCEPTED: "done",
    Answer.TENTATIVE: "waiting",
    Answer.DECLINED: "warning",
}
ON_ITS_WAY = frozenset({EmailStatus.QUEUED, EmailStatus.SENDING})


def party_label(party: Party, kind: OpportunityKind) -> str:
    """Speaker, Mentor, Supervisor …; Provider; Officer."""
    return LEADERS.get(kind, "Supervisor") if party is Party.LEADER else party.value.capitalize()


def answer_meaning(answer: Answer) -> str:
    """What the colour of its tag says."""
    return ANSWER_MEANINGS[answer]
