"""Changing employers, their contacts and sites. Callers open the unit of work; nothing here commits."""

from crm.employers.services.contacts import ContactDetails, add_contact, change_contact, mark_back, mark_left
from crm.employers.services.emailing import (
    EmailingDetails,
    Said,
    carry_objections,
    lift_objection,
    record_emailing,
    take_back,
)
from crm.employers.services.employers import (
    PLAIN,
    EmployerDetails,
    NumberTaken,
    add_employer,
    archive_employer,
    change_employer,
    mark_with,
    restore_employer,
)
from crm.employers.services.quiet import Quiet, end_quiet, keep_quiet
from crm.employers.services.shared import ARCHIVED
from crm.employers.services.sites import SiteDetails, add_site, change_site, close_site, open_site_again

__all__ = [
    "ARCHIVED",
    "PLAIN",
    "ContactDetails",
    "EmailingDetails",
    "EmployerDetails",
    "NumberTaken",
    "Quiet",
    "Said",
    "SiteDetails",
    "add_contact",
    "add_employer",
    "add_site",
    "archive_employer",
    "carry_objections",
    "change_contact",
    "change_employer",
    "change_site",
    "close_site",
    "end_quiet",
    "keep_quiet",
    "lift_objection",
    "mark_back",
    "mark_left",
    "mark_with",
    "open_site_again",
    "record_emailing",
    "restore_employer",
    "take_back",
]
