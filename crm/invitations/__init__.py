"""Invitations to opportunities by e-mail, as entries in the calendars of those who meet there, kept true."""
