"""The pages about employers that show what more than one feature knows: the list, and the page of one."""

from crm.desk.employer_page import views as employer_page
from crm.desk.employers_list import views as employers_list
from crm.employers.views import quiet
from crm.employers.views.employers import bp

__all__ = ["bp", "employer_page", "employers_list", "quiet"]
