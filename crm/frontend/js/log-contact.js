// Once an employer is chosen, shows who works there and who called last, and keeps what was typed.
// Without it a button does the same by way of the server.
import { start as narrow } from "./narrow.js";

const form = document.querySelector("[data-log-contact]");
let asked = 0;

const show = async (employer) => {
  const question = ++asked;
  const shown = document.getElementById("about-employer");
  if (!employer) {
    shown.replaceChildren();
    return;
  }
  const address = new URL(form.dataset.logContact, window.location.href);
  address.searchParams.set("employer", employer);
  const answer = await fetch(address).catch(() => null);
  if (question !== asked || !answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.getElementById("about-employer");
  if (question !== asked || !found) return;
  shown.replaceChildren(...found.childNodes);
  narrow(shown);
  form.dispatchEvent(new CustomEvent("app:more", { detail: shown }));
};

form.querySelector(".app-look-up").remove();
form.addEventListener("change", ({ target }) => {
  if (target.name === "employer-id") show(target.value);
});
const chosen = form.querySelector("[name=employer-id]");
if (chosen?.value) show(chosen.value);
