"""What can go wrong, in words a user may read. `crm.core.web` turns each into a response."""


class CrmError(Exception):
    """Something the application refuses to do. The message is shown to the user."""


class NotFound(CrmError):
    """There is no such thing, or the viewer may not know that there is."""


class NotAllowed(CrmError):
    """The viewer may see the thing but not do this to it."""


class Conflict(CrmError):
    """The thing is in a state that rules the change out. A form shows the message and keeps what was typed."""


class EditedMeanwhile(CrmError):
    """Somebody else saved the row after this form was opened. The form shows both versions."""


class AlreadySubmitted(CrmError):
    """This very form was saved a moment ago; `leads_to` is where that led."""

    def __init__(self, leads_to: str) -> None:
        super().__init__("This was already saved.")
        self.leads_to = leads_to


class Replaced(CrmError):
    """What was asked for has become part of something else of its kind; its old number leads there.

    `kind` is the name of the thing in addresses: "employer" in /employers/<employer_id> and ?employer=.
    """

    def __init__(self, message: str, *, kind: str, old: int, new: int) -> None:
        super().__init__(message)
        self.kind, self.old, self.new = kind, old, new


class MergedMeanwhile(CrmError):
    """Between reading and writing, what this was to be added to became part of something else. Asking again helps."""
