"""How promises stand, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.fulfilment.progress import total
from crm.fulfilment.standing import Progress, State, sentence_of_ended


def a_line(
    promised: int, due: int = 0, attended: int = 0, booked: int = 0, *, begun: bool = True, ended: bool = False
) -> Progress:
    """What `crm.fulfilment.progress` makes of a line with these places."""
    return Progress(
        promised=promised,
        due_by_now=due,
        confirmed=booked,
        attended=attended,
        remaining=max(0, promised - attended - booked),
        over=max(0, attended - promised) if promised else 0,
        kept=min(attended, promised),
        delivered_of_due=min(attended, due),
        covered_of_due=min(attended + booked, due),
        lines=1,
        lines_begun=int(begun),
        lines_ended=int(ended),
    )


@pytest.mark.parametrize(
    ("progress", "state", "sentence"),
    [
        (a_line(0), State.NO_NUMBER, "Number not known yet"),
        (a_line(0, attended=2), State.NO_NUMBER, "Number not known yet. 2 were attended."),
        (a_line(3, begun=False), State.NOT_BEGUN, "Not begun: nothing is due yet."),
        (a_line(3, booked=1, begun=False), State.NOT_BEGUN, "Not begun: nothing is due yet, 1 is booked."),
        (a_line(3), State.ON_TRACK, "On track: nothing is due by now."),
        (a_line(3, attended=1), State.ON_TRACK, "On track: nothing is due by now, 1 was attended or is booked."),
        (a_line(30, 4, 3, 9), State.ON_TRACK, "On track: 4 were due by now, 4 were attended or are booked."),
        (a_line(30, 12, 4, 3), State.BEHIND, "Behind: 12 were due by now, 7 were attended or are booked."),
        (a_line(3, 1), State.BEHIND, "Behind: 1 was due by now, none was attended or is booked."),
        (a_line(1, 1, 1), State.FULFILLED, "Fulfilled: the one place promised was attended."),
        (a_line(30, 12, 30), State.FULFILLED, "Fulfilled: all 30 places promised were attended."),
        (a_line(3, 3, 5), State.OVER_FULFILLED, "Over-fulfilled: 3 places promised, 2 more attended."),
        (a_line(30, 30, 24, ended=True), State.ENDED, "Ended: 24 were attended of 30 promised."),
        (a_line(30, 30, ended=True), State.ENDED, "Ended: none was attended of 30 promised."),
        (
            a_line(3, 3, 5) + a_line(6, 6),
            State.BEHIND,
            (
                "Behind: 9 were due by now, 3 were attended or are booked. "
                "2 were attended beyond what another line promises."
            ),
        ),
    ],
)
def test_each_standing_has_its_sentence(progress: Progress, state: State, sentence: str) -> None:
    assert (progress.state, progress.sentence) == (state, sentence)


def test_a_promise_that_no_longer_holds_has_ended() -> None:
    assert sentence_of_ended(a_line(30, 12, 7)) == "Ended: it no longer holds. 7 were attended until then."


def test_what_was_done_beyond_the_promise_is_said_beside_the_state() -> None:
    assert a_line(3, 3, 3).label == "Fulfilled"
    assert a_line(3, 3, 5).label == "2 over"
    assert (a_line(3, 3, 5) + a_line(6, 6)).label == "2 over, others behind"


def test_more_than_was_promised_never_hides_another_line_that_is_short() -> None:
    both = total([a_line(3, 3, 9), a_line(6)])

    assert (both.remaining, both.over, both.is_fulfilled) == (6, 6, False)


def test_what_was_attended_of_an_unknown_number_fulfils_no_other_line() -> None:
    both = total([a_line(0, attended=6), a_line(6, 6)])

    assert both.state is State.BEHIND


def test_every_state_has_its_word_and_its_colour() -> None:
    assert [(state.label, state.meaning) for state in State] == [
        ("Number not known yet", "none"),
        ("Not begun", "none"),
        ("On track", "active"),
        ("Behind", "warning"),
        ("Fulfilled", "done"),
        ("Over-fulfilled", "done"),
        ("Ended", "stopped"),
    ]


@st.composite
def some_line(draw: st.DrawFn) -> Progress:
    promised, ended = draw(st.integers(0, 40)), draw(st.booleans())
    begun = ended or draw(st.booleans())
    due = promised if ended else draw(st.integers(0, promised)) if begun else 0
    return a_line(promised, due, draw(st.integers(0, 50)), draw(st.integers(0, 20)), begun=begun, ended=ended)


@given(lines=st.lists(some_line(), min_size=1, max_size=4))
def test_the_state_of_a_promise_is_what_its_lines_say_together(lines: list[Progress]) -> None:
    known = [line for line in lines if line.promised]
    state = total(lines).state

    all_kept = bool(known) and all(line.kept == line.promised for line in known)
    some_short = any(line.attended + line.confirmed < line.due_by_now for line in known)
    all_over = all(line.lines_ended for line in lines)
    assert (state is State.NO_NUMBER) == (not known)
    assert (state in {State.FULFILLED, State.OVER_FULFILLED}) == all_kept
    assert (state is State.OVER_FULFILLED) == (all_kept and any(line.over for line in known))
    assert (state is State.ENDED) == (bool(known) and not all_kept and all_over)
    assert (state is State.BEHIND) == (some_short and not all_kept and not all_over)
    if state is State.NOT_BEGUN:
        assert not any(line.due_by_now or line.lines_begun for line in lines)


@given(lines=st.lists(some_line(), max_size=4))
def test_adding_up_keeps_the_bounds_of_each_figure(lines: list[Progress]) -> None:
    both = total(lines)

    assert both.delivered_of_due <= both.covered_of_due <= both.due_by_now <= both.promised
    assert both.kept <= both.attended
    assert both.sentence
