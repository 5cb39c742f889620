"""What the states of a request mean, for the colour of their tag."""

from crm.providers.requests.models import RequestStatus

STATUS_MEANINGS = {
    RequestStatus.NEW: "waiting",
    RequestStatus.TAKEN: "active",
    RequestStatus.MET: "done",
    RequestStatus.DECLINED: "stopped",
    RequestStatus.WITHDRAWN: "none",
}
