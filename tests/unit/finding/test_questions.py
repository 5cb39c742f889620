import pytest

from crm.finding import conditions
from crm.finding.folding import LATIN
from crm.finding.question import MOST_WORDS, Question, read
from crm.finding.ranking import Candidate, ranked
from crm.finding.sources import Kind


def words(typed: str) -> list[str]:
    return [word.plain for word in read(typed).words]


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("Moorcroft Timber", ["moorcroft", "timber"]),
        ("  The Moorcroft & Sons LTD.  ", ["moorcroft", "sons"]),
        ("Café Łódź", ["cafe", "lodz"]),
        ("O’Kafor", ["okafor"]),
        ("moorcroft Moorcroft", ["moorcroft"]),
        ("Dawn.Okafor@Example.com", ["dawn.okafor@example.com"]),
        ("<info@example.com>,", ["info@example.com"]),
        ("st14ht", ["st1 4ht"]),
        ("ST1 4HT", ["st1", "4ht"]),
        ("01632 960 961", ["01632960961"]),
        ("+44 (0)1632 960961", ["4401632960961"]),
        ("J Smith", ["smith"]),
        ("B&Q", ["b and q"]),
        ("the ltd", ["the ltd"]),
        ("ltd", ["ltd"]),
        ("x", []),
        ("", []),
        ("\0", []),
        ("😀 * - %", []),
    ],
)
def test_a_question_is_its_plain_words(typed: str, understood: list[str]) -> None:
    assert words(typed) == understood


@pytest.mark.parametrize("typed", ["01632 960961", "+441632960961", "0044 1632 960961", "(01632) 960-961"])
def test_a_phone_number_is_found_however_it_is_written(typed: str) -> None:
    spellings = read(typed).words[0].spellings

    assert any(each in " +441632960961 " for each in spellings)


def test_a_company_number_is_found_without_its_zeros_and_with_them() -> None:
    assert "1234567" in read("1234567").words[0].spellings
    assert "01234567" in read("01234567").words[0].spellings


def test_a_very_long_question_is_cut() -> None:
    assert len(read("word " * 10_000).words) == 1
    assert len(read(" ".join(f"word{number}" for number in range(100))).words) == MOST_WORDS


def test_single_letters_only_help_to_put_in_order() -> None:
    assert read("j smith") == Question(read("smith").words, ("j",))


@pytest.mark.parametrize(
    ("letter", "plain"), [("é", "e"), ("É", "e"), ("ł", "l"), ("ß", "ss"), ("Æ", "ae"), ("ẁ", "w")]
)
def test_the_database_knows_the_accents_that_questions_lose(letter: str, plain: str) -> None:
    assert LATIN[letter] == plain
    assert words(f"{letter}xyz") == [f"{plain}xyz"]


def test_what_was_typed_is_never_part_of_the_statement() -> None:
    question = read('o\'brien "quoted" 50%_off@example.com')

    for on_sqlite in (True, False):
        for condition in (
            conditions.named(Kind.EMPLOYER, question, on_sqlite=on_sqlite),
            conditions.logged(question, on_sqlite=on_sqlite),
        ):
            assert not any(word in condition.sql for word in ("obrien", "quoted", "off"))
            assert condition.values


def candidate(number: int, name: str, *, is_past: bool = False, text: str = "") -> Candidate:
    return Candidate(number, number, name, f" {name} {text} ", is_past)


def test_the_name_itself_comes_first_then_names_that_begin_so_then_likeness_and_what_is_past_last() -> None:
    exact, longer, inside, by_mail, past = (
        candidate(1, "moorcroft"),
        candidate(2, "moorcroft lane timber"),
        candidate(3, "new moorcroft"),
        candidate(4, "timber frames", text="info@moorcroft.example"),
        candidate(5, "moorcroft", is_past=True),
    )

    order = ranked([past, by_mail, inside, longer, exact], read("moorcroft"))

    assert [each.id for each in order] == [1, 2, 3, 4, 5]


def test_initials_decide_between_people_of_one_name() -> None:
    order = ranked([candidate(1, "amir smith"), candidate(2, "jess smith")], read("j smith"))

    assert [each.id for each in order] == [2, 1]
