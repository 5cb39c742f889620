"""Moving an opportunity to another day: a page above invitations, because it says who hears of it."""
