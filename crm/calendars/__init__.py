"""When things take place: calendar pages, calendar files, and feeds that other calendars read."""
