"""Employers that look like one that we have."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from crm.core.db import db
from crm.employers.likely import Described, LikelyEmployer, likely_employers
from crm.employers.models import Employer
from crm.merging.models import NotDuplicates


def likely_to_be(employer: Employer) -> Sequence[LikelyEmployer]:
    """Employers that may be this one, but for those somebody found to be different."""
    described = Described(**{name: getattr(employer, name) for name in Described.__slots__})
    return likely_employers(described, besides={employer.id, *_known_to_differ(employer.id)})


def _known_to_differ(employer_id: int) -> set[int]:
    pairs = db.session.execute(
        select(NotDuplicates.first_id, NotDuplicates.second_id).where(
            or_(NotDuplicates.first_id == employer_id, NotDuplicates.second_id == employer_id)
        )
    )
    return {each for pair in pairs for each in pair}
