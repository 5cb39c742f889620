"""One letter, two looks: plain text that reads well, and HTML for those who see it. Pure: no database, no request.

Whatever is put into a letter is text: nothing of it is ever taken for HTML or for a template.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

PARAGRAPHS = re.compile(r"\n{2,}")
ADDRESS = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)’”])")


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, with a line that introduces it or without."""

    items: tuple[str, ...]
    heading: str = ""

    @property
    def as_text(self) -> str:
        return "\n".join([*([self.heading] if self.heading else []), *(f"- {item}" for item in self.items)])


@dataclass(frozen=True, slots=True)
class Button:
    """What the reader is asked to do, and the address where: a link, with its address written out below."""

    text: str  # a verb and what: "Choose a password"
    address: str

    @property
    def as_text(self) -> str:
        return f"{self.text}:\n{self.address}"


Part = str | Bullets | Button  # a str is a paragraph; line ends within it stay


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail says. Give `text` and `html` to `crm.notifications.services.enqueue`."""

    parts: tuple[Part, ...]  # in the order they are read, with at most one button
    greeting: str = ""
    closing: str = ""  # who writes: "Priya Shah\nNorthmoor Council"
    small_print: tuple[str, ...] = ()  # why they get this, how to stop it
    sender: str = "Threefold"  # in the band on top of the HTML

    def __post_init__(self) -> None:
        if sum(isinstance(part, Button) for part in self.parts) > 1:
            raise ValueError("A letter asks for one thing: it has one button at most.")

    @property
    def text(self) -> str:
        """As plain text, ending with a line end."""
        return "\n\n".join(block for block in self._blocks() if block) + "\n"

    @property
    def html(self) -> str:
        """As an HTML page without anything from elsewhere: no images, no fonts, nothing that tells who opened it."""
        return _template().render(letter=self)

    def kind_of(self, part: Part) -> str:
        """For the template: what to draw."""
        return {str: "paragraph", Bullets: "bullets", Button: "button"}[type(part)]

    def pieces(self, line: str) -> Iterator[tuple[str, bool]]:
        """For the template: a line in pieces, and of each whether it is an address."""
        for number, piece in enumerate(ADDRESS.split(line)):
            if piece:
                yield piece, bool(number % 2)

    def _blocks(self) -> Iterator[str]:
        yield self.greeting
        for part in self.parts:
            yield part if isinstance(part, str) else part.as_text
        yield self.closing
        yield from self.small_print


def paragraphs(text: str) -> tuple[str, ...]:
    """What somebody typed, in its paragraphs."""
    return tuple(part.strip("\n") for part in PARAGRAPHS.split(text) if part.strip())


@cache
def _template() -> Template:
    # An environment of its own: a letter is written in a job, too, where there is no request to dress a page for.
    environment = Environment(
        loader=PackageLoader("crm"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("emails/letter.html")
