"""What a letter says itself, and what it quotes of earlier ones."""

import re

# "On 12 Nov 2026, at 10:04, Jo Smith <jo@…> wrote:", on one line or broken over two or three.
WROTE = re.compile(
    r"^[> ]*(?:On|Le|Am|El|Il)\b[^\n]{3,200}(?:\n[^\n]{0,200}){0,2}?"
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto)[^\n]{0,40}:\s*$",
    re.MULTILINE,
)
ORIGINAL = re.compile(
    r"^[> ]*-{2,}\s*(?:Original (?:[Mm]essage|Appointment)|Forwarded [Mm]essage)\s*-{2,}\s*$", re.MULTILINE
)
# Outlook's lines above what is answered. Asterisks are what HTML's bold became.
BLOCK = re.compile(
    r"^(?:_{10,}\s*\n+)?[> ]*\*?From:\*?[^\n]{1,400}(?:\n[^\n]{1,200})?\n[> ]*\*?(?:Sent|Date):\*?[^\n]{1,100}\n",
    re.MULTILINE,
)
PHONE = re.compile(r"^(?:Sent from my |Get Outlook for )[^\n]{1,40}\s*$", re.MULTILINE)


def split(text: str) -> tuple[str, str]:
    """A letter's own words, and what it quotes.

    Answers written between or under the quoted lines are the letter's own, so such a letter is left whole.
    """
    for pattern in (ORIGINAL, BLOCK):
        if match := pattern.search(text):
            return _parted(text, match.start())
    for match in WROTE.finditer(text):
        if _is_quoted(text[match.end() :]):
            return _parted(text, match.start())
    own = _without_quoted_end(text)
    return _parted(text, len(own))


def _parted(text: str, place: int) -> tuple[str, str]:
    own = PHONE.sub("", text[:place]).strip()
    return (own, text[place:].strip()) if own else (text.strip(), "")


def _is_quoted(rest: str) -> bool:
    """Whether only quoted lines follow (or lines without any mark, as some programs quote)."""
    lines = [line for line in rest.split("\n") if line.strip()]
    marked = [line.startswith((">", " >")) for line in lines]
    return all(marked) or not any(marked)


def _without_quoted_end(text: str) -> str:
    lines = text.split("\n")
    while lines and (not lines[-1].strip() or lines[-1].startswith(">")):
        lines.pop()
    return "\n".join(lines)
