"""Looking at all employers for likely duplicates, in the worker: it takes seconds, or a minute for a large county."""

from datetime import datetime, timedelta

from crm.core import clock
from crm.core.batch import Tally, in_one_unit
from crm.core.db import reading
from crm.merging.pairing import likely_pairs
from crm.merging.queries.pairs import all_features, waiting_search
from crm.merging.services.pairs import BY_NIGHT, ask_for_search, keep_pairs, note_progress

SILENT_FOR = timedelta(minutes=10)  # after that, whoever made a search is gone and another takes it up


def ask_by_night(now: datetime) -> Tally:
    """Have all employers looked at again."""
    in_one_unit(lambda: ask_for_search(by=BY_NIGHT, at=now))
    return Tally(done=1)


def search_for_duplicates(now: datetime) -> Tally:
    """Make the search that was asked for, if there is one. Safe to run twice: the later result stands."""
    with reading():
        search = waiting_search()
        if search is None or (search.heard_at and now - search.heard_at < SILENT_FOR):
            return Tally()
        search_id = search.id
        employers = all_features()
    _tell(search_id, 0, len(employers))
    pairs = likely_pairs(employers, lambda share: _tell(search_id, len(employers) * share // 100, len(employers)))
    in_one_unit(lambda: keep_pairs(search_id, pairs, at=clock.now()))
    return Tally(done=1)


def _tell(search_id: int, done: int, total: int) -> None:
    in_one_unit(lambda: note_progress(search_id, done=done, total=total, at=clock.now()))
