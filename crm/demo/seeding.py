"""Loads Northmoor into an empty database through the services, so that nothing in it can be invalid."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from random import Random

from sqlalchemy import func, select

from crm.accounts.models import User
from crm.audit.recording import because, set_actor
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict
from crm.demo.asking import ask_for_opportunities, give_the_first_officer_a_day, speak_about_email
from crm.demo.checking import check_sites
from crm.demo.employers_words import say_how_it_went
from crm.demo.finding import find_what_was_asked_for
from crm.demo.following import follow_calendars
from crm.demo.grouping import seat_employers
from crm.demo.happenings import Diary, go_wrong, keep, large_talk
from crm.demo.hearing_back import hear_back
from crm.demo.inviting import invite_to_what_is_to_come
from crm.demo.listing import mark_and_save_views
from crm.demo.mailing import file_mails
from crm.demo.naming import keep_some_names
from crm.demo.organisations import Classes, Known, add_council, add_employers, add_schools
from crm.demo.particulars import arrange_long_ones
from crm.demo.people import add_people
from crm.demo.places import ask_offer_and_wait
from crm.demo.planning import plan_and_correct
from crm.demo.posting import post
from crm.demo.promises import Promise, last_years, this_years
from crm.demo.proposing import propose_places
from crm.demo.registering import load_the_register
from crm.demo.registers import leave_registers_to_mark
from crm.demo.repeating import repeat
from crm.demo.sending import send_pledges
from crm.demo.skilling import agree_on_skills, collect_films
from crm.demo.talking import talk
from crm.demo.terms import add_terms
from crm.demo.twins import write_twice
from crm.employers.models import Employer
from crm.reference.academic_years import AcademicYear
from crm.reference.terms import school_days

WHY = "Loaded for the demonstration"
LAST = 40  # employers from here on promised nothing last year


def refuse_unless_demo_and_empty(*, demo: bool) -> None:
    """Raises Conflict outside demo mode, and where somebody signs in or an employer is known already."""
    if not demo:
        raise Conflict("Demo data is loaded in demo mode only. Set THREEFOLD_DEMO=1 for a database to try things out.")
    for model, what in ((User, "users"), (Employer, "employers")):
        if db.session.scalar(select(func.count()).select_from(model)):
            raise Conflict(f"This database has {what} already. Demo data goes into an empty one only.")


def load_people(hashes: Mapping[str, str]) -> list[User]:
    """Only those who sign in, the council's name and its areas."""
    with because(WHY):
        add_council()
        return add_people(hashes)


def load(hashes: Mapping[str, str], today: date, *, seed: int = 1) -> None:
    """Everything, relative to a day. The same seed and day give the same city.

    Args:
        hashes: from `people.password_hashes`.
        today: in London.
        seed: another one gives another city of the same kind.
    """
    random = Random(seed)  # noqa: S311  # a demonstration, no secret
    with because(WHY):
        areas = add_council()
        users = add_people(hashes)
        officers = [user for user in users if user.role is Role.OFFICER]
        everybody = add_employers(random, officers, areas)
        post(everybody)
        schools = add_schools(today, users, areas)
        add_terms(today)
        check_sites(everybody, next(user for user in users if user.role is Role.MANAGER), today)
        _add_what_happened(random, Diary(random, schools, today, school_days()), everybody)
        seat_employers(everybody, today)
        ask_for_opportunities(schools, users, today)
        speak_about_email(everybody, today)
        give_the_first_officer_a_day(everybody, officers[0], today)
        file_mails(everybody, today)
        load_the_register(everybody, today)
        write_twice(everybody, today)
        mark_and_save_views(everybody, users, today)
        send_pledges(today)
        say_how_it_went(everybody, today)
        _add_beside_opportunities(everybody, schools, users, today)
        set_actor(None)


def _add_beside_opportunities(
    everybody: Sequence[Known], schools: Sequence[Classes], users: Sequence[User], today: date
) -> None:
    arrange_long_ones(everybody[0], everybody[3], schools[0], today)
    agree_on_skills(users, today)
    collect_films(everybody, today)
    keep_some_names(users)
    leave_registers_to_mark(everybody, schools, today)
    find_what_was_asked_for(everybody, today)
    ask_offer_and_wait(everybody, schools, today)
    invite_to_what_is_to_come(today)
    repeat(everybody, schools, today)
    follow_calendars(schools, users)
    propose_places(users, today)
    hear_back(schools, users, today)


def _add_what_happened(random: Random, diary: Diary, everybody: Sequence[Known]) -> None:
    year = AcademicYear.of(diary.today)
    in_order = list(everybody)
    random.shuffle(in_order)
    _keep_all(diary, last_years(random, in_order, year.previous))
    go_wrong(diary, in_order[LAST:], year.previous.first_day)
    _keep_all(diary, this_years(random, in_order, diary.today))
    large_talk(diary, _speaker(in_order), year.previous.first_day)
    talk(random, everybody, diary.today)
    plan_and_correct(everybody, diary.today)


def _keep_all(diary: Diary, promises: Iterable[Promise]) -> None:
    for promise in promises:
        set_actor(promise.known.officer.name)
        keep(diary, promise)
        if promise.afterwards:
            promise.afterwards()


def _speaker(everybody: list[Known]) -> Known:
    return next(known for known in everybody if known.firm.trade == "public")
