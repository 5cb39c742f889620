// Starts GOV.UK Frontend's components and closes the account menu. Pages work without it.
import { initAll } from "./govuk-frontend.min.js";

initAll();

const account = document.querySelector(".app-account");
if (account) {
  document.addEventListener("click", (event) => {
    if (account.open && !account.contains(event.target)) account.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !account.open) return;
    account.open = false;
    account.querySelector("summary").focus();
  });
}

if (document.querySelector("[data-typeahead]")) {
  import("./typeahead.js").then((typeahead) => typeahead.start());
}

if (document.querySelector("[data-likely]")) {
  import("./likely.js");
}

if (document.querySelector("[data-log-contact]")) {
  import("./log-contact.js");
}

if (document.querySelector("[data-search]")) {
  import("./search.js");
}

if (document.querySelector("[data-bulk-page]")) {
  import("./bulk.js");
}

if (document.querySelector("[data-in-place]")) {
  import("./in-place.js");
}
