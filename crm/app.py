"""Puts the application together. The only module that knows every feature."""

from click import Command
from flask import Blueprint, Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Config
from crm.accounts import models as accounts
from crm.accounts import signing_in
from crm.accounts.views import bp as accounts_pages
from crm.answering import models as answering
from crm.answering.views import LINK_PAGES
from crm.answering.views import bp as answer_pages
from crm.audit import models as audit
from crm.audit import recording
from crm.bulk import models as bulk
from crm.calendars import models as calendars
from crm.calendars.views import bp as calendar_pages
from crm.calendars.views.reading import bp as calendar_feeds
from crm.certificates.views import bp as certificates
from crm.checks import models as checks
from crm.checks.views import bp as check_pages
from crm.commands import jobs, users
from crm.companies import models as company_loads
from crm.companies.commands import load_companies_house
from crm.companies.views import bp as companies_house
from crm.core import access, formatting, logs, pagination, submissions, web
from crm.core.db import check_engine, db
from crm.correspondence import models as correspondence
from crm.correspondence.views import bp as mail_pages
from crm.counting import models as counting
from crm.demo.commands import demo_sign_ins, seed_demo
from crm.desk import chrome
from crm.desk.about import bp as about
from crm.desk.ask_board.views import bp as ask_board
from crm.desk.bulk.views import bp as bulk_pages
from crm.desk.checks_due.views import bp as checks_due
from crm.desk.counting_policy.views import bp as counting_policy_pages
from crm.desk.digest import models as digest
from crm.desk.employer_pages import bp as employer_pages
from crm.desk.group_pages import bp as group_pages
from crm.desk.my_day.views import bp as my_day
from crm.desk.outbox.views import bp as outbox_pages
from crm.desk.pledge_links.views import bp as pledge_links
from crm.desk.pledge_pages import bp as pledge_pages
from crm.desk.request_page import bp as request_pages
from crm.desk.rescheduling.views import bp as opportunity_pages
from crm.desk.skills import bp as skills_pages
from crm.desk.users.views import bp as users_pages
from crm.desk.young_person_page import bp as young_people_pages
from crm.employers import companies
from crm.employers import models as employers
from crm.employers.views.emailing import bp as contacts
from crm.employers.views.sites import bp as sites
from crm.finding import models as finding
from crm.groups import models as groups
from crm.hub import models as hub
from crm.hub.views import PAGES as HUB_PAGES
from crm.hub.views import link_list_pages
from crm.imports import models as imports
from crm.imports.commands import import_employers, import_workbook, undo_import
from crm.imports.views.undoing import bp as imports_pages
from crm.interactions import models as interactions
from crm.interactions.views import bp as contact_log
from crm.interactions.views.follow_ups import bp as follow_ups
from crm.interactions.views.planning import bp as planned
from crm.interactions.views.quick_entries import bp as quick_entries
from crm.invitations import models as invitations
from crm.invitations.views import bp as invitation_pages
from crm.leaving.views import bp as handing_over
from crm.library import models as library
from crm.library.views import bp as library_pages
from crm.links import models as links
from crm.links.views import bp as dead_links
from crm.lists import models as lists
from crm.lists.views import bp as views_of_lists
from crm.matching import models as matching
from crm.matching.views import bp as matching_pages
from crm.merging import models as merging
from crm.merging.views.duplicates import bp as duplicates
from crm.merging.views.merges import bp as merges
from crm.names import models as sealed_names
from crm.names.commands import names
from crm.names.views import bp as name_pages
from crm.notifications import models as notifications
from crm.opportunities import models as opportunities
from crm.opportunities.employer_word import models as employer_word
from crm.opportunities.for_requests import models as for_requests
from crm.opportunities.provider_word import models as provider_word
from crm.opportunities.series import models as series
from crm.opportunities.series.views import bp as series_pages
from crm.opportunities.series.views.closed_days import bp as closed_day_pages
from crm.opportunities.watch_first import models as watch_first
from crm.opportunities.who_came import models as who_came
from crm.pledges import models as pledges
from crm.pledges.views.appetites import bp as appetites
from crm.pledges.views.statements import bp as pledge_statements
from crm.providers import models as providers
from crm.providers.class_lists.views import bp as class_lists
from crm.providers.closed_days import models as closed_days
from crm.providers.requests import models as requests
from crm.providers.views import bp as provider_pages
from crm.reference import models as reference
from crm.reference.views.lists import bp as administration
from crm.reference.views.terms import bp as terms
from crm.reminders import models as reminders
from crm.reminders.views import bp as reminder_pages
from crm.renewals import models as renewals
from crm.renewals.views import bp as renewal_pages
from crm.reports.commands import export_workbook
from crm.reports.views import bp as reports
from crm.search.commands import search_index
from crm.search.views import bp as search_pages
from crm.skills import models as skills

