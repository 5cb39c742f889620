"""Migrations lose nothing: up, down one at a time with a row in every table, up again."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, func, select

from config import Config
from crm.accounts.models import LinkPurpose, User
from crm.accounts.services.links import mail_link
from crm.accounts.services.sign_ins import begin_sign_in
from crm.accounts.services.throttling import Attempt, count_attempt
from crm.answering.models import AnswerKind, ChaserOutcome, PledgeAnswer, PledgeChaser
from crm.app import create_app
from crm.bulk.models import BulkAction
from crm.bulk.services import BulkDetails, prepare
from crm.calendars.models import FeedPurpose
from crm.companies.reading import Read
from crm.companies.services import new_load
from crm.core.db import Base, db
from crm.core.submissions import Submission
from crm.counting.services import PolicyDetails, publish_policy
from crm.desk.digest.models import DigestDay
from crm.employers.companies import Company, CompanyStatus
from crm.employers.models import Employer
from crm.finding.schema import is_the_index
from crm.hub.models import ErasureRequest, HubRequest
from crm.imports.findings import Severity
from crm.imports.models import (
    ImportChange,
    ImportMapping,
    ImportProblem,
    ImportRejectedRow,
    ImportRun,
    ImportSheet,
    ImportUndo,
    RunStatus,
    UndoStatus,
)
from crm.imports.targets import SheetKind
from crm.interactions.models import Channel, InteractionCorrection
from crm.library.models import Format
from crm.library.services import ItemDetails, add_item
from crm.links import models as link_models
from crm.links.services import issue
from crm.matching.models import LeftWithout, MatchedPlace, Matching
from crm.merging.models import DuplicateSearch, EmployerMerge, LikelyPair, MergedRow, NotDuplicates
from crm.names.services import keep_names, read_name, write_name
from crm.opportunities.employer_word.models import EmployerWord
from crm.opportunities.for_requests.models import PlacesFound
from crm.opportunities.models import PlaceStatus
from crm.opportunities.particulars import OpportunityPart, OpportunityYearGroup, Part
from crm.opportunities.provider_word.models import ProviderWord
from crm.opportunities.watch_first.services import set_watch_first
from crm.opportunities.who_came.models import AttendanceMark, MarkedBy
from crm.pledges.models import PledgeLineYearGroup, PledgeStatus
from crm.providers.models import YearGroup
from crm.providers.requests.models import RequestYearGroup
from crm.reference.academic_years import AcademicYear
from crm.reference.kinds import OpportunityKind
from crm.reference.models import Sector, Setting
from crm.reminders.models import Outcome, Party, Reminder, ReminderStop, Step
from crm.renewals.models import RenewalLine, RenewalProposal, RenewalRun
from crm.skills.services import ListDetails, publish_list
from crm.skills.wording import read_lines
from tests.factories import (
    AppetiteFactory,
    AreaFactory,
    CalendarFeedFactory,
    ClosedDayFactory,
    CohortFactory,
    ContactFactory,
    EmployerFactory,
    FollowUpFactory,
    InteractionFactory,
    InvitationFactory,
    MailAttachmentFactory,
    MailboxFactory,
    MailboxMessageFactory,
    MailFactory,
    MembershipFactory,
    OpportunityFactory,
    PlaceFactory,
    PlanFactory,
    PledgeFactory,
    PledgeLineFactory,
    ProviderMemberFactory,
    RequestFactory,
    SavedViewFactory,
    SeriesFactory,
    SiteCheckFactory,
    SiteFactory,
    TagFactory,
    TermFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.support.postgres import postgres_url

MIGRATIONS = Path(__file__).parents[2] / "migrations"
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]  # newest first


@pytest.fixture
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own, without a table."""
    with ExitStack() as stack:
        if request.config.getoption("--db") == "postgres":
            url = stack.enter_context(postgres_url())
        else:
            url = f"sqlite:///{tmp_path}/migrations.db"
        app = create_app(Config.for_tests(url))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def put_a_row_in_every_table() -> None:
    user = UserFactory.make()
    ProviderMemberFactory.make()
    AreaFactory.make()
    employer = EmployerFactory.make(sectors=db.session.scalars(select(Sector).limit(2)).all(), tags=[TagFactory.make()])
    SavedViewFactory.make(owner=user)
    put_feeds(user, employer)
    prepare(BulkDetails(action=BulkAction.ARCHIVE, reason="Closed"), [employer.id], by=user, today=NOW.date())
    SiteFactory.make(employer=employer)
    SiteCheckFactory.make()
    MembershipFactory.make(employer=employer)
    put_what_was_said(employer)
    put_mail(employer)
    put_pledges(employer)
    CohortFactory.make()
    put_a_request_and_places()
    begin_sign_in(user, at=NOW)
    count_attempt(Attempt.SIGN_IN, user.email, "198.51.100.7", at=NOW)
    mail_link(user, LinkPurpose.RESET, at=NOW)
    put_what_the_scheduler_does(user)
    db.session.add(DigestDay(user_id=user.id, day=NOW.date()))
    db.session.add(Company(number="01234567", status=CompanyStatus.ACTIVE, as_at=NOW.date()))
    db.session.add(new_load(Read(), file_name="companies.csv", as_at=NOW.date(), is_whole=False, at=NOW))
    db.session.add(Submission(key="one", leads_to="/", submitted_at=NOW))
    put_rows_about_merging(employer, user)
    db.session.commit()


