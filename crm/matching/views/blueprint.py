"""The blueprint that every module here adds its pages to."""

from flask import Blueprint

bp = Blueprint("matching", __name__, url_prefix="/matching")
