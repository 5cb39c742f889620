"""The blueprint that every module here adds its pages to."""

from flask import Blueprint

bp = Blueprint("calendar", __name__, url_prefix="/calendar")
