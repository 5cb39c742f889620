"""Pages of mails: uploading them on an employer, checking what would be filed, and the tray."""

from crm.correspondence.views import deciding, tray, uploading
from crm.correspondence.views.blueprint import bp

__all__ = ["bp", "deciding", "tray", "uploading"]