def put_a_request_and_places() -> None:
    request = RequestFactory.make(
        year_groups=[RequestYearGroup(year_group=YearGroup.YEAR_10)],
        sectors=db.session.scalars(select(Sector).limit(1)).all(),
    )
    place = PlaceFactory.make(opportunity=InvitationFactory.make().invitee.opportunity)
    db.session.add(PlacesFound(request_id=request.id, opportunity_id=place.opportunity_id, places=1))


def put_feeds(user: User, employer: Employer) -> None:
    CalendarFeedFactory.make(user_id=user.id)
    CalendarFeedFactory.make(purpose=FeedPurpose.EMPLOYER, employer_id=employer.id, made_by_id=user.id)


def put_what_was_said(employer: Employer) -> None:
    contact = ContactFactory.make(employer=employer)
    entry = InteractionFactory.make(employer=employer, contacts=[contact])
    words = {"summary": "One"}
    db.session.add(
        InteractionCorrection(
            interaction_id=entry.id,
            corrected_by_id=entry.logged_by_id,
            corrected_at=NOW,
            reason="Slip",
            before=words,
            after=words,
        )
    )
    PlanFactory.make(employer=employer, contacts=[contact])
    FollowUpFactory.make(employer=employer)


def put_what_the_scheduler_does(user: User) -> None:
    put_an_import(user)
    put_a_matching(user)
    put_skills_and_a_library(user)
    put_reminders(user)
    put_a_name(user)
    counted = PolicyDetails(kinds=frozenset({OpportunityKind.TALK}), target=3, different_employers=1, note="Decided")
    publish_policy(AcademicYear.of(NOW.date()), counted, seen=1, by=user, at=NOW)


def put_a_name(user: User) -> None:
    person = YoungPersonFactory.make()
    keep_names(person.provider, by=user, at=NOW)
    write_name(person, "Dana", at=NOW)
    read_name(person, by=user, at=NOW)


def put_skills_and_a_library(user: User) -> None:
    details = ListDetails(read_lines("Listening"), NOW.date(), "Employers’ roundtable")
    skill = publish_list(details, seen=0, by=user, at=NOW).entries[0].skill
    film = {"title": "A day on site", "role": "Site manager", "url": "https://video.example.com", "minutes": 4}
    item = add_item(ItemDetails(**film, format=Format.VIDEO, skill_ids=frozenset({skill.id})), by=user)  # type: ignore[arg-type]
    set_watch_first(OpportunityFactory.make(skills=[skill]), [item.id])


def put_an_import(user: User) -> None:
    run = ImportRun(
        file_name="a.csv", sha256="0" * 64, status=RunStatus.DONE, started_by_name=user.name, uploaded_at=NOW
    )
    db.session.add(run)
    db.session.flush()
    sheet = ImportSheet(run_id=run.id, position=0, name="Log", kind=SheetKind.EMPLOYERS)
    db.session.add(sheet)
    db.session.flush()
    told = {"severity": Severity.WARNING, "row": 2, "column": "A", "value": "x", "reason": "y"}
    db.session.add(ImportProblem(run_id=run.id, sheet_id=sheet.id, **told))
    db.session.add(ImportRejectedRow(sheet_id=sheet.id, row=3, cells=["TOTAL"], reason="y"))
    db.session.add(ImportChange(run_id=run.id, entity="employer", entity_id=1, seal="0" * 32))
    db.session.add(ImportUndo(run_id=run.id, status=UndoStatus.QUEUED, asked_by_name="x", asked_at=NOW))
    db.session.add(
        ImportMapping(
            shape="0" * 64,
            kind=SheetKind.LOG,
            columns={},
            channel=Channel.CALL,
            creates_employers=False,
            used_by_name="x",
            used_at=NOW,
        )
    )


