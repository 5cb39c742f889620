"""Pages that change employers, their contacts and sites. The list and the page of one are composed in `crm.desk`."""
