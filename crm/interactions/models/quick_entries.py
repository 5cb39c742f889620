"""Quick entries: what is said often, ready to be logged with one tap."""

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Audited, Base, Timestamped, Versioned
from crm.interactions.due import Due
from crm.interactions.models.log import Channel, Outcome


class QuickEntry(Audited, Timestamped, Versioned, Base):
    """A button on the log form that fills it in. The council's own list; an entry not wanted goes out of use."""

    __tablename__ = "quick_entry"
    __table_args__ = (
        CheckConstraint("length(trim(summary)) > 0", name="says_something"),
        CheckConstraint("(next_step IS NULL) = (due IS NULL)", name="next_step_has_its_day"),
    )

    name: Mapped[str] = mapped_column(unique=True)  # on the button
    channel: Mapped[Channel | None]  # None leaves the channel as it is
    outcome: Mapped[Outcome | None]
    summary: Mapped[str] = mapped_column(Text)
    next_step: Mapped[str | None]
    due: Mapped[Due | None]
    position: Mapped[int] = mapped_column(default=0)
    is_in_use: Mapped[bool] = mapped_column(default=True)  # offered on the form
