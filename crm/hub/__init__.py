"""An employer's own page: what it promised, what is booked, and what it may say and change. Opened by a link."""
