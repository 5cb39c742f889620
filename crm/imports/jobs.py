"""What the scheduler does for imports."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from crm.core import clock
from crm.core.batch import Tally, in_one_unit
from crm.core.db import db, reading
from crm.core.spreadsheets.limits import UnreadableFile
from crm.imports import run_queries, running, services, undo_services, undoing
from crm.imports.models import ImportRun, RunStatus
from crm.imports.running import Superseded

log = logging.getLogger(__name__)

NOT_THE_FILE = "Something went wrong that is not the file’s fault. Tell your administrator."


def run_queued_imports(now: datetime) -> Tally:
    """Import and undo what waits. Safe to run twice, or twice at once: each run is claimed before it begins."""
    with reading():
        imports, undos = list(run_queries.waiting_runs()), list(run_queries.waiting_undos())
    done = _each_claimed(imports, lambda run_id: services.claim(run_id, at=now), run_claimed)
    done += _each_claimed(undos, lambda run_id: undo_services.claim_undo(run_id, at=now), undo_claimed)
    return Tally(done)


def _each_claimed(ids: Iterable[int], claim: Callable[[int], bool], do: Callable[[int], None]) -> int:
    done = 0
    for run_id in ids:
        if in_one_unit(lambda claimed=run_id: claim(claimed)):  # type: ignore[misc]  # a lambda's default has no type
            do(run_id)
            done += 1
    return done


def run_claimed(run_id: int) -> None:
    """Import a claimed run's file. Begun again after a crash, it finds what it has written and does the rest."""
    try:
        with reading():
            run = run_queries.get_run(run_id)
            pairs = services.pairs_of(run, services.read(services.content_of(run)))
            by = run.started_by_id or 0
        running.carry_out(run_id, pairs, by=by)
    except Superseded:
        log.warning("import %d was taken over by another process", run_id)
    except UnreadableFile as refusal:
        why = str(refusal)
        in_one_unit(lambda: _fail(run_id, why))
    except Exception:
        log.exception("import %d failed", run_id)
        in_one_unit(lambda: _fail(run_id, NOT_THE_FILE))


def undo_claimed(run_id: int) -> None:
    """Undo a claimed import. Begun again after a crash, it goes on where it was."""
    try:
        undoing.carry_out_undo(run_id)
    except Superseded:
        log.warning("the undoing of import %d was taken over by another process", run_id)
    except Exception:
        log.exception("undoing import %d failed", run_id)
        in_one_unit(lambda: undo_services.fail_undo(run_id, at=clock.now()))


def _fail(run_id: int, why: str) -> None:
    run = db.session.get_one(ImportRun, run_id)
    run.status, run.trouble, run.ended_at, run.content = RunStatus.FAILED, why, clock.now(), None
