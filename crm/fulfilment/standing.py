"""How a promise stands, as numbers and in a sentence. Pure: the page, the list and the workbook all ask here."""

from dataclasses import dataclass, fields
from enum import StrEnum

from crm.core.formatting import counted, plural, whole_number


class State(StrEnum):
    """Exactly one holds of a promise at the end of a day."""

    NO_NUMBER = "no_number"
    NOT_BEGUN = "not_begun"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    FULFILLED = "fulfilled"
    OVER_FULFILLED = "over_fulfilled"
    ENDED = "ended"

    @property
    def label(self) -> str:
        special = {State.NO_NUMBER: "Number not known yet", State.OVER_FULFILLED: "Over-fulfilled"}
        return special.get(self, self.value.replace("_", " ").capitalize())

    @property
    def meaning(self) -> str:
        """Chooses the colour (components/tag.html)."""
        return {
            State.ON_TRACK: "active",
            State.BEHIND: "warning",
            State.FULFILLED: "done",
            State.OVER_FULFILLED: "done",
            State.ENDED: "stopped",
        }.get(self, "none")


@dataclass(frozen=True, slots=True)
class Progress:
    """Places promised and what became of them. Adding two never lets one's surplus hide the other's shortfall."""

    promised: int = 0  # young people × opportunities each; 0 while the number is not known
    due_by_now: int = 0  # of the promised, what the delivery profile expects by the as-at date
    confirmed: int = 0  # booked, not yet attended
    attended: int = 0  # in whole or in part
    remaining: int = 0  # max(0, promised - attended - confirmed), line by line
    over: int = 0  # attended beyond what was promised, line by line
    kept: int = 0  # the smaller of attended and promised, line by line
    delivered_of_due: int = 0  # the smaller of attended and due by now, line by line
    covered_of_due: int = 0  # the smaller of attended and booked together and due by now, line by line
    by_all_days: int = 0  # of the promised, what should follow school days, but none of its window is known
    lines: int = 0
    lines_begun: int = 0  # whose window is open, or was
    lines_ended: int = 0  # whose window has closed

    def __add__(self, other: "Progress") -> "Progress":
        return Progress(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def is_behind(self) -> bool:
        """Of what was due by now, something was neither attended nor is booked. What has ended is behind no more."""
        return self.state is State.BEHIND

    @property
    def is_fulfilled(self) -> bool:
        """Everything promised was attended."""
        return 0 < self.promised <= self.kept

    @property
    def state(self) -> State:
        """Of a promise in force."""
        if not self.promised:
            return State.NO_NUMBER
        if self.is_fulfilled:
            return State.OVER_FULFILLED if self.over else State.FULFILLED
        if self.lines_ended == self.lines:
            return State.ENDED
        if self.covered_of_due < self.due_by_now:
            return State.BEHIND
        return State.ON_TRACK if self.lines_begun or self.attended else State.NOT_BEGUN

    @property
    def sentence(self) -> str:
        """How a promise in force stands, in words; and what was done beyond it on other lines."""
        words = _SENTENCES[self.state](self)
        if self.over and not self.is_fulfilled:
            words += f" {_were(self.over).capitalize()} attended beyond what another line promises."
        return words

    @property
    def label(self) -> str:
        """The same in a word or two, for beside the numbers."""
        if not self.over:
            return self.state.label
        over = f"{whole_number(self.over)} over"
        return over if self.is_fulfilled else f"{over}, others {self.state.label.lower()}"


def sentence_of_ended(progress: Progress) -> str:
    """Of a promise that no longer holds: a version that was replaced, or one that was withdrawn."""
    return f"Ended: it no longer holds. {_were(progress.attended)} attended until then."


def _no_number(progress: Progress) -> str:
    return f"Number not known yet. {_were(progress.attended)} attended." if progress.attended else State.NO_NUMBER.label


def _not_begun(progress: Progress) -> str:
    booked = f", {whole_number(progress.confirmed)} {plural(progress.confirmed, 'is', 'are')} booked"
    return f"Not begun: nothing is due yet{booked if progress.confirmed else ''}."


def _on_track(progress: Progress) -> str:
    if not progress.due_by_now:
        done = progress.attended + progress.confirmed
        return f"On track: nothing is due by now{f', {_covered(done)}' if done else ''}."
    return f"On track: {_due(progress)}, {_covered(progress.covered_of_due)}."


def _behind(progress: Progress) -> str:
    return f"Behind: {_due(progress)}, {_covered(progress.covered_of_due)}."


def _fulfilled(progress: Progress) -> str:
    all_of_them = "the one place" if progress.promised == 1 else f"all {whole_number(progress.promised)} places"
    return f"Fulfilled: {all_of_them} promised {plural(progress.promised, 'was', 'were')} attended."


def _over_fulfilled(progress: Progress) -> str:
    return (
        f"Over-fulfilled: {counted(progress.promised, 'place')} promised, {whole_number(progress.over)} more attended."
    )


def _ended(progress: Progress) -> str:
    return f"Ended: {_were(progress.kept)} attended of {whole_number(progress.promised)} promised."


_SENTENCES = {
    State.NO_NUMBER: _no_number,
    State.NOT_BEGUN: _not_begun,
    State.ON_TRACK: _on_track,
    State.BEHIND: _behind,
    State.FULFILLED: _fulfilled,
    State.OVER_FULFILLED: _over_fulfilled,
    State.ENDED: _ended,
}


def _due(progress: Progress) -> str:
    return f"{_were(progress.due_by_now)} due by now"


def _covered(count: int) -> str:
    if not count:
        return "none was attended or is booked"
    return f"{_were(count)} attended or {plural(count, 'is', 'are')} booked"


def _were(count: int) -> str:
    return f"{whole_number(count) if count else 'none'} {plural(count, 'was', 'were') if count else 'was'}"
