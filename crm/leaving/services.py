"""Handing over what somebody looks after. Callers open the unit of work; nothing here commits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select, update

from crm.accounts.models import User
from crm.accounts.services import users
from crm.audit.recording import because, write_down
from crm.core.db import Audited, Base, db
from crm.core.errors import Conflict, EditedMeanwhile, NotAllowed
from crm.leaving import policies
from crm.leaving.queries import employers_by_area, fingerprint, handed_over, owned_by
from crm.leaving.rules import EMPLOYERS, SHARED_VIEWS, Owned, reason_of

LONGEST_NAME = 255
NOT_AS_SHOWN = "What they look after has changed since you opened the page."
NOBODY_TO_TAKE = "Choose who takes over the {}."


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Who gets what of somebody who leaves."""

    leaver_id: int
    seen: str  # fingerprint of what the preview showed
    to: Mapping[str, int]  # key of the rule to a colleague's id
    by_area: Mapping[int | None, int] = field(default_factory=dict)  # employers of an area, to another colleague
    disable: bool = False  # and shut the account


def hand_over(plan: HandOver, *, by: User, at: datetime) -> dict[str, int]:
    """Give everything a user looks after to colleagues. Returns how many of each kind, by the key of the rule.

    Raises:
        NotAllowed: it is for managers, and disabling for administrators.
        EditedMeanwhile: they look after something more, or less, than the preview showed.
        Conflict: nobody was chosen for something, or somebody who cannot sign in.
    """
    leaver = _locked([plan.leaver_id])[plan.leaver_id]
    if not policies.may_hand_over(by) or (plan.disable and not policies.may_disable_too(by, leaver)):
        raise NotAllowed(
            "Only a manager can hand over a colleague’s work, and only an administrator disables accounts."
        )
    things = owned_by(leaver.id)
    if fingerprint(things) != plan.seen:
        raise EditedMeanwhile(NOT_AS_SHOWN)
    takers = _takers(plan, [each.rule for each in things])
    moved = {}
    with because(reason_of(leaver.name)):
        for each in things:
            split = _split(plan, each.ids) if each.rule is EMPLOYERS else {plan.to[each.rule.key]: each.ids}
            for taker_id, ids in split.items():
                give = _give if each.rule.part_of is None else _take_part_instead
                give(each.rule, ids, leaver, takers[taker_id])
            moved[each.rule.key] = len(each.ids)
        if plan.disable:
            users.disable_user(leaver, by=by, at=at)
    db.session.flush()
    return moved


def hand_back(leaver_id: int, *, seen: str, by: User, at: datetime) -> int:
    """Give back to somebody what they handed over in the last 30 days and colleagues still have. Returns how much.

    Raises:
        NotAllowed: it is for managers.
        EditedMeanwhile: it is not what the page showed.
        Conflict: they cannot sign in, so nothing can be theirs.
    """
    if not policies.may_hand_over(by):
        raise NotAllowed("Only a manager can hand a colleague’s work back.")
    leaver = _locked([leaver_id])[leaver_id]
    if not policies.can_take_over(leaver):
        raise Conflict(f"{leaver.name} cannot sign in. Enable the account first.")
    handed = handed_over(leaver, since=at - policies.HANDED_BACK_WITHIN)
    if fingerprint(handed) != seen:
        raise EditedMeanwhile(NOT_AS_SHOWN)
    with because(f"Handed back to {leaver.name}"):
        for each in handed:
            for taker in _locked(each.takers.values()).values():
                _give(each.rule, [row for row in each.ids if each.takers[row] == taker.id], taker, leaver)
    return sum(len(each.takers) for each in handed)


def _takers(plan: HandOver, rules: Iterable[Owned]) -> Mapping[int, User]:
    """Those who take over, locked so that nobody disables them meanwhile."""
    for rule in rules:
        if rule.key not in plan.to:
            raise Conflict(NOBODY_TO_TAKE.format(rule.many))
    takers = _locked({*plan.to.values(), *plan.by_area.values()})
    for taker in takers.values():
        if taker.id == plan.leaver_id:
            raise Conflict("Choose a colleague: whoever leaves cannot take over.")
        if not policies.can_take_over(taker):
            raise Conflict(f"{taker.name} cannot sign in any more. Choose somebody else.")
    return takers


