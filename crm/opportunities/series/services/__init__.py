"""Making and changing series. Callers open the unit of work; nothing here commits or knows of HTTP.

Whatever touches several meetings takes its locks in one order: the series, its meetings by id, the person who leads
them, the young people. So no two units of work can wait for each other.
"""

from crm.opportunities.series.services.arranging import Made, SeriesDetails, add_meetings, make_series
from crm.opportunities.series.services.following import Change, cancel_following, change_following, laid_out
from crm.opportunities.series.services.marking import mark_grid
from crm.opportunities.series.services.mentees import add_mentees, take_mentee

__all__ = [
    "Change",
    "Made",
    "SeriesDetails",
    "add_meetings",
    "add_mentees",
    "cancel_following",
    "change_following",
    "laid_out",
    "make_series",
    "mark_grid",
    "take_mentee",
]
