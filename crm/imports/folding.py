"""Puts the rows of one file that mean the same employer together. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from crm.imports.findings import Finding, Report, Severity
from crm.imports.interpreting import Incoming
from crm.imports.people import contradictions, together

DIFFERS = "Differs from an earlier row of the same employer, whose value is kept"
LABELS = {"size_band_id": "Size", "owner_id": "Owner", "sic_code": "SIC code", "legal_form": "Legal form"}
NOT_COMPARED = frozenset({"sic_version"})


class Folding:
    """Folds the rows of one file.

    The same company number is the same employer, different numbers are different ones. Without a number, the same
    name is the same employer unless two full postcodes contradict each other. A row that could belong to two
    employers is rejected.
    """

    def __init__(self, report: Report, shown: dict[str, dict[int, str]]) -> None:
        """Take where remarks go, and the names behind ids of some columns (`size_band_id`, `owner_id`)."""
        self._report = report
        self._shown = shown
        self._groups: list[Incoming] = []
        self._by_number: dict[str, int] = {}
        self._by_name: dict[str, list[int]] = defaultdict(list)

    def fold(self, rows: Sequence[Incoming]) -> list[Incoming]:
        """The employers of the file, in the order of their first rows."""
        # Rows that say more come first, so that the order of the file does not decide who is whom.
        for row in rows:
            if row.company_number:
                self._place(row, self._by_number.get(row.company_number))
        for located in (True, False):
            for row in rows:
                if not row.company_number and bool(row.postcodes) is located:
                    self._place_by_name(row)
        self._warn_of_namesakes()
        return sorted(self._groups, key=lambda group: group.row)

    def _place_by_name(self, row: Incoming) -> None:
        possible = [index for index in self._by_name[row.name_key] if not contradict(row, self._groups[index])]
        exact = [index for index in possible if row.postcodes & self._groups[index].postcodes]
        candidates = exact or possible
        if len(candidates) <= 1:
            self._place(row, candidates[0] if candidates else None)
            return
        others = ", ".join(str(self._groups[index].row) for index in candidates)
        reason = (
            f"This could be the employer of row {others.replace(', ', ' or ')}, which have the same name: add a "
            "company number or a full postcode"
        )
        self._report.counts.rejected += 1
        self._report.findings.append(Finding(Severity.REJECTED, row.row, "Employer name", row.name, reason))

    def _place(self, row: Incoming, index: int | None) -> None:
        if index is None:
            index = len(self._groups)
            self._groups.append(row)
        else:
            self._groups[index] = self._together(self._groups[index], row)
            self._report.counts.repeated += 1
        if row.company_number:
            self._by_number[row.company_number] = index
        if index not in self._by_name[row.name_key]:
            self._by_name[row.name_key].append(index)

    def _together(self, one: Incoming, another: Incoming) -> Incoming:
        """Both rows as one employer: the earlier row's values win, the later one fills the gaps."""
        earlier, later = sorted((one, another), key=lambda each: each.row)
        self._report.joined.append((later.row, earlier.row))
        for column, value in later.values.items():
            kept = earlier.values.get(column)
            same = value == kept or (column == "name" and earlier.name_key == later.name_key)
            if kept is not None and not same and column not in NOT_COMPARED:
                text = f"{self._text(column, value)} (row {earlier.row}: {self._text(column, kept)})"
                self._warn(later.row, LABELS.get(column, column.replace("_", " ").capitalize()), text, DIFFERS)
        for column, text in contradictions(earlier.people, later.people):
            self._warn(later.row, column, text, DIFFERS)
        return replace(
            earlier,
            values={**later.values, **earlier.values},
            sectors=tuple(dict.fromkeys((*earlier.sectors, *later.sectors))),
            people=together((*earlier.people, *later.people)),
            entries=(*earlier.entries, *later.entries),
            postcodes=earlier.postcodes | later.postcodes,
        )

    def _text(self, column: str, value: object) -> str:
        names = self._shown.get(column, {})
        return names.get(value, str(value)) if isinstance(value, int) else str(value)

    def _warn_of_namesakes(self) -> None:
        for indexes in self._by_name.values():
            first, *others = sorted((self._groups[index] for index in indexes), key=lambda group: group.row)
            for other in others:
                if first.company_number and other.company_number:
                    reason = "Has the same name as an earlier row but a different company number: check"
                else:
                    reason = "Has the same name as an earlier row but a different postcode: check"
                self._warn(other.row, "Employer name", f"{other.name} (row {first.row}: {first.name})", reason)

    def _warn(self, row: int, column: str, value: str, reason: str) -> None:
        self._report.findings.append(Finding(Severity.WARNING, row, column, value, reason))


def contradict(one: Incoming, another: Incoming) -> bool:
    """Whether two employers of one name cannot be the same."""
    numbers = {one.company_number, another.company_number} - {None}
    return len(numbers) > 1 or bool(one.postcodes and another.postcodes and not one.postcodes & another.postcodes)
