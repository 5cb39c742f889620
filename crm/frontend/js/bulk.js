// Selecting rows of a list: one box for the whole page, and how many are selected. Without it each row has its box.
const form = document.querySelector("[data-bulk]");
const corner = document.querySelector("[data-bulk-page]");
const count = form.querySelector("[data-bulk-count]");
const everything = form.querySelector("[name=everything]");
const rows = [...document.querySelectorAll(`input[form="${form.id}"]`)];
const unselected = count.textContent;

const page = document.createElement("input");
page.type = "checkbox";
page.setAttribute("aria-label", "Select all on this page");
corner.append(page);

const tell = () => {
  const selected = rows.filter((row) => row.checked).length;
  page.checked = selected === rows.length;
  page.indeterminate = selected > 0 && !page.checked;
  const all = everything?.checked;
  count.textContent = all ? "With all of them" : selected ? `With ${selected} selected` : unselected;
  rows.forEach((row) => row.closest("tr").classList.toggle("app-picked", all || row.checked));
};

page.addEventListener("change", () => {
  rows.forEach((row) => { row.checked = page.checked; });
  tell();
});
document.addEventListener("change", (event) => {
  if (rows.includes(event.target) || event.target === everything) tell();
});
tell();
