"""The pages about groups: the list, the forms, and the page of one, which shows what the figures say."""

from crm.desk.group_page import views as group_page
from crm.groups.views import bp

__all__ = ["bp", "group_page"]