BLUEPRINTS: tuple[Blueprint, ...] = (
    imports_pages,
    accounts_pages,
    outbox_pages,
    about,
    administration,
    employer_pages,
    contacts,
    sites,
    certificates,
    check_pages,
    checks_due,
    duplicates,
    merges,
    group_pages,
    handing_over,
    pledge_pages,
    pledge_statements,
    answer_pages,
    renewal_pages,
    pledge_links,
    opportunity_pages,
    calendar_pages,
    calendar_feeds,
    invitation_pages,
    reminder_pages,
    provider_pages,
    request_pages,
    ask_board,
    matching_pages,
    series_pages,
    closed_day_pages,
    young_people_pages,
    name_pages,
    class_lists,
    contact_log,
    mail_pages,
    follow_ups,
    quick_entries,
    terms,
    appetites,
    planned,
    my_day,
    views_of_lists,
    bulk_pages,
    reports,
    counting_policy_pages,
    search_pages,
    companies_house,
    dead_links,
    *LINK_PAGES,
    *HUB_PAGES,
    link_list_pages,
    users_pages,
    skills_pages,
    library_pages,
)
COMMANDS: tuple[Command, ...] = (
    users,
    jobs,
    names,
    export_workbook,
    import_employers,
    search_index,
    load_companies_house,
    import_workbook,
    undo_import,
    seed_demo,
    demo_sign_ins,
)
# Importing a model puts its table into the metadata; history listens from the first flush on.
MODELS = (
    submissions,
    answering,
    links,
    accounts,
    audit,
    recording,
    correspondence,
    counting,
    bulk,
    calendars,
    checks,
    closed_days,
    companies,
    company_loads,
    digest,
    employers,
    employer_word,
    groups,
    finding,
    for_requests,
    hub,
    imports,
    interactions,
    invitations,
    library,
    lists,
    matching,
    merging,
    notifications,
    opportunities,
    pledges,
    provider_word,
    providers,
    reference,
    reminders,
    renewals,
    requests,
    sealed_names,
    series,
    who_came,
    skills,
    watch_first,
)


def create_app(config: Config) -> Flask:
    logs.install()
    app = Flask(__name__)
    app.config.from_object(config)
    if config.PROXIES:  # believed about the caller's address and https, never about the host
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.PROXIES, x_proto=config.PROXIES, x_host=0)  # type: ignore[method-assign]  # Flask's documented way
    db.init_app(app)
    Migrate(app, db, render_as_batch=True, compare_type=True)
    web.init_app(app)
    formatting.init_app(app)
    pagination.init_app(app)
    signing_in.init_app(app)
    access.init_app(app)
    chrome.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for blueprint in (dead_links, *LINK_PAGES, *HUB_PAGES):
        web.csrf.exempt(blueprint)  # the token of the link is the secret, and there is no cookie to borrow
    for command in COMMANDS:
        app.cli.add_command(command)
    with app.app_context():
        check_engine(db.engine)
    return app
