"""Sending a class list, looking at what it would do, and recording it."""

from io import BytesIO

import pytest
from openpyxl import Workbook

from crm.audit.models import ChangeRecord
from crm.core.access import Role
from crm.providers.models import Provider, YearGroup, YoungPerson
from crm.reference.models import Area
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import AreaFactory, ProviderFactory, ProviderMemberFactory, UserFactory, YoungPersonFactory
from tests.support.forms import post, typed
from tests.support.pages import words_of

PATH = "/young-people/class-list/"


@pytest.fixture
def school(client: CarefulClient) -> Provider:
    """The school of the coordinator who is signed in."""
    member = ProviderMemberFactory.make(provider=ProviderFactory.make(name="Priory School"))
    client.sign_in(member.user)
    return member.provider


@pytest.fixture
def northgate(database: None) -> Area:
    return AreaFactory.make(name="Northgate")


def send(client: CarefulClient, school: Provider, rows: str, **more: object) -> str:
    return post(client, PATH, **({"provider": school.id, "rows": rows, "year_group": ""} | more)).text


def say_yes(client: CarefulClient, preview: str, **more: object) -> str:
    answers = {name: value for name, value in typed(preview).items() if name not in ("change", "not_names")}
    return client.get(client.post(f"{PATH}record", data=answers | more).location).text


def people() -> list[tuple[str, str, int | None]]:
    return [(each.reference, each.year_group.value, each.area_id) for each in stored(YoungPerson)]


def test_a_list_is_shown_before_anything_is_recorded_and_the_same_list_again_changes_nothing(
    client: CarefulClient, school: Provider, northgate: Area
) -> None:
    rows = "Reference\tYear group\tArea\nR-1\t10\tnorthgate\nR-2\tY11\t\n"

    preview = send(client, school, rows)
    before = people()
    said = say_yes(client, preview)
    again = send(client, school, rows)
    changes = len(stored(ChangeRecord))

    assert "2 new" in words_of(preview)
    assert before == []
    assert "2 young people recorded." in said
    assert people() == [("R-1", "10", northgate.id), ("R-2", "11", None)]
    assert "everybody in it is known already" in again
    assert "Record the list" not in again
    assert len(stored(ChangeRecord)) == changes


def test_a_workbook_is_read_as_pasted_rows_are(client: CarefulClient, school: Provider) -> None:
    book = Workbook()
    for row in (("Student ID", "Year"), (4711, 10)):
        book.active.append(row)  # type: ignore[union-attr]  # a new workbook has a sheet
    content = BytesIO()
    book.save(content)
    content.seek(0)

    preview = send(client, school, "", file=(content, "10B.xlsx"))
    say_yes(client, preview)

    assert people() == [("4711", "10", None)]


def test_year_groups_and_areas_that_differ_are_changed_only_if_that_is_chosen(
    client: CarefulClient, school: Provider, northgate: Area
) -> None:
    YoungPersonFactory.make(provider=school, reference="R-1", year_group=YearGroup.YEAR_10)
    YoungPersonFactory.make(provider=school, reference="R-2", year_group=YearGroup.YEAR_10, area_id=northgate.id)
    rows = "Reference,Year group,Area\nr-1,11,Northgate\nR-2,11,\nR-3,11,\n"

    preview = send(client, school, rows)
    say_yes(client, preview)
    left = people()
    said = say_yes(client, send(client, school, rows), change="y")

    assert "Year 10 becomes Year 11 and the area becomes Northgate" in preview
    assert [person[1] for person in left] == ["10", "10", "11"]
    assert "0 young people recorded, 2 changed, 1 known already and left as they are." in said
    assert people() == [("R-1", "11", northgate.id), ("R-2", "11", northgate.id), ("R-3", "11", None)]


def test_rows_with_a_problem_are_named_and_left_out(client: CarefulClient, school: Provider, northgate: Area) -> None:
    rows = "Reference,Year,Area\nR-1,,\nR-2,10,Nowhere\nR-4,Reception,\nAnn Smith,10,\nR-4,10,\nR-4,10,\n"

    preview = send(client, school, rows)
    words = words_of(preview)
    say_yes(client, preview)

    assert "4 that cannot be recorded" in words
    assert "1 repeated" in words
    for why in (
        "No year group: add it to the list, or choose one for the whole list",
        "“Nowhere” is none of the council’s areas",
        "“Reception” is no year group",
        "This may be a name",
        "Stands in row 6 already",
    ):
        assert why in words
    assert people() == [("R-4", "10", None)]


def test_a_year_group_for_the_whole_list_and_references_that_look_like_names(
    client: CarefulClient, school: Provider
) -> None:
    preview = send(client, school, "R-1\nBlue Fox\n", year_group="12")

    say_yes(client, preview, not_names="y")

    assert people() == [("R-1", "12", None), ("Blue Fox", "12", None)]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("", "Choose a file, or paste the rows"),
        ("Reference,Surname\nR-1,Smith\n", "The column “Surname” could tell who somebody is."),
        ("Year,Area\n10,Northgate\n", "No column is called “Reference”"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_in_words(
    client: CarefulClient, school: Provider, rows: str, why: str
) -> None:
    assert why in send(client, school, rows)


def test_an_unreadable_file_is_refused_in_words(client: CarefulClient, school: Provider) -> None:
    assert "This is a PDF" in send(client, school, "", file=(BytesIO(b"%PDF-1.7"), "list.pdf"))


def test_a_list_for_another_school_is_refused_at_both_steps(client: CarefulClient, school: Provider) -> None:
    other = ProviderFactory.make()
    preview = send(client, school, "R-1,10\n")

    assert "Check the class list" not in send(client, other, "R-1,10\n")
    answer = client.post(f"{PATH}record", data=typed(preview) | {"provider": str(other.id)})

    assert answer.status_code == 404
    assert people() == []


@pytest.mark.parametrize("rows", ["", "Reference\n"])
def test_a_step_that_was_tampered_with_is_refused(client: CarefulClient, school: Provider, rows: str) -> None:
    assert post(client, f"{PATH}record", provider=school.id, rows=rows).status_code == 409


def test_staff_choose_the_provider_and_somebody_without_one_is_told(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    ProviderFactory.make(name="Chosen School")
    assert "Chosen School" in client.get(PATH).text

    client.sign_in(UserFactory.make(role=Role.PROVIDER))
    assert "not tied to a provider yet" in client.get(PATH).text


def test_the_statements_are_as_many_for_five_hundred_rows_as_for_five(client: CarefulClient, school: Provider) -> None:
    counts = []
    for many in (5, 500):
        rows = "".join(f"S{many}-{number},10\n" for number in range(many))
        client.get(PATH)
        with counting_queries() as statements:
            send(client, school, rows)
        counts.append(len(statements))

    assert counts[0] == counts[1]
