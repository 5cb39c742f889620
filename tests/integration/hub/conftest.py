"""An employer with somebody who has the link to its page."""

import pytest

from crm.core.db import db
from crm.employers.models import Contact
from crm.links.models import LinkPurpose
from crm.links.services import issue
from tests.factories import ContactFactory, EmployerFactory, UserFactory


@pytest.fixture
def contact() -> Contact:
    employer = EmployerFactory.make(name="Alder Joinery", owner=UserFactory.make(name="Priya Shah"))
    return ContactFactory.make(employer=employer, name="Dana Price", email="dana@alder.example")


@pytest.fixture
def hub(contact: Contact) -> str:
    issued = issue(LinkPurpose.HUB, contact)
    db.session.commit()
    return f"/hub/{issued.minted.token}"
