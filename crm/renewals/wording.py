"""Renewals in words."""

from crm.renewals.models import ProposalState, RunStatus

RUN_LABELS = {
    RunStatus.REVIEWING: ("Being reviewed", "none"),
    RunStatus.SENDING: ("Being sent", "active"),
    RunStatus.PAUSED: ("Paused", "waiting"),
    RunStatus.DONE: ("Sent", "done"),
}
STATE_LABELS = {
    ProposalState.PROPOSED: ("To decide", "waiting"),
    ProposalState.APPROVED: ("Approved", "active"),
    ProposalState.LEFT_OUT: ("Left out", "none"),
    ProposalState.SENT: ("Sent", "done"),
    ProposalState.FAILED: ("Not sent", "stopped"),
}
