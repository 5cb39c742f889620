"""May we e-mail them? Every legal form with everything a contact may have said."""

from datetime import UTC, date, datetime
from itertools import product

import pytest

from crm.employers.emailing import may_email, may_notify
from crm.employers.models import Contact, Employer, LegalForm

DAY = date(2026, 11, 3)
LEFT = datetime(2026, 10, 1, tzinfo=UTC)
CONSENT = {"consented_on": DAY, "consented_how": "form signed"}
OPT_IN = {"opted_in_on": DAY, "opted_in_how": "at the breakfast"}
OBJECTION = {"objected_on": DAY, "objected_how": "by phone"}
CORPORATE = {LegalForm.COMPANY, LegalForm.LLP, LegalForm.CHARITY, LegalForm.PUBLIC_BODY}
FORMS: tuple[LegalForm | None, ...] = (*LegalForm, None)


def _contact(**given: object) -> Contact:
    return Contact(**{"name": "Dawn Alder", "email": "dawn@alder.example", **given})


@pytest.mark.parametrize("form", FORMS)
def test_without_a_word_from_them_only_corporate_bodies_may_be_e_mailed(form: LegalForm | None) -> None:
    answer = may_email(Employer(legal_form=form), _contact())

    assert answer.allowed is (form in CORPORATE)
    assert answer.reason.endswith(".")
    if form not in CORPORATE:
        assert "consent first" in answer.reason


def test_an_unknown_legal_form_counts_as_an_individual_and_the_reason_says_so() -> None:
    answer = may_email(Employer(legal_form=None), _contact())

    assert answer.reason == (
        "We do not know the employer’s legal form, so they count as individuals: "
        "we need their consent first, and none is recorded."
    )


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (LegalForm.SOLE_TRADER, "A sole trader counts as an individual"),
        (LegalForm.PARTNERSHIP, "Partners in an ordinary partnership count as individuals"),
        (LegalForm.OTHER, "counts as an individual"),
        (LegalForm.COMPANY, "A company may be e-mailed"),
        (LegalForm.LLP, "A limited liability partnership may be e-mailed"),
        (LegalForm.CHARITY, "A charity may be e-mailed"),
        (LegalForm.PUBLIC_BODY, "A public body may be e-mailed"),
    ],
)
def test_the_reason_names_the_legal_form(form: LegalForm, words: str) -> None:
    assert words in may_email(Employer(legal_form=form), _contact()).reason


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("said", "words"), [(CONSENT, "form signed"), (OPT_IN, "at the breakfast")])
def test_consent_and_soft_opt_in_are_enough_for_anybody_and_are_told_with_their_day(
    form: LegalForm | None, said: dict[str, object], words: str
) -> None:
    answer = may_email(Employer(legal_form=form), _contact(**said))

    assert answer.allowed
    assert f"3 November 2026 ({words})." in answer.reason


@pytest.mark.parametrize(
    ("form", "permission"),
    list(product(FORMS, ({}, CONSENT, OPT_IN, CONSENT | OPT_IN))),
)
@pytest.mark.parametrize("also", [{}, {"left_at": LEFT}, {"email": None}])
def test_an_objection_always_wins(
    form: LegalForm | None, permission: dict[str, object], also: dict[str, object]
) -> None:
    answer = may_email(Employer(legal_form=form), _contact(**permission, **OBJECTION, **also))

    assert not answer.allowed
    assert answer.reason == "They objected to e-mail on 3 November 2026 (by phone)."


@pytest.mark.parametrize(
    ("employer", "contact", "words"),
    [
        ({"archived_at": LEFT, "archived_reason": "Closed"}, {}, "The employer is archived."),
        ({}, {"left_at": LEFT}, "They no longer work there."),
        ({}, {"email": None}, "We have no e-mail address for them."),
    ],
)
@pytest.mark.parametrize(("form", "permission"), list(product(FORMS, ({}, CONSENT, OPT_IN))))
def test_whoever_is_gone_or_has_no_address_is_not_e_mailed_whatever_they_agreed_to(
    employer: dict[str, object],
    contact: dict[str, object],
    words: str,
    form: LegalForm | None,
    permission: dict[str, object],
) -> None:
    answer = may_email(Employer(legal_form=form, **employer), _contact(**permission, **contact))

    assert (answer.allowed, answer.reason) == (False, words)


@pytest.mark.parametrize("form", FORMS)
def test_what_somebody_needs_for_a_thing_agreed_is_no_marketing(form: LegalForm | None) -> None:
    answer = may_notify(_contact(employer=Employer(legal_form=form)))

    assert answer.allowed
    assert answer.reason == "It is about something agreed with them."


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (OBJECTION, "They objected to e-mail on 3 November 2026 (by phone)."),
        (CONSENT | OBJECTION, "They objected to e-mail on 3 November 2026 (by phone)."),
        ({"left_at": LEFT}, "They no longer work there."),
        ({"email": None}, "We have no e-mail address for them."),
    ],
)
def test_an_objection_wins_over_what_was_agreed_too(said: dict[str, object], words: str) -> None:
    answer = may_notify(_contact(**said))

    assert (answer.allowed, answer.reason) == (False, words)
