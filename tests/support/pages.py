"""Reading pages as people do."""

import html5lib


def words_of(page: str) -> str:
    """What stands on a page, without tags and with single spaces."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return " ".join(" ".join(tree.itertext()).split())
