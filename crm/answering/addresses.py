"""Addresses of the pages that employers open by a link, to be written into mails."""

from crm.core.tokens import Minted
from crm.core.web import public_address

ANSWER, RECEIPT, UNDO, STOP = "answer", "receipt", "undo", "stop"


def address(page: str, minted: Minted) -> str:
    """The full address of a page, with a placeholder for the token that the sender puts in."""
    return public_address(f"/{page}/{minted.placeholder}")
