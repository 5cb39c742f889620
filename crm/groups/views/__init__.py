"""The pages of groups. That of one group is a composite page: `crm.desk.group_page`."""

from crm.groups.views import groups, members
from crm.groups.views.blueprint import bp

__all__ = ["bp", "groups", "members"]
