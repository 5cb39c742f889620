"""The one thing the figures ask: as at which day."""

from crm.core.forms import FilterForm, UkDateField


class AsAtForm(FilterForm):
    as_at = UkDateField("As at the end of", description="Default is today")