def put_pledges(employer: Employer) -> None:
    put_the_employers_page(employer)
    AppetiteFactory.make(employer=employer)
    TermFactory.make()
    line = PledgeLineFactory.build(
        year_groups=[PledgeLineYearGroup(year_group=YearGroup.YEAR_10)],
        sectors=db.session.scalars(select(Sector).limit(1)).all(),
    )
    PledgeFactory.make(employer=employer, lines=[line])
    contact = ContactFactory.make(employer=employer)
    pledge = PledgeFactory.make(employer=employer, number=2, status=PledgeStatus.OFFERED, confirmed_on=None)
    link = issue(link_models.LinkPurpose.ANSWER, contact, pledge=pledge, lasts=timedelta(days=28)).link
    said = {"kind": AnswerKind.CONFIRM, "typed_name": "Dana", "answered_at": NOW}
    db.session.add(PledgeAnswer(pledge_id=pledge.id, link_id=link.id, contact_id=contact.id, detail="", **said))
    db.session.add(PledgeChaser(link_id=link.id, step=1, outcome=ChaserOutcome.SENT, decided_at=NOW))
    run = RenewalRun(academic_year_name="2027/28", begun_by_id=UserFactory.make().id, wave=0)
    db.session.add(run)
    db.session.flush()
    proposal = RenewalProposal(run_id=run.id, employer_id=employer.id, former_id=pledge.id)
    proposal.lines = [RenewalLine(former_line_id=line.id, each=1)]
    db.session.add(proposal)


def put_reminders(user: User) -> None:
    opportunity = OpportunityFactory.make()
    about = {"opportunity_id": opportunity.id, "about_on": NOW.date(), "decided_at": NOW}
    db.session.add(Reminder(**about, step=Step.FIRST, party=Party.EMPLOYER, outcome=Outcome.SENT))
    db.session.add(ReminderStop(opportunity_id=opportunity.id, stopped_by_id=user.id))
    said = {"said_by_id": user.id, "said_at": NOW, "rating": 5, "went_well": "", "to_change": ""}
    db.session.add(ProviderWord(opportunity_id=opportunity.id, provider_id=opportunity.provider_id, **said))
    place = PlaceFactory.make(opportunity=opportunity, status=PlaceStatus.NO_SHOW)
    marked = {"side": MarkedBy.COUNCIL, "marked_by_id": user.id, "marked_at": NOW}
    db.session.add(AttendanceMark(place_id=place.id, status=PlaceStatus.NO_SHOW, **marked))


def put_a_matching(user: User) -> None:
    asked = {"asked_by_id": user.id, "asked_by_name": user.name, "asked_at": NOW}
    matching = Matching(**asked, scope={}, target=3)
    db.session.add(matching)
    db.session.flush()
    person = YoungPersonFactory.make(sectors=db.session.scalars(select(Sector).limit(1)).all())
    opportunity = OpportunityFactory.make()
    db.session.add(
        MatchedPlace(
            matching_id=matching.id,
            opportunity_id=opportunity.id,
            young_person_id=person.id,
            starts_at=opportunity.starts_at,
            ends_at=opportunity.ends_at,
            had=0,
            becomes=1,
            reason="has 0 of 3",
        )
    )
    db.session.add(LeftWithout(matching_id=matching.id, young_person_id=person.id, had=0, why="Full"))


def put_the_employers_page(employer: Employer) -> None:
    contact = ContactFactory.make(employer=employer)
    said = {"went_well": "", "to_change": "", "said_at": NOW}
    opportunity = OpportunityFactory.make(
        sectors=db.session.scalars(select(Sector).limit(1)).all(),
        year_groups=[OpportunityYearGroup(year_group=YearGroup.YEAR_10)],
        parts=[OpportunityPart(part=Part.PURPOSE, present=True)],
    )
    db.session.add(EmployerWord(opportunity_id=opportunity.id, contact_id=contact.id, **said))
    ClosedDayFactory.make()
    OpportunityFactory.make(series=SeriesFactory.make(), series_number=1)
    db.session.add(HubRequest(email="a@alder.example", asked_at=NOW))
    db.session.add(ErasureRequest(contact_id=contact.id, asked_at=NOW))


