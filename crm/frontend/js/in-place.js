// Buttons, forms and data-open-here links inside a part marked data-in-place answer in the part itself: what they lead
// to is fetched, the same part of it is shown, focus stays where the work is, and what happened is read out.
// Without this module the same page is loaded anew.
const said = document.getElementById("said-here");
const part = () => document.querySelector("[data-in-place]");

const announce = (text) => {
  if (!said) return;
  said.textContent = "";
  setTimeout(() => { said.textContent = text; }, 50);
};

const words = (page) => [...page.querySelectorAll(".app-flash p, [data-in-place] .govuk-error-message")]
  .map((each) => each.textContent.trim()).join(" ");

const firstControl = (within) => within?.querySelector("a[href], button, input:not([type=hidden]), summary");

// The form that is open now; else the row that was acted on, if it stayed; else the one that took its place.
const focusAfter = (shown, { id, list, next, section }) => {
  const open = shown.querySelector(".app-short-form--here");
  const wrong = open?.querySelector(".govuk-input--error, .govuk-form-group--error input");
  const row = id && document.getElementById(id);
  const stayed = row && row.closest("section")?.id === section && !row.matches(".app-step--done") ? row : null;
  const target = wrong || open?.querySelector("input:checked, input:not([type=hidden])") || firstControl(stayed)
    || firstControl(next && document.getElementById(next)) || document.getElementById(`${section}-heading`);
  target?.focus({ preventScroll: Boolean(list && !open) });
  if (open) open.scrollIntoView({ block: "nearest" });
};

const show = async (address, options, from, otherwise) => {
  const row = from.closest("[data-row]");
  const place = {
    id: row?.id, list: row?.parentElement, next: row?.nextElementSibling?.id, section: from.closest("section")?.id,
  };
  const unfolded = [...part().querySelectorAll("details[id][open]")].map((each) => each.id);
  part().setAttribute("aria-busy", "true");
  const answer = await fetch(address, options).catch(() => null);
  if (!answer) {
    part().removeAttribute("aria-busy");
    announce("That was not saved: there is no connection. Try again in a moment.");
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const shown = page.querySelector("[data-in-place]");
  if (!answer.ok || !shown) {
    otherwise(answer);
    return;
  }
  part().replaceWith(shown);
  unfolded.forEach((id) => { const found = document.getElementById(id); if (found) found.open = true; });
  focusAfter(shown, place);
  announce(words(page));
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || !form.closest("[data-in-place]") || form.dataset.leaves) return;
  event.preventDefault();
  const pressed = event.submitter;
  const body = new FormData(form, pressed);
  show(form.action, { method: "POST", body }, form, () => {
    form.dataset.leaves = "yes"; // the page that says what went wrong is shown whole
    form.requestSubmit(pressed);
  });
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-in-place] a[data-open-here]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  show(link.href, {}, link, () => { window.location.assign(link.href); });
});
