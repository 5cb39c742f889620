// Says, before anything is drawn, that scripts run here, so that what they add leaves no gap and causes no jump.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