def put_mail(employer: Employer) -> None:
    mail = MailFactory.make(employer=employer)
    MailAttachmentFactory.make(mail_id=mail.id)
    MailboxMessageFactory.make(mailbox_id=MailboxFactory.make().id, mail_id=mail.id)


def put_rows_about_merging(employer: Employer, user: User) -> None:
    db.session.add(Setting(name="council_name", value="Alderbrook"))
    other = EmployerFactory.make()
    pair = {"first_id": employer.id, "second_id": other.id}
    db.session.add(NotDuplicates(**pair, decided_at=NOW, decided_by_name=user.name))
    db.session.add(LikelyPair(**pair, score=90, reasons=["same postcode"]))
    db.session.add(DuplicateSearch(asked_at=NOW, asked_by_name=user.name))
    merge = EmployerMerge(
        survivor_id=employer.id,
        loser_id=other.id,
        survivor_name=employer.name,
        loser_name=other.name,
        merged_at=NOW,
        merged_by_id=user.id,
        merged_by_name=user.name,
        outcome=[],
        undone_at=NOW,
        undone_by_name=user.name,
    )
    merge.rows = [MergedRow(table_name="contact", row_id=1, changes={"employer_id": [2, 1]})]
    db.session.add(merge)


def counts() -> dict[str, int]:
    found = {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }
    db.session.rollback()
    return found


def test_there_is_one_newest_migration() -> None:
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


def test_every_migration_goes_down_with_data_in_every_table_and_up_again(installation: Flask) -> None:
    upgrade(str(MIGRATIONS))
    put_a_row_in_every_table()
    empty = [name for name, rows in counts().items() if not rows]
    assert not empty, "put a row into these as well"

    for _ in REVISIONS:
        downgrade(str(MIGRATIONS))
        assert not orphans()
    upgrade(str(MIGRATIONS))

    assert not orphans()
    assert not differences()
    put_a_row_in_every_table()


@pytest.mark.parametrize("steps", [1, len(REVISIONS) // 2])
def test_a_step_down_and_up_again_keeps_what_it_does_not_concern(installation: Flask, steps: int) -> None:
    upgrade(str(MIGRATIONS))
    put_a_row_in_every_table()
    before = counts()

    downgrade(str(MIGRATIONS), revision=f"-{steps}")
    kept = tables_now()
    upgrade(str(MIGRATIONS))

    after = counts()
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert not orphans()


def test_sqlite_is_not_migrated_while_a_rebuilt_table_could_lose_rows(
    installation: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL rebuilds no tables")
    upgrade(str(MIGRATIONS), revision=REVISIONS[1])
    really = Connection.exec_driver_sql

    def deaf(self: Connection, statement: str, *rest: object) -> object:
        """As SQLite is inside a transaction: the pragma is not heard, and nobody is told."""
        if statement == "PRAGMA foreign_keys=OFF":
            return None
        return really(self, statement, *rest)  # type: ignore[arg-type]  # passed on as it came

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "exec_driver_sql", deaf)
        with pytest.raises(SystemExit):
            upgrade(str(MIGRATIONS))

    assert "foreign keys on, so migrating could lose rows" in caplog.text
    assert revision_now() == REVISIONS[1]


def test_rows_without_their_parents_stop_a_migration(installation: Flask, caplog: pytest.LogCaptureFixture) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL checks keys at every statement")
    upgrade(str(MIGRATIONS), revision=REVISIONS[1])
    with db.engine.connect().execution_options(says_begin_itself=True) as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql(
            "INSERT INTO sign_in (token_hash, user_id, started_at, last_seen_at) VALUES ('x', 999, '2026', '2026')"
        )

    with pytest.raises(SystemExit):
        upgrade(str(MIGRATIONS))

    assert "rows without their parents" in caplog.text
    assert revision_now() == REVISIONS[1]


def orphans() -> list[object]:
    if db.engine.dialect.name != "sqlite":
        return []
    with db.engine.connect() as connection:
        return list(connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall())


def differences() -> list[object]:
    with db.engine.connect() as connection:
        known = {"compare_type": True, "include_name": lambda name, kind, _: not is_the_index(name, kind)}
        context = MigrationContext.configure(connection, opts=known)
        return list(compare_metadata(context, Base.metadata))


def tables_now() -> set[str]:
    with db.engine.connect() as connection:
        names = set(db.inspect(connection).get_table_names())
    return {name for name in names - {"alembic_version"} if not is_the_index(name, "table")}


def revision_now() -> str | None:
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
