"""The agreed skills in two versions, what opportunities practise of them, and a few films about jobs."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from crm.accounts.models import User
from crm.audit.recording import set_actor
from crm.core import clock
from crm.core.access import Role
from crm.core.clock import start_of_day
from crm.core.db import db
from crm.demo.organisations import Known
from crm.library.models import Format
from crm.library.services import ItemDetails, add_item
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.opportunities.watch_first.services import set_watch_first
from crm.pledges.kinds import OpportunityKind as Kind
from crm.skills.models import Skill
from crm.skills.services import ListDetails, publish_list
from crm.skills.wording import read_lines

FIRST = """Listening: taking in what others say, and asking when it is not clear
Speaking: saying what you mean so that others follow
Solving problems: finding a way when the first one fails
Working in a team: doing your part, and helping others do theirs
Being on time: being where you said you would be"""
NEXT = f"""{FIRST}
Using digital tools: choosing the right one, and using it safely
Aiming high: setting yourself a goal, and planning how to get there"""
PRACTISED: Mapping[Kind, Sequence[str]] = {
    Kind.PLACEMENT: ("Listening", "Solving problems", "Working in a team", "Being on time"),
    Kind.WORKPLACE_VISIT: ("Listening", "Being on time"),
    Kind.JOB_SHADOWING: ("Listening", "Speaking", "Being on time"),
    Kind.EMPLOYER_PROJECT: ("Solving problems", "Working in a team", "Speaking"),
    Kind.VIRTUAL_PLACEMENT: ("Using digital tools", "Solving problems"),
    Kind.TALK: ("Listening",),
    Kind.MENTORING: ("Speaking",),
}
FILMS = (
    ("A morning in the workshop", "Joiner", Format.VIDEO, 4, True),
    ("What a care assistant does before ten", "Care assistant", Format.VIDEO, 3, True),
    ("From apprentice to site manager", "Site manager", Format.PRESENTATION, 12, None),
    ("Two minutes with a network engineer", "Network engineer", Format.VIDEO, 2, False),
    ("How we plan a delivery round", "Transport planner", Format.PRESENTATION, 8, None),
)
SHOWN_BEFORE = 4  # opportunities that ask to watch a film first


def agree_on_skills(users: Sequence[User], today: date) -> None:
    """Last year's list, and the one that followed it; every opportunity ticked by what its kind usually practises."""
    admin = next(user for user in users if user.role is Role.ADMIN)
    set_actor(admin.name)
    for number, (typed, meeting, ago, note) in enumerate(
        (
            (FIRST, "Employers’ roundtable at the Guildhall", 400, ""),
            (NEXT, "Employers’ roundtable at the college", 90, "Two skills that employers asked for"),
        )
    ):
        details = ListDetails(read_lines(typed), today - timedelta(days=ago), meeting, note)
        publish_list(details, seen=number, by=admin, at=clock.now())
    skills = {skill.name: skill for skill in db.session.scalars(select(Skill))}
    for opportunity in db.session.scalars(select(Opportunity).options(selectinload(Opportunity.skills))).all():
        opportunity.skills = [skills[name] for name in PRACTISED.get(opportunity.kind, ())]
    db.session.flush()


def collect_films(everybody: Sequence[Known], today: date) -> None:
    """A small library, and what is watched before some opportunities to come."""
    films = []
    for number, (title, role, kind, minutes, captions) in enumerate(FILMS):
        known = everybody[number]
        set_actor(known.officer.name)
        details = ItemDetails(
            title=title,
            role=role,
            url=f"https://films.example.com/{role.lower().replace(' ', '-')}",
            format=kind,
            minutes=minutes,
            has_captions=captions,
            employer_id=known.employer.id,
        )
        films.append(add_item(details, by=known.officer))
    to_come = (
        select(Opportunity)
        .where(Opportunity.starts_at >= start_of_day(today), Opportunity.status == OpportunityStatus.OPEN)
        .order_by(Opportunity.starts_at, Opportunity.id)
        .limit(SHOWN_BEFORE)
    )
    for opportunity, film in zip(db.session.scalars(to_come).all(), films, strict=False):
        set_watch_first(opportunity, [film.id])