def _locked(ids: Iterable[int]) -> dict[int, User]:
    wanted = set(ids)
    # With key_share: whoever holds an employer and writes one of these down as its owner does not wait for us, while we
    # wait for that employer.
    statement = select(User).where(User.id.in_(wanted)).order_by(User.id).with_for_update(key_share=True)
    found = {each.id: each for each in db.session.scalars(statement.execution_options(populate_existing=True))}
    if wanted - set(found):
        raise Conflict("Choose somebody who works here.")
    return found


def _split(plan: HandOver, ids: Sequence[int]) -> dict[int, list[int]]:
    """Employers by whoever takes them: of their area, else of all employers."""
    shares: dict[int, list[int]] = {}
    for area_id, _, of_area in employers_by_area(plan.leaver_id):
        taker = plan.by_area.get(area_id, plan.to[EMPLOYERS.key])
        shares.setdefault(taker, []).extend(each for each in of_area if each in set(ids))
    return shares


def _give(rule: Owned, ids: Iterable[int], leaver: User, taker: User) -> None:
    """Row by row, so that each has its history, and an open form on it notices. Raises EditedMeanwhile."""
    model = next(each.class_ for each in Base.registry.mappers if each.local_table is Base.metadata.tables[rule.table])
    statement = select(model).where(model.id.in_(ids)).order_by(model.id).with_for_update()
    rows = db.session.scalars(statement.execution_options(populate_existing=True)).all()
    if any(getattr(row, rule.column) != leaver.id for row in rows):
        raise EditedMeanwhile(NOT_AS_SHOWN)  # somebody gave it to a colleague while we waited for it
    taken = _view_names(taker) if rule is SHARED_VIEWS else set()
    for row in rows:
        setattr(row, rule.column, taker.id)
        if rule is SHARED_VIEWS:
            row.is_default = False  # how a list opened for the leaver is not how it opens for the colleague
            row.name = _free_name(row.name, row.list_name, leaver, taken)
    db.session.flush()
    if issubclass(model, Audited) and rule.column in model.__history_hides__:
        write_down(rule.table, [(row.id, {rule.column: [leaver.id, taker.id]}) for row in rows])


def _take_part_instead(rule: Owned, ids: Iterable[int], leaver: User, taker: User) -> None:
    """The colleague takes part in the leaver's place; once, where they took part already."""
    assert rule.part_of is not None  # noqa: S101  # the caller asked
    column, name = rule.part_of
    part, whole = Base.metadata.tables[rule.table], Base.metadata.tables[name]
    rows = db.session.execute(select(part.c.id, part.c[column]).where(part.c.id.in_(ids)).order_by(part.c.id)).all()
    wholes = [row[1] for row in rows]
    there = set(db.session.scalars(select(part.c[column]).where(part.c[rule.column] == taker.id)))
    twice = [row.id for row in rows if row[1] in there]
    db.session.execute(delete(part).where(part.c.id.in_(twice)))
    db.session.execute(update(part).where(part.c.id.in_(ids)).values({rule.column: taker.id}))
    # A form that is open on it must notice: a list of people is no column, so nothing else would raise the version.
    db.session.execute(update(whole).where(whole.c.id.in_(wholes)).values(version=whole.c.version + 1))
    write_down(name, [(each, {"officers": [leaver.name, taker.name]}) for each in wholes])
    db.session.expire_all()


def _view_names(owner: User) -> set[tuple[str, str]]:
    views = Base.metadata.tables["saved_view"]
    statement = select(views.c.list_name, views.c.name).where(views.c.owner_id == owner.id)
    return {(str(list_name), name) for list_name, name in db.session.execute(statement)}


def _free_name(name: str, list_name: str, leaver: User, taken: set[tuple[str, str]]) -> str:
    """The colleague may have a view of the same name."""
    free, number = name, 1
    while (list_name, free) in taken:
        ending = f" ({leaver.name})" if number == 1 else f" ({leaver.name} {number})"
        free, number = f"{name[: LONGEST_NAME - len(ending)]}{ending}"[-LONGEST_NAME:], number + 1
    taken.add((list_name, free))
    return free
