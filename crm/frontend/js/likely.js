// While a new employer is typed, shows those it may be. Without it the server shows the same when the form is sent.
const PAUSE = 400; // milliseconds between the last key and the question
const place = document.querySelector("[data-likely]");
const form = place.closest("form");
const asked = place.dataset.likelyFields.split(" ");
let timer;
let question = 0;

const look = async () => {
  const number = ++question;
  const address = new URL(place.dataset.likely, window.location.href);
  asked.forEach((name) => {
    const typed = form.elements[name]?.value.trim();
    if (typed) address.searchParams.set(name, typed);
  });
  const answer = await fetch(address).catch(() => null);
  if (number !== question || !answer?.ok) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  if (found.textContent.trim() === place.textContent.trim()) return; // nothing new to read out
  place.replaceChildren(...found.childNodes);
  place.hidden = !place.childElementCount;
};

form.addEventListener("input", ({ target }) => {
  if (!asked.includes(target.name)) return;
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
});
if (form.elements.name.value) look();
