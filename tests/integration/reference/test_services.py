"""What changing the council's lists and settings does and refuses."""

import pytest

from crm.audit.queries import history_of
from crm.core.db import committing, db
from crm.core.errors import Conflict, EditedMeanwhile, NotFound
from crm.reference import queries, services
from crm.reference.models import Area, Sector, SizeBand
from crm.reference.services import AreaDetails, SectorDetails, SizeBandDetails
from crm.reference.settings import settings
from tests.factories import AreaFactory, SectorFactory

pytestmark = pytest.mark.usefixtures("database")


def test_a_new_entry_comes_last_and_is_offered() -> None:
    before = list(queries.entries(Sector))

    entry = services.add_entry(SectorDetails(name="Robots", is_growth=True))

    assert queries.entries(Sector) == [*before, entry]
    assert queries.offered(Sector)[-1] == (entry.id, "Robots")


def test_a_list_has_each_name_once_whatever_its_case() -> None:
    there, other = AreaFactory.make(name="Hanley"), AreaFactory.make(name="Fenton")

    with pytest.raises(Conflict, match="already has HANLEY"):
        services.add_entry(AreaDetails(name="HANLEY"))
    with pytest.raises(Conflict, match="already has hanley"):
        services.change_entry(other, AreaDetails(name="hanley"), version=other.version)
    services.change_entry(there, AreaDetails(name="HANLEY"), version=there.version)
    assert there.name == "HANLEY"


def test_a_name_taken_a_moment_before_is_refused_by_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    AreaFactory.make(name="Hanley")
    db.session.commit()
    monkeypatch.setattr(services, "_refuse_taken_name", lambda *_, **__: None)

    with pytest.raises(Conflict, match="a moment ago"), committing():
        services.add_entry(AreaDetails(name="Hanley"))


@pytest.mark.parametrize(("fewest", "most"), [(0, 0), (9, 12), (100, None), (300, 400)])
def test_sizes_must_not_overlap(fewest: int, most: int | None) -> None:
    with pytest.raises(Conflict, match="overlaps"):
        services.add_entry(SizeBandDetails(name="New", fewest=fewest, most=most))


def test_a_size_out_of_use_makes_room_and_cannot_come_back_over_another() -> None:
    large = next(band for band in queries.entries(SizeBand) if band.most is None)

    services.put_in_use(large, in_use=False)
    services.add_entry(SizeBandDetails(name="250 to 999", fewest=250, most=999))

    with pytest.raises(Conflict, match="overlaps 250 to 999"):
        services.put_in_use(large, in_use=True)


def test_a_size_may_keep_its_own_numbers() -> None:
    band = queries.entries(SizeBand)[1]

    services.change_entry(band, SizeBandDetails(name="Tiny", fewest=band.fewest, most=band.most), version=band.version)

    assert band.name == "Tiny"


def test_the_second_of_two_overlapping_edits_is_refused() -> None:
    entry = SectorFactory.make()
    seen = entry.version
    services.change_entry(entry, SectorDetails(name="First"), version=seen)

    with pytest.raises(EditedMeanwhile):
        services.change_entry(entry, SectorDetails(name="Second"), version=seen)


def test_an_entry_moves_one_place_and_not_beyond_the_ends() -> None:
    first, second, third = (AreaFactory.make(name=name) for name in "ABC")

    services.move_entry(third, up=True)
    assert queries.entries(Area) == [first, third, second]
    services.move_entry(first, up=True)
    services.move_entry(second, up=False)
    assert queries.entries(Area) == [first, third, second]
    services.move_entry(first, up=False)
    assert queries.entries(Area) == [third, first, second]


def test_an_entry_out_of_use_is_offered_only_to_those_who_have_it() -> None:
    entry = AreaFactory.make(name="Old ward")

    services.put_in_use(entry, in_use=False)

    assert queries.offered(Area) == []
    assert queries.offered(Area, besides=[None, entry.id]) == [(entry.id, "Old ward")]
    services.put_in_use(entry, in_use=True)
    assert queries.offered(Area) == [(entry.id, "Old ward")]


def test_what_is_not_in_a_list_is_not_found() -> None:
    with pytest.raises(NotFound):
        queries.get_entry(Area, 999)


def test_a_setting_is_chosen_changed_and_its_history_kept() -> None:
    services.save_setting("council_name", "Northmoor Council", version=0)
    setting = queries.stored_setting("council_name")
    assert setting is not None

    services.save_setting("council_name", "Southmoor Council", version=setting.version)

    assert settings()["council_name"] == "Southmoor Council"
    assert history_of("setting", setting.id)[0].changes["value"] == ["Northmoor Council", "Southmoor Council"]


def test_a_setting_that_cannot_be_is_refused_with_advice() -> None:
    with pytest.raises(ValueError, match="whole number from 1 to 100"):
        services.save_setting("group_limit", "lots", version=0)


def test_the_second_of_two_choices_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    services.save_setting("group_limit", "10", version=0)
    db.session.commit()

    with pytest.raises(EditedMeanwhile):
        services.save_setting("group_limit", "8", version=0)
    monkeypatch.setattr(services, "stored_setting", lambda _name: None)
    with pytest.raises(Conflict, match="a moment ago"), committing():
        services.save_setting("group_limit", "8", version=0)
