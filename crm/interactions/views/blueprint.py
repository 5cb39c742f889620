"""The blueprint that every page of the contact log is added to."""

from flask import Blueprint

bp = Blueprint("interactions", __name__, url_prefix="/contact-log")
