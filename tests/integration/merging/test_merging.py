"""What a merge does with each kind of thing, and when it refuses."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from crm.audit.models import ChangeRecord
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile, NotFound, Replaced
from crm.employers.models import Contact, Employer, Site
from crm.employers.queries import employer_options, employers_named, get_contact, get_employer
from crm.employers.services import ContactDetails, EmployerDetails, NumberTaken, add_contact, add_employer
from crm.interactions.models import Interaction
from crm.merging.services.merging import DIFFERENT_NUMBERS, Busy, Choices, giving_way, merge_employers
from crm.pledges.models import Pledge, PledgeStatus
from tests.conftest import stored
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    InteractionFactory,
    OpportunityFactory,
    PledgeFactory,
    PledgeLineFactory,
    SectorFactory,
    SiteFactory,
    UserFactory,
)
from tests.integration.merging.arranging import NOW, merge, officer

pytestmark = pytest.mark.usefixtures("database")


def test_the_loser_is_archived_and_leads_to_the_survivor() -> None:
    survivor, loser = EmployerFactory.make(name="Alder Joinery"), EmployerFactory.make(name="Alder Joiners")

    merge(survivor.id, loser.id, by=officer())

    assert loser.merged_into_id == survivor.id
    assert (loser.archived_at, loser.archived_reason) == (NOW, "Merged into Alder Joinery")
    with pytest.raises(Replaced, match="Alder Joiners was merged into Alder Joinery") as led:
        get_employer(loser.id, viewer=officer())
    assert (led.value.kind, led.value.old, led.value.new) == ("employer", loser.id, survivor.id)


def test_a_provider_does_not_learn_that_an_employer_was_merged() -> None:
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    merge(survivor.id, loser.id, by=officer())

    with pytest.raises(NotFound):
        get_employer(loser.id, viewer=UserFactory.make(role=Role.PROVIDER))


def test_who_was_merged_before_leads_to_the_last_of_the_chain() -> None:
    first, second, third = (EmployerFactory.make().id for _ in range(3))
    by = officer()

    merge(second, first, by=by)
    merge(third, second, by=by)

    assert [each.merged_into_id for each in stored(Employer)] == [third, third, None]


def test_the_survivor_takes_the_answers_that_were_chosen() -> None:
    survivor = EmployerFactory.make(
        name="Alder", name_key="alder", phone="+441632960001", website="https://alder.example"
    )
    loser = EmployerFactory.make(
        name="Alder Ltd", name_key="alder", phone="+441632960002", email="hello@alders.example"
    )

    merge(survivor.id, loser.id, by=officer(), from_loser={"name", "phone", "website", "email"})

    assert (survivor.name, survivor.phone, survivor.website) == ("Alder Ltd", "+441632960002", None)
    assert survivor.domain == "alders.example"


def test_company_numbers_are_exchanged_so_that_both_are_found() -> None:
    survivor, loser = (EmployerFactory.make(company_number=number) for number in ("01234567", "07654321"))

    merge(survivor.id, loser.id, by=officer(), from_loser={"company_number"})

    assert (survivor.company_number, loser.company_number) == ("07654321", "01234567")


def test_a_number_that_only_the_loser_has_can_go_over() -> None:
    survivor, loser = EmployerFactory.make(), EmployerFactory.make(company_number="07654321")

    merge(survivor.id, loser.id, by=officer(), from_loser={"company_number"}, checked=False)

    assert (survivor.company_number, loser.company_number) == ("07654321", None)


def test_sectors_are_united() -> None:
    one, both, other = (SectorFactory.make(name=name) for name in ("Sawmills", "Both", "Boats"))
    survivor, loser = EmployerFactory.make(sectors=[one, both]), EmployerFactory.make(sectors=[both, other])

    done = merge(survivor.id, loser.id, by=officer())

    found = get_employer(survivor.id, viewer=officer())
    assert {each.name for each in found.sectors} == {"Sawmills", "Both", "Boats"}
    assert ["sector", 1, 1] in done.outcome


def test_a_person_on_both_becomes_one_with_everything_that_names_them() -> None:
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    ours = ContactFactory.make(employer=survivor, email="jo@example.com", phone="+441632960001", is_mentor=True)
    theirs = ContactFactory.make(
        employer=loser, email="jo@example.com", phone="+441632960002", mobile="+447700900001", is_speaker=True
    )
    talk = InteractionFactory.make(employer=loser, contacts=[theirs])
    placement = OpportunityFactory.make(employer=loser, leader_id=theirs.id)
    pledge = PledgeFactory.make(employer=loser, signatory_id=theirs.id)

    merge(survivor.id, loser.id, by=officer())

    assert (ours.phone, ours.mobile, ours.is_mentor, ours.is_speaker) == ("+441632960001", "+447700900001", True, True)
    assert theirs.employer_id == loser.id
    assert [each.id for each in db.session.scalars(select(Contact).join(Interaction.contacts))] == [ours.id]
    assert (talk.employer_id, placement.leader_id, pledge.signatory_id) == (survivor.id, ours.id, ours.id)


def test_an_objection_to_e_mail_stands_whichever_of_the_two_has_it() -> None:
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    ours = ContactFactory.make(employer=survivor, email="jo@example.com")
    ContactFactory.make(employer=loser, email="jo@example.com", objected_on=date(2026, 9, 1), objected_how="by phone")

    merge(survivor.id, loser.id, by=officer())

    assert (ours.objected_on, ours.objected_how) == (date(2026, 9, 1), "by phone")


def test_somebody_who_works_at_one_of_the_two_has_not_left() -> None:
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    ours = ContactFactory.make(employer=survivor, email="jo@example.com", left_at=NOW)
    ContactFactory.make(employer=loser, email="jo@example.com")

    merge(survivor.id, loser.id, by=officer())

    assert ours.left_at is None


def test_the_page_of_a_contact_who_stayed_behind_leads_to_the_same_person() -> None:
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    ours = ContactFactory.make(employer=survivor, email="jo@example.com", version=1)
    theirs = ContactFactory.make(employer=loser, email="jo@example.com")
    seen = theirs.version
    merge(survivor.id, loser.id, by=officer())

    with pytest.raises(Replaced) as led:
        get_contact(theirs.id, viewer=officer())

    assert (led.value.kind, led.value.new) == ("contact", ours.id)
    assert ours.version > seen, "a form opened on the other contact must not pass for one opened here"
    ours.email = "jo@elsewhere.example"
    db.session.flush()
    with pytest.raises(NotFound, match="merged with another one"):
        get_contact(theirs.id, viewer=officer())


def test_sites_of_one_name_stay_two_and_are_told_apart() -> None:
    survivor, loser = EmployerFactory.make(), EmployerFactory.make(name="Alder Joiners")
    SiteFactory.make(employer=survivor, name="Yard")
    SiteFactory.make(employer=survivor, name="Yard (Alder Joiners)")
    SiteFactory.make(employer=loser, name="Yard")

    merge(survivor.id, loser.id, by=officer())

    assert [each.name for each in stored(Site)] == ["Yard", "Yard (Alder Joiners)", "Yard (Alder Joiners 2)"]
    assert {each.employer_id for each in stored(Site)} == {stored(Employer)[0].id}


def test_a_long_name_of_a_site_still_fits() -> None:
    survivor, loser = EmployerFactory.make(), EmployerFactory.make(name="A" * 255)
    for employer in (survivor, loser):
        SiteFactory.make(employer=employer, name="Y" * 255)

    merge(survivor.id, loser.id, by=officer())

    assert len({each.name for each in stored(Site)}) == 2
    assert max(len(each.name) for each in stored(Site)) <= 255


@pytest.mark.parametrize(("years", "in_force"), [((), "ours"), (("2026/27",), "theirs")])
def test_of_two_promises_in_force_the_chosen_one_stays_so(years: tuple[str, ...], in_force: str) -> None:
    survivor, loser = EmployerFactory.make(name="Ours"), EmployerFactory.make(name="Theirs")
    pledges = {
        "ours": PledgeFactory.make(employer=survivor, lines=[PledgeLineFactory.build()]),
        "theirs": PledgeFactory.make(employer=loser, lines=[PledgeLineFactory.build()]),
    }

    merge(survivor.id, loser.id, by=officer(), years=years)

    states = {name: pledge.status for name, pledge in pledges.items()}
    other = "theirs" if in_force == "ours" else "ours"
    assert states == {in_force: PledgeStatus.CONFIRMED, other: PledgeStatus.SUPERSEDED}
    assert (pledges[other].ended_on, pledges[other].ended_reason) == (
        date(2026, 11, 2),
        f"Merged with {in_force.capitalize()}, whose pledge stays in force",
    )
    assert [(each.employer_id, each.number) for each in stored(Pledge)] == [(survivor.id, 1), (survivor.id, 2)]


def test_versions_of_the_losers_pledge_are_numbered_on_and_another_year_keeps_its_numbers() -> None:
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    PledgeFactory.make(employer=survivor, number=3)
    PledgeFactory.make(employer=loser, number=1, status=PledgeStatus.SUPERSEDED)
    PledgeFactory.make(employer=loser, number=2, status=PledgeStatus.DRAFT)
    PledgeFactory.make(employer=loser, number=1, academic_year_name="2025/26")

    merge(survivor.id, loser.id, by=officer())

    assert [(each.academic_year_name, each.number) for each in stored(Pledge)] == [
        ("2026/27", 3),
        ("2026/27", 4),
        ("2026/27", 5),
        ("2025/26", 1),
    ]


def test_two_pledges_that_are_not_decided_stop_a_merge() -> None:
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    PledgeFactory.make(employer=survivor, status=PledgeStatus.DRAFT)
    PledgeFactory.make(employer=loser, status=PledgeStatus.SENT, sent_on=date(2026, 9, 1))

    with pytest.raises(Conflict, match="Both have a pledge for 2026/27 that is not decided"):
        merge(survivor.id, loser.id, by=officer())


def test_different_company_numbers_need_a_tick() -> None:
    survivor, loser = (EmployerFactory.make(company_number=number) for number in ("01234567", "07654321"))

    with pytest.raises(Conflict, match="different company numbers") as refused:
        merge(survivor.id, loser.id, by=officer(), checked=False)

    assert str(refused.value) == DIFFERENT_NUMBERS


def test_an_employer_cannot_be_merged_with_itself_twice_or_into_an_archived_one() -> None:
    by = officer()
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    archived = EmployerFactory.make(name="Old", archived_at=NOW, archived_reason="Closed")

    with pytest.raises(Conflict, match="two different employers"):
        merge(survivor.id, survivor.id, by=by)
    with pytest.raises(Conflict, match="Old is archived"):
        merge(archived.id, loser.id, by=by)
    with pytest.raises(NotFound):
        merge(survivor.id, 999_999, by=by)
    merge(survivor.id, loser.id, by=by)
    for pair in ((survivor.id, loser.id), (loser.id, survivor.id)):
        with pytest.raises(Conflict, match="has been merged already"):
            merge(*pair, by=by)


def test_an_archived_employer_can_become_part_of_one_in_use() -> None:
    survivor, loser = EmployerFactory.make(), EmployerFactory.make(archived_at=NOW, archived_reason="Closed")

    merge(survivor.id, loser.id, by=officer())

    assert loser.merged_into_id == survivor.id


@pytest.mark.parametrize("changed", ["survivor", "loser"])
def test_an_edit_of_either_since_the_page_was_opened_stops_the_merge(changed: str) -> None:
    pair = {"survivor": EmployerFactory.make(), "loser": EmployerFactory.make()}
    versions = {name: each.version for name, each in pair.items()}
    pair[changed].phone = "+441632960009"
    db.session.flush()

    with pytest.raises(EditedMeanwhile):
        merge_employers(
            Choices(
                survivor_id=pair["survivor"].id,
                loser_id=pair["loser"].id,
                survivor_version=versions["survivor"],
                loser_version=versions["loser"],
            ),
            by=officer(),
            at=NOW,
        )


def test_versions_rise_above_both_so_that_open_forms_notice() -> None:
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    for number in range(3):
        loser.phone = f"+44163296000{number}"
        db.session.flush()
    highest = max(survivor.version, loser.version)

    merge(survivor.id, loser.id, by=officer())

    assert survivor.version > highest
    assert loser.version > highest


def test_history_says_so_on_both_and_counts_what_moved() -> None:
    survivor, loser = EmployerFactory.make(name="Alder"), EmployerFactory.make(name="Alders", phone="+441632960001")
    for _ in range(2):
        InteractionFactory.make(employer=loser)

    merge(survivor.id, loser.id, by=officer(), from_loser={"phone"})

    told = {each.entity_id: each for each in stored(ChangeRecord) if each.entity == "employer" and each.reason}
    assert told[survivor.id].reason == "Alders was merged into this employer: 2 contact log entries"
    assert told[survivor.id].changes == {"phone": [None, "+441632960001"]}
    assert told[loser.id].reason == "Merged into Alder"
    moved = [each for each in stored(ChangeRecord) if each.entity == "interaction" and each.reason]
    assert [each.changes for each in moved] == [{"employer_id": [loser.id, survivor.id]}] * 2


def test_typing_the_old_name_finds_the_survivor() -> None:
    survivor = EmployerFactory.make(name="Beech Works", name_key="beech works")
    loser = EmployerFactory.make(name="Alder Joiners", name_key="alder joiners")
    merge(survivor.id, loser.id, by=officer())

    assert [(each.id, each.name, each.hint) for each in employer_options("alder")] == [
        (survivor.id, "Beech Works", "once called Alder Joiners")
    ]
    assert employers_named("alder joiners") == [(survivor.id, "Beech Works, once called Alder Joiners")]


def test_a_log_that_names_both_rows_of_one_person_keeps_both() -> None:
    """Such a row cannot be re-pointed: the pair would be there twice."""
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    ours = ContactFactory.make(employer=survivor, email="jo@example.com")
    theirs = ContactFactory.make(employer=loser, email="jo@example.com")
    talk = InteractionFactory.make(employer=loser, contacts=[ours, theirs])
    talk_id, ids = talk.id, {ours.id, theirs.id}

    merge(survivor.id, loser.id, by=officer())

    took_part = select(Contact.id).join(Interaction.contacts).where(Interaction.id == talk_id)
    assert set(db.session.scalars(took_part)) == ids


def test_somebody_who_left_both_has_left() -> None:
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    ours = ContactFactory.make(employer=survivor, email="jo@example.com", left_at=NOW)
    ContactFactory.make(employer=loser, email="jo@example.com", left_at=NOW)

    merge(survivor.id, loser.id, by=officer())

    assert ours.left_at == NOW


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_merge_gives_way_on_postgresql_and_tells_of_trouble_on_sqlite(
    dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.engine.dialect, "name", dialect)
    monkeypatch.setattr(db.session, "execute", lambda *_: None)
    trouble = OperationalError("UPDATE", {}, Exception("canceling statement due to lock timeout"))

    with pytest.raises(Busy if dialect == "postgresql" else OperationalError), giving_way():
        raise trouble


def test_the_number_of_an_employer_that_was_merged_is_taken_and_says_by_whom() -> None:
    survivor = EmployerFactory.make(name="Alder", company_number="01234567")
    loser = EmployerFactory.make(name="Alders", company_number="07654321")
    merge(survivor.id, loser.id, by=officer())

    with pytest.raises(NumberTaken, match="Alders had this company number and was merged into Alder"):
        add_employer(EmployerDetails(name="Beech", company_number="07654321"))


def test_nothing_can_be_added_to_the_loser_by_a_service_that_loaded_it_before() -> None:
    survivor, loser = EmployerFactory.make(), EmployerFactory.make()
    merge(survivor.id, loser.id, by=officer())
    db.session.commit()
    row = db.session.get_one(Employer, loser.id)

    with pytest.raises(Conflict, match="archived"):
        add_contact(row, ContactDetails(name="Jo"))
