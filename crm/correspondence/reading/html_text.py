"""HTML mail as plain text. Nothing of it is ever shown as HTML, and nothing it points to is fetched."""

import re
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from crm.correspondence.reading.charsets import clean

LONGEST = 1_000_000  # characters of HTML
DROPPED = frozenset({"script", "style", "head", "title", "template", "noscript", "object", "iframe", "svg", "select"})
BLOCKS = frozenset(
    {
        "div",
        "table",
        "tr",
        "ul",
        "ol",
        "section",
        "article",
        "header",
        "footer",
        "address",
        "form",
        "body",
        "center",
        "li",
    }
)
CELLS = frozenset({"td", "th"})
PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "dl"})
HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d])", re.IGNORECASE
)
SAFE_LINKS = ".safelinks.protection.outlook.com"  # Outlook wraps every link in one of these


class _Page:
    """Lines as they are written, with how deep in quotations each stands."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line = ""
        self.quoted = 0

    def write(self, text: str) -> None:
        words = re.sub(r"\s+", " ", text)
        self.line += words.lstrip() if not self.line or self.line.endswith(" ") else words

    def write_lines(self, text: str) -> None:
        """Text whose line breaks count."""
        *whole, last = text.split("\n")
        for line in whole:
            self.line = line
            self.end_line(always=True)
        self.line = last

    def end_line(self, *, always: bool = False) -> None:
        if self.line.strip() or always:
            self.lines.append("> " * self.quoted + self.line.strip())
        self.line = ""

    def leave_space(self) -> None:
        self.end_line()
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(">" * min(self.quoted, 1))


def text_of_html(markup: str) -> str:
    """What somebody would read: no scripts, styles or hidden text; links as text with their address."""
    # Without a null network or entities; deeper than libxml2's own limit the rest is left out.
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = etree.fromstring(markup[:LONGEST].encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        return ""
    page = _Page()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            if _is_hidden(element):
                walk.skip_subtree()
            else:
                _begin(element, page)
        else:
            _finish(element, page)
            page.write(element.tail or "")
    page.end_line()
    return re.sub(r"\n{3,}", "\n\n", clean("\n".join(page.lines))).strip()


def _is_hidden(element: etree._Element) -> bool:
    style = element.get("style", "")
    return element.tag in DROPPED or element.get("hidden") is not None or HIDDEN.search(style) is not None


def _begin(element: etree._Element, page: _Page) -> None:
    tag = element.tag
    if tag == "br":
        page.end_line(always=True)
    elif tag in PARAGRAPHS:
        page.leave_space()
    elif tag in BLOCKS:
        page.end_line()
    elif tag in CELLS and page.line.strip():
        page.write(" ")
    if tag == "blockquote":
        page.quoted += 1
    if tag == "li":
        page.write("• ")
    if tag == "pre":
        page.write_lines(element.text or "")
    else:
        page.write(element.text or "")


def _finish(element: etree._Element, page: _Page) -> None:
    tag = element.tag
    if _is_hidden(element):
        return
    if tag == "a":
        page.write(_address_after(element))
    elif tag == "hr":
        page.end_line()
    elif tag in PARAGRAPHS:
        page.leave_space() if tag != "blockquote" else page.end_line()
    elif tag in BLOCKS:
        page.end_line()
    if tag == "blockquote":
        page.quoted -= 1


def _address_after(link: etree._Element) -> str:
    """The address of a link whose words do not say it already."""
    address = _unwrapped(link.get("href", "").strip())
    if not address.lower().startswith(("http://", "https://", "mailto:", "tel:")):
        return ""
    said = "".join(link.itertext()).strip().lower()
    plain = re.sub(r"^(https?://|mailto:|tel:)(www\.)?", "", address.lower()).rstrip("/")
    if not said or plain.partition("?")[0] in said or plain == re.sub(r"^www\.", "", said):
        return ""
    return f" ({address.removeprefix('mailto:')})"


def _unwrapped(address: str) -> str:
    """Where a link leads in truth, if Outlook's scanner has put itself in between."""
    try:
        parts = urlsplit(address)
        if (parts.hostname or "").endswith(SAFE_LINKS):
            return parse_qs(parts.query, max_num_fields=20).get("url", [address])[0]
    except ValueError:
        return ""
    return address
