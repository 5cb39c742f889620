"""The house form: what it draws, what it reads, what it says."""

from collections.abc import Iterator
from datetime import date, time

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from crm.core.forms import (
    EditForm,
    EmailField,
    FilterForm,
    Form,
    PartForm,
    PostcodeField,
    SearchSelectField,
    TimeField,
    UkDateField,
    WholeNumberField,
)

EMPLOYERS = [(1, "Alder Ltd"), (2, "Alder & Finch Joinery Ltd")]


class LineForm(PartForm):
    kind = StringField("Kind", [InputRequired("Enter the kind")])


class SampleForm(Form):
    employer = SearchSelectField("Employer", [InputRequired("Enter the employer")], source="suggest", noun="employer")
    name = StringField("Name", [InputRequired("Enter the name")], description="As they write it")
    notes = TextAreaField("Notes", [Optional(), Length(max=20)], render_kw={"max_characters": 20})
    kind = RadioField(
        "Kind", choices=[("p", "Placement"), ("t", "Talk")], validators=[InputRequired("Select the kind")]
    )
    sectors = SelectMultipleField("Sectors", choices=[("d", "Digital"), ("c", "Care")])
    size = SelectField("Size", choices=[("", "Not known"), ("1", "1–9 <people>")])
    agreed = BooleanField("Agreed")
    password = PasswordField("Password")
    on = UkDateField("When", [InputRequired("Enter the date")])
    at = TimeField("Start", [Optional()])
    count = WholeNumberField("How many", [InputRequired("Enter how many, like 4")])
    postcode = PostcodeField("Postcode", [Optional()])
    email = EmailField("Email", [Optional()])
    lines = FieldList(FormField(LineForm), min_entries=1)


GOOD = {
    "employer": "alder ltd",
    "employer-id": "1",
    "name": "  Alder & Finch\x00 ",
    "notes": "first\r\nsecond",
    "kind": "t",
    "sectors": ["d", "c"],
    "size": "1",
    "agreed": "y",
    "password": " secret ",
    "on": "17 July 2027",
    "at": "2pm",
    "count": "1,200",
    "postcode": "st14ht",
    "email": "jo@example.com",
    "lines-0-kind": "placement",
}


@pytest.fixture
def app() -> Iterator[Flask]:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="for tests", WTF_CSRF_ENABLED=False)
    app.add_url_rule("/suggest", "suggest")
    with app.test_request_context("/"):
        yield app


def posted(**changes: object) -> SampleForm:
    form = SampleForm(MultiDict({**GOOD, **changes}))
    form.employer.find = lambda text: [pair for pair in EMPLOYERS if text.lower() in pair[1].lower()]
    return form


def test_what_was_typed_becomes_values(app: Flask) -> None:
    form = posted()

    assert form.validate()
    assert (form.employer.data, form.name.data, form.notes.data) == (1, "Alder & Finch", "first\nsecond")
    assert (form.on.data, form.at.data, form.count.data) == (date(2027, 7, 17), time(14), 1200)
    assert (form.postcode.data, form.email.data) == ("ST1 4HT", "jo@example.com")
    assert (form.sectors.data, form.agreed.data) == (["d", "c"], True)


@pytest.mark.parametrize("nothing", [" ", "\t\n", "\u202e", "\u200b \u2066", "\x00"])
def test_what_cannot_be_seen_is_no_answer(app: Flask, nothing: str) -> None:
    form = posted(name=nothing)

    assert not form.validate()
    assert form.name.errors == ["Enter the name"]


def test_a_password_is_taken_as_it_is(app: Flask) -> None:
    assert posted().password.data == " secret "


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("on", "31 2 2027", "Enter a date that exists, like 17 7 2027"),
        ("on", "", "Enter the date"),
        ("at", "late", "Enter a time like 9:30am or 14:00"),
        ("count", "a few", "Enter a whole number, like 12"),
        ("count", "-3", "Enter a whole number, like 12"),
        ("count", "9" * 12, "Enter a smaller number"),
        ("name", "   ", "Enter the name"),
    ],
)
def test_what_cannot_be_read_is_said_once_and_stays_in_the_box(app: Flask, field: str, text: str, told: str) -> None:
    form = posted(**{field: text})

    assert not form.validate()
    assert [error.text for error in form.error_list] == [told]
    assert form.error_list[0].href == f"#{field}"
    assert f'value="{text}"' in form[field]() or not text.strip()


def test_the_summary_follows_the_order_of_the_page_and_reaches_into_rows(app: Flask) -> None:
    form = posted(name="", kind="", **{"lines-0-kind": ""})
    form.validate()
    form.refuse("This employer is archived.")

    assert [(error.href, error.text) for error in form.error_list] == [
        ("", "This employer is archived."),
        ("#name", "Enter the name"),
        ("#kind", "Select the kind"),
        ("#lines-0-kind", "Enter the kind"),
    ]
    assert form.errors


def test_a_service_can_refuse_a_field(app: Flask) -> None:
    form = posted()
    form.validate()

    form.refuse("That postcode is in another city.", form.postcode)

    assert "That postcode is in another city." in form.postcode()


def test_a_field_says_its_hint_and_error_to_those_who_cannot_see_them(app: Flask) -> None:
    form = posted(name="")
    form.validate()

    html = form.name()

    assert 'aria-describedby="name-hint name-error"' in html
    assert '<label class="govuk-label" for="name">' in html
    assert 'id="name-hint"' in html
    assert 'id="name-error"' in html


