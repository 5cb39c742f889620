"""What can be promised: kinds of opportunity (which count, which are for small groups), how, and how spread."""

from enum import StrEnum

from crm.reference.kinds import OpportunityKind

__all__ = ["ENCOUNTERS", "EXPERIENCES", "SMALL_GROUP_KINDS", "DeliveryProfile", "Mode", "OpportunityKind"]

# Experiences count towards the three unless the year's counting policy says otherwise (product.md).
EXPERIENCES = frozenset(
    {
        OpportunityKind.PLACEMENT,
        OpportunityKind.WORKPLACE_VISIT,
        OpportunityKind.JOB_SHADOWING,
        OpportunityKind.EMPLOYER_PROJECT,
        OpportunityKind.VIRTUAL_PLACEMENT,
    }
)
ENCOUNTERS = frozenset(OpportunityKind) - EXPERIENCES  # counted on their own

# Small groups of interested young people, not careers fairs: beyond the group limit the officer says why.
SMALL_GROUP_KINDS = frozenset({OpportunityKind.TALK, OpportunityKind.ONLINE_PRESENTATION, OpportunityKind.MENTORING})

# Young people are at the employer's for days: the site's checks must be in order to the last of them.
NEEDS_SITE_CHECKS = frozenset({OpportunityKind.PLACEMENT})


class Mode(StrEnum):
    IN_PERSON = "in_person"
    ONLINE = "online"
    MIXED = "mixed"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


class DeliveryProfile(StrEnum):
    """How a promise is spread over its window, and so how much of it is due by a day (`crm.fulfilment.due`)."""

    TERM_TIME = "term_time"  # evenly over the school days of the window
    EVENLY = "evenly"  # over all its days
    BY_DATE = "by_date"  # nothing before a day inside the window, everything on it

    @property
    def label(self) -> str:
        return {
            DeliveryProfile.TERM_TIME: "Evenly over term time",
            DeliveryProfile.EVENLY: "Evenly, holidays included",
            DeliveryProfile.BY_DATE: "All by a date",
        }[self]
