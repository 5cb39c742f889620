"""Who handles what of a provider's. Pure: no database, no request."""

from crm.core.access import STAFF, Role

TAKE_PART = STAFF | {Role.PROVIDER}  # who handles young people's references
