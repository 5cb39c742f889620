"""How far a workbook may travel."""

from enum import StrEnum

from crm.core.errors import Conflict


class Release(StrEnum):
    """The release level printed on the cover and in the file's name."""

    INTERNAL = "internal"
    PARTNERSHIP = "partnership"
    PUBLIC = "public"


def refuse_unless_ready(release: Release) -> None:
    """Refuse a level whose small numbers cannot be suppressed yet. Raises Conflict."""
    if release is not Release.INTERNAL:
        raise Conflict(
            f"A {release.value} workbook needs small numbers suppressed, which Threefold cannot do yet. "
            "Make an internal one and do not pass it on."
        )