def test_a_field_without_hint_or_error_describes_itself_by_nothing(app: Flask) -> None:
    assert "aria-describedby" not in SampleForm().size()


def test_optional_answers_say_so(app: Flask) -> None:
    assert "Postcode (optional)" in SampleForm().postcode()
    assert "optional" not in SampleForm().name()


def test_groups_of_boxes_have_a_legend(app: Flask) -> None:
    form = posted()

    assert "<legend" in form.kind()
    assert "<legend" in form.sectors()
    assert form.sectors().count("checked") == 2
    assert "<legend" not in form.agreed()
    assert 'for="agreed"' in form.agreed()


def test_choices_are_escaped(app: Flask) -> None:
    assert "1–9 &lt;people&gt;" in SampleForm().size()


def test_a_template_may_overrule_how_a_field_is_drawn(app: Flask) -> None:
    html = SampleForm().postcode(width=20, label_class="govuk-label--m", hint="A whole one", data_kept="yes")

    assert "govuk-input--width-20" in html
    assert "govuk-label--m" in html
    assert "A whole one" in html
    assert 'data-kept="yes"' in html


def test_a_counter_tells_the_limit_of_a_long_text(app: Flask) -> None:
    assert 'data-maxlength="20"' in SampleForm().notes()


def test_passwords_never_go_back_to_the_browser(app: Flask) -> None:
    assert "secret" not in posted().password()


def test_dates_and_times_open_as_they_are_typed(app: Flask) -> None:
    form = SampleForm(data={"on": date(2027, 7, 17), "at": time(9, 30)})

    assert 'value="17 7 2027"' in form.on()
    assert 'value="9:30"' in form.at()


def test_hidden_fields_have_no_ids_so_that_forms_can_share_a_page(app: Flask) -> None:
    html = EditForm(data={"version": 3}).hidden_tag()

    assert 'name="submission_key"' in html
    assert '<input type="hidden" name="version" value="3">' in html
    assert " id=" not in html


def test_every_form_has_a_key_of_its_own_and_keeps_it(app: Flask) -> None:
    first, second = SampleForm(), SampleForm()

    assert first.submission_key.data != second.submission_key.data
    assert posted(submission_key="abc").submission_key.data == "abc"


def test_an_edit_moves_to_the_version_that_is_stored_now(app: Flask) -> None:
    form = EditForm(MultiDict({"version": "3"}))

    form.move_to(4)

    assert 'name="version" value="4"' in form.hidden_tag()


def test_without_scripts_a_name_is_looked_up(app: Flask) -> None:
    form = posted(employer="finch", **{"employer-id": ""})

    assert form.validate()
    assert form.employer.data == 2


def test_a_name_that_fits_several_asks_which(app: Flask) -> None:
    form = posted(employer="alder", **{"employer-id": ""})

    assert not form.validate()
    assert form.error_list[0].text == "Select which employer you mean"
    html = form.employer()
    assert 'value="alder"' in html
    assert html.count('type="radio" value=') == 2
    assert "Alder &amp; Finch Joinery Ltd" in html


def test_a_name_that_fits_none_says_what_to_do(app: Flask) -> None:
    form = posted(employer="beta", **{"employer-id": ""})

    assert not form.validate()
    assert "Check the spelling" in form.error_list[0].text


def test_a_search_box_keeps_the_choice_and_knows_where_to_ask(app: Flask) -> None:
    form = SampleForm()
    form.employer.show(2, "Alder & Finch Joinery Ltd")

    html = form.employer()

    assert 'value="Alder &amp; Finch Joinery Ltd"' in html
    assert '<input type="hidden" id="employer-id" name="employer-id" value="2">' in html
    assert 'data-typeahead="/suggest"' in html


def test_a_fields_own_description_replaces_the_usual_hint(app: Flask) -> None:
    class AsAtForm(PartForm):
        as_at = UkDateField("As at", description="Today if left empty")
        start = UkDateField("Start")

    assert "Today if left empty" in AsAtForm().as_at()
    assert "For example, 17 7 2027" not in AsAtForm().as_at()
    assert "For example, 17 7 2027" in AsAtForm().start()


class SampleFilters(FilterForm):
    q = StringField("Name")
    since = UkDateField("Since")
    sector = SelectMultipleField("Sector", choices=[("d", "Digital"), ("c", "Care")])
    officer = SelectField("Officer", choices=[("", "Anyone"), ("7", "Priya Shah")])
    mine = BooleanField("Only mine")


def test_filters_are_read_from_the_address_and_can_be_taken_away_one_by_one() -> None:
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "for tests"

    with app.test_request_context("/employers?q=al&since=1+9+26&sector=d&sector=c&officer=7&mine=y&page=3"):
        form = SampleFilters()

        assert form.validate()
        assert [(chip.text, chip.href) for chip in form.chips()] == [
            ("Name: al", "/employers?since=1+9+26&sector=d&sector=c&officer=7&mine=y"),
            ("Since: 1 September 2026", "/employers?q=al&sector=d&sector=c&officer=7&mine=y"),
            ("Digital", "/employers?q=al&since=1+9+26&sector=c&officer=7&mine=y"),
            ("Care", "/employers?q=al&since=1+9+26&sector=d&officer=7&mine=y"),
            ("Priya Shah", "/employers?q=al&since=1+9+26&sector=d&sector=c&mine=y"),
            ("Only mine", "/employers?q=al&since=1+9+26&sector=d&sector=c&officer=7"),
        ]


def test_no_filters_make_no_chips() -> None:
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "for tests"

    with app.test_request_context("/employers?officer=&q="):
        assert SampleFilters().chips() == []
