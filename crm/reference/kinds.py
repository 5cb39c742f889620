"""Kinds of opportunity: what can be asked for, promised, and happen."""

from enum import StrEnum


class OpportunityKind(StrEnum):
    PLACEMENT = "placement"
    WORKPLACE_VISIT = "workplace_visit"
    JOB_SHADOWING = "job_shadowing"
    EMPLOYER_PROJECT = "employer_project"
    VIRTUAL_PLACEMENT = "virtual_placement"
    TALK = "talk"
    ONLINE_PRESENTATION = "online_presentation"
    MENTORING = "mentoring"
    MOCK_INTERVIEW = "mock_interview"
    CAREERS_ROUNDTABLE = "careers_roundtable"

    @property
    def label(self) -> str:
        """As it is written in front of a number or at the head of a page: "Workplace visit"."""
        return self.value.replace("_", " ").capitalize()

    @property
    def plural(self) -> str:
        """In the middle of a sentence: "10 mock interviews"."""
        irregular = {
            OpportunityKind.JOB_SHADOWING: "job shadowing days",
            OpportunityKind.MENTORING: "mentoring meetings",
        }
        return irregular.get(self, f"{self.value.replace('_', ' ')}s")
