// The page on which an employer answers: shows the part of the form that goes with the answer chosen, and says what
// the changed numbers come to. Without it everything stands open, and a button recalculates.
const page = document.querySelector("[data-answer]");
const words = JSON.parse(page.dataset.answer);
const parts = page.querySelectorAll("[data-when]");
const total = page.querySelector("[data-total]");

const number = (box) => (/^\d{1,5}$/.test(box.value.replace(/[, ]/g, "")) ? Number(box.value.replace(/[, ]/g, "")) : 0);

const show = () => {
  const chosen = page.querySelector("[name=kind]:checked")?.value;
  for (const part of parts) part.hidden = part.dataset.when !== chosen;
};

const tell = (offer) => {
  const [people, each] = ["young_people", "each"].map((name) => number(offer.querySelector(`[name$="${name}"]`)));
  const kind = offer.querySelector("select");
  const out = offer.querySelector("[type=checkbox]")?.checked || (kind && !kind.value);
  const count = out ? 0 : people * each;
  const said = offer.querySelector("[data-offer-total]");
  const [one, many] = words[offer.dataset.kind] ?? [];
  if (said) said.textContent = out ? "Taken out" : count ? `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}` : "";
  return count;
};

const tellAll = () => {
  const sum = [...page.querySelectorAll("[data-offer]")].map(tell).reduce((left, right) => left + right, 0);
  total.textContent = `${sum.toLocaleString("en-GB")} in all`;
};

for (const button of page.querySelectorAll("[data-without-scripts]")) button.hidden = true;
page.addEventListener("change", show);
page.addEventListener("input", tellAll);
page.addEventListener("change", tellAll);
show();
tellAll();
