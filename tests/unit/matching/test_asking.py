"""The process that calculates: it answers, says how far it is, and is ended when nobody wants its answer."""

import pytest

from crm.matching import asking
from crm.matching.asking import NoAnswer, answer_in_child
from crm.matching.question import Pair, Question
from tests.unit.matching.asking import opening, seeker


def test_the_process_says_how_far_it_is_and_answers() -> None:
    heard: list[str | None] = []

    found = answer_in_child(Question([seeker()], [opening(1)]), heard=heard.append)

    assert found.pairs == [Pair(0, 0)]
    said = [each for each in heard if each]
    assert said == ["choices", "rules", "step 1", "step 2", "step 3", "preferences", "reasons"]


def test_whoever_listens_can_end_it() -> None:
    class Enough(Exception):
        pass

    def stop(_: str | None) -> None:
        raise Enough

    with pytest.raises(Enough):
        answer_in_child(Question([seeker()], [opening(1)]), heard=stop)


@pytest.mark.parametrize(("executable", "patience"), [("/bin/false", 35), ("/bin/cat", -25.5)])
def test_a_process_that_dies_or_sleeps_is_not_waited_for(
    executable: str, patience: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PYTHON", executable)
    monkeypatch.setattr(asking, "PATIENCE", patience)

    with pytest.raises(NoAnswer):
        answer_in_child(Question([seeker()], [opening(1)]), heard=lambda _: None)
