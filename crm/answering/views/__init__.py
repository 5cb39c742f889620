"""Pages of answers: those an employer opens by a link, and those by which an officer decides."""

from crm.answering.views.answer import bp as answer_pages
from crm.answering.views.deciding import bp
from crm.answering.views.receipt import bp as receipt_pages
from crm.answering.views.stop import bp as stop_pages
from crm.answering.views.undo import bp as undo_pages

LINK_PAGES = (answer_pages, receipt_pages, undo_pages, stop_pages)

__all__ = ["LINK_PAGES", "bp"]
