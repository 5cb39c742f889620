"""Which kinds of opportunity count towards the three, and which are for small groups."""

from crm.reference.kinds import OpportunityKind

__all__ = ["ENCOUNTERS", "EXPERIENCES", "SMALL_GROUP_KINDS", "OpportunityKind"]

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
