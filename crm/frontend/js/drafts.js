// Keeps what is typed into a form with data-draft="name" on this device until the server has saved it, and brings it
// back: after a lost signal, a closed tab, an expired sign-in. data-draft-typed: the server gave back what was typed.
import { forget, forgetAll, nameOf, read, sent, tidy, write } from "./draft-store.js";
import { ask, guard } from "./sending.js";

const LEFT_OUT = new Set(["csrf_token", "submission_key"]);
const forms = [...document.querySelectorAll("form[data-draft]")];
let restoring = false;

const typed = (form) =>
  [...new FormData(form)].filter(([name, value]) => !LEFT_OUT.has(name) && typeof value === "string");

const put = (control, values) => {
  const before = control.type === "checkbox" || control.type === "radio" ? control.checked : control.value;
  const ticked = control.type === "checkbox" || control.type === "radio";
  if (ticked) control.checked = values.includes(control.value);
  else if (values.length) control.value = values[0];
  if (before === (ticked ? control.checked : control.value)) return;
  const folded = control.closest("details");
  if (folded) folded.open = true;
  for (const kind of ["input", "change"]) control.dispatchEvent(new Event(kind, { bubbles: true }));
};

const fill = (form, entries, part = form) => {
  restoring = true;
  for (const control of form.elements) {
    if (!control.name || LEFT_OUT.has(control.name) || !part.contains(control)) continue;
    if (["submit", "button", "file", "password", "fieldset"].includes(control.type)) continue;
    put(control, entries.filter(([name]) => name === control.name).map(([, value]) => value));
  }
  restoring = false;
};

const notice = (form, at) => {
  const time = new Intl.DateTimeFormat("en-GB", {
    hour: "numeric", minute: "2-digit", hour12: true, ...(Date.now() - at > 12 * 3600e3 ? { day: "numeric", month: "long" } : {}),
  }).format(at).replace(/\s(?=[ap]m)/, "");
  const line = document.createElement("div");
  line.className = "app-flash app-flash--notice app-draft";
  line.setAttribute("role", "status");
  line.innerHTML = "<p></p><button type=\"button\" class=\"app-link-button\">Discard</button>";
  line.querySelector("p").textContent = `Restored what you typed at ${time}.`;
  line.querySelector("button").addEventListener("click", () => {
    forget(nameOf(form));
    form.reset();
    window.location.reload();
  });
  form.prepend(line);
};

const keep = (form, more = {}) =>
  restoring || write(nameOf(form), { at: Date.now(), key: form.elements.submission_key?.value, entries: typed(form), ...more });

const restore = (form) => {
  const draft = read(nameOf(form));
  if (!draft || "draftTyped" in form.dataset) return;
  const fresh = form.elements.submission_key?.value;
  fill(form, draft.entries);
  notice(form, draft.at);
  form.addEventListener("app:more", ({ detail }) => fill(form, draft.entries, detail));
  if (!draft.sent) return;
  // It was sent, and nobody knows what became of it: the same form again is saved once, another text is another form.
  form.elements.submission_key.value = draft.key;
  form.addEventListener("input", () => { form.elements.submission_key.value = fresh; }, { once: true });
};

const settle = async (name) => {
  const draft = read(name);
  const cameBack = forms.some((form) => form.elements.submission_key?.value === draft.key);
  const answer = cameBack ? { saved: true } : await ask(draft.key);
  if (answer?.saved) forget(name);
};

tidy();
await Promise.all(sent().map(settle));
for (const form of forms) {
  restore(form);
  if ("draftTyped" in form.dataset) keep(form);
  form.addEventListener("input", () => keep(form));
  form.addEventListener("change", () => keep(form));
  guard(form, { keep: () => keep(form), sent: () => keep(form, { sent: true }) });
}
document.querySelector("[data-sign-out]")?.addEventListener("submit", forgetAll);
