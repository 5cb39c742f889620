"""What tests of an employer's own page have in common."""

from crm.core.db import db
from crm.employers.models import Employer


def the_employer() -> Employer:
    return db.session.query(Employer).filter_by(name="Alder Joinery").one()
