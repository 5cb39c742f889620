"""What an employer does to a pledge by its own hand: offers something different, and takes an answer back.

Callers open the unit of work; nothing here commits.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from crm.accounts.models import User
from crm.core.db import db
from crm.pledges.lines import LineDetails, checked, details_of, stored_line
from crm.pledges.models import UNDECIDED, Pledge, PledgeLine, PledgeStatus
from crm.pledges.queries import load_lines
from crm.pledges.services import (
    copy_of,
    decline,
    end,
    lock,
    next_number,
    refusing,
    require,
    versions,
)


def offer_instead(pledge: Pledge, lines: Sequence[LineDetails], *, on: date) -> Pledge:
    """The employer answers with other numbers: it declines this version, and its own waits for an officer as the next.

    The lines of the pledge must be loaded. A line that names one of them by `line_id` continues it, with its places and
    with everything that the employer was not asked about.

    Raises Conflict if the pledge does not wait for an answer, or a line cannot be.
    """
    lock(pledge)
    number = next_number(pledge.employer_id, pledge.academic_year)
    decline(pledge, reason=f"The employer offered something different: version {number}", on=on)
    with db.session.no_autoflush:
        offered = copy_of(pledge, recorded_by=None)
        begun = {old.id: new for old, new in zip(load_lines(pledge), offered.lines, strict=True)}
        offered.lines = [_offered_line(line, pledge, begun.get(line.line_id or 0)) for line in checked(lines)]
        for dropped in set(begun.values()) - set(offered.lines):
            db.session.expunge(dropped)
        offered.sent_on = on
    with refusing("Somebody else has just begun another version of this pledge."):
        db.session.flush()
        offered.status = PledgeStatus.OFFERED  # only now: the lines of a version that is no draft cannot be added
        db.session.flush()
    return offered


def _offered_line(details: LineDetails, pledge: Pledge, begun: PledgeLine | None) -> PledgeLine:
    if begun is None:
        return stored_line(details, pledge)
    kept = replace(
        details_of(begun),
        young_people=details.young_people,
        each=details.each,
        starts_on=details.starts_on or begun.window_starts_on,
        ends_on=details.ends_on or begun.window_ends_on,
    )
    return stored_line(kept, pledge, begun)


def recall(pledge: Pledge) -> None:
    """Take back what was sent before it is answered: it is a draft again."""
    lock(pledge)
    require(pledge, (PledgeStatus.SENT,), "taken back")
    pledge.status = PledgeStatus.DRAFT
    pledge.sent_on = pledge.reminded_on = None
    db.session.flush()


def take_back(
    asked: Pledge, made: Pledge | None, former: Pledge | None, *, by: User | None, reason: str, on: date
) -> Pledge | None:
    """Undo an employer's answer: what it decided no longer holds, and the same question waits for an answer once more.

    A decided version stays decided for good, so the question is asked in a copy, as the next version.

    Args:
        asked: the version that was answered, its lines loaded.
        made: the version that the employer offered instead, if it did.
        former: the version that was in force until the answer, to be in force again.
        by: whose version the copy is; None for the employer's own doing.
        reason: why, for the version that was in force by the answer.
        on: in London.

    Returns:
        The copy, with the employer; or None where an officer has begun another version already.

    Raises:
        Conflict: what the answer made is not the last word any more.
    """
    decided = made or asked
    lock(decided)
    undoable = (
        (PledgeStatus.CONFIRMED, PledgeStatus.OFFERED) if made else (PledgeStatus.CONFIRMED, PledgeStatus.DECLINED)
    )
    require(decided, undoable, "taken back")
    if decided.status is not PledgeStatus.DECLINED:
        end(decided, PledgeStatus.WITHDRAWN, reason, on)
    if former is not None:
        _put_in_force_again(former)
    if versions(asked.employer_id, asked.academic_year, *UNDECIDED):
        return None
    return _asked_again(asked, by, on)


def _put_in_force_again(former: Pledge) -> None:
    lock(former)
    if former.status is not PledgeStatus.SUPERSEDED:
        return
    former.status, former.ended_on = PledgeStatus.CONFIRMED, None
    with refusing("Another version of this pledge is in force by now."):
        db.session.flush()


def _asked_again(asked: Pledge, by: User | None, on: date) -> Pledge:
    copy = copy_of(asked, recorded_by=by)
    copy.recorded_by_id = by.id if by else asked.recorded_by_id
    with refusing("Somebody else has just begun another version of this pledge."):
        db.session.flush()
        copy.status, copy.sent_on = PledgeStatus.SENT, on
        db.session.flush()
    return copy
