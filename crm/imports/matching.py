"""Decides which employer in the database each employer of a file is. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from crm.imports.findings import Finding, Report, Severity
from crm.imports.interpreting import Incoming
from crm.imports.queries import Known


@dataclass(frozen=True)
class Match:
    """An employer of the file and the id of the one in the database, None if it is new."""

    incoming: Incoming
    employer_id: int | None
    by_old_name: bool = False  # of what has become part of that one, whose own name and number stay


def match(incoming: Sequence[Incoming], known: Sequence[Known], report: Report) -> list[Match]:
    """Match by company number, then by name where neither numbers nor full postcodes contradict.

    An employer of the file that could be several of the database is rejected. What the file tells apart is never
    matched with the same employer. In the order of the file.
    """
    matching = _Matching(known)
    matched: dict[int, Match] = {}
    for employer in sorted(incoming, key=matching.how_little_is_known):
        candidates = matching.candidates(employer)
        if len(candidates) > 1:
            ids = ", ".join(str(each.id) for each in candidates)
            reason = f"Employers {ids} in the database have this name: add a company number or a full postcode"
            _remark(report, Severity.REJECTED, employer, employer.name, reason)
            report.counts.rejected += 1
            continue
        found = candidates[0] if candidates else None
        matching.claim(found)
        matched[employer.row] = Match(employer, found.id if found else None, found is not None and found.is_old_name)
        if found is None:
            for namesake in matching.named(employer.name_key):
                text = f"{employer.name} (employer {namesake.id}: {namesake.name})"
                reason = "An employer of this name is in the database with a different number or postcode: check"
                _remark(report, Severity.WARNING, employer, text, reason)
        elif found.is_old_name:
            reason = "This employer was merged into another one, which is taken"
            _remark(report, Severity.WARNING, employer, employer.name, reason)
        elif found.name_key != employer.name_key:
            text = f"{employer.name} (until now {found.name})"
            _remark(report, Severity.WARNING, employer, text, "This company number belongs to another name: check")
    return [matched[row] for row in sorted(matched)]


class _Matching:
    def __init__(self, known: Sequence[Known]) -> None:
        self._claimed: set[int] = set()
        self._by_number = {each.company_number: each for each in known if each.company_number}
        self._by_name: dict[str, list[Known]] = defaultdict(list)
        for each in known:
            self._by_name[each.name_key].append(each)

    def candidates(self, employer: Incoming) -> list[Known]:
        numbered = self._by_number.get(employer.company_number) if employer.company_number else None
        if numbered is not None:
            return [numbered]
        possible = [
            each
            for each in self._by_name[employer.name_key]
            if each.id not in self._claimed and not _contradict(employer, each)
        ]
        return _each_once([each for each in possible if each.postcode in employer.postcodes] or possible)

    def how_little_is_known(self, employer: Incoming) -> tuple[bool, bool, bool, int]:
        """The order of claiming: those known by their number first, those with a name only last."""
        number = employer.company_number
        return number not in self._by_number, not number, not employer.postcodes, employer.row

    def claim(self, employer: Known | None) -> None:
        if employer is not None:
            self._claimed.add(employer.id)

    def named(self, key: str) -> list[Known]:
        """Those of a name that nothing in the file has claimed so far."""
        return [each for each in self._by_name[key] if each.id not in self._claimed]


def _each_once(several: Sequence[Known]) -> list[Known]:
    """An employer's own name before its old ones, if it goes by both."""
    by_id: dict[int, Known] = {}
    for each in sorted(several, key=lambda known: known.is_old_name):
        by_id.setdefault(each.id, each)
    return list(by_id.values())


def _contradict(employer: Incoming, known: Known) -> bool:
    numbers = {employer.company_number, known.company_number} - {None}
    return len(numbers) > 1 or bool(employer.postcodes and known.postcode and known.postcode not in employer.postcodes)


def _remark(report: Report, severity: Severity, employer: Incoming, value: str, reason: str) -> None:
    report.findings.append(Finding(severity, employer.row, "Employer name", value, reason))
