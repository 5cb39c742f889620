// Starts GOV.UK Frontend's components and what a page needs of ours. Pages work without it.
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

const enhance = async () => {
  // What was typed comes back before boxes turn into something else.
  if (document.body.dataset.user) await import("./drafts.js");
  if (document.querySelector("[data-typeahead]")) (await import("./typeahead.js")).start();
  if (document.querySelector("[data-log-contact]")) await import("./log-contact.js");
};

enhance();
if (document.querySelector("[data-quick]")) import("./quick-entries.js");
if (document.getElementById("shortcuts")) import("./shortcuts.js");
if (document.querySelector(".app-many")) import("./narrow.js").then((narrow) => narrow.start());

if (document.querySelector("[data-likely]")) {
  import("./likely.js");
}

if (document.querySelector("[data-search]")) {
  import("./search.js");
}

if (document.querySelector("[data-answer]")) import("./answer.js");
if (document.querySelector("[data-seen]")) import("./seen.js");
if (document.querySelector("[data-ask-all]")) import("./ask-all.js").then((asking) => asking.default());

if (document.querySelector("[data-bulk-page]")) {
  import("./bulk.js");
}

if (document.querySelector("[data-in-place]")) {
  import("./in-place.js");
}

if (document.querySelector("[data-drop-mail]")) {
  import("./drop-mail.js");
}

if (document.querySelector("[data-register]")) import("./register.js");

if (document.querySelector("[data-copy-from]")) import("./copy.js");
