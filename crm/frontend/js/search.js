// Suggestions under the search box at the top of every page. Without it the box is a form. "/" leads there: see shortcuts.js.
import "./accessible-autocomplete.min.js";
import { asker, escaped } from "./typeahead.js";

const form = document.querySelector("[data-search]");
const plain = document.getElementById("site-search");

const suggestion = (item) =>
  `<span class="app-search__hit"><span class="app-search__kind">${escaped(item.kind)}</span> ` +
  `<span>${escaped(item.text)}${item.hint ? ` <span class="app-search__hint">${escaped(item.hint)}</span>` : ""}</span></span>`;

const holder = document.createElement("div");
holder.className = "app-search__holder";
plain.replaceWith(holder);
window.accessibleAutocomplete({
  element: holder,
  id: plain.id,
  name: plain.name,
  minLength: 2,
  confirmOnBlur: false,
  displayMenu: "overlay",
  placeholder: plain.placeholder,
  source: asker(form.dataset.search),
  templates: { inputValue: (item) => item?.text ?? "", suggestion },
  tNoResults: () => "Nothing found – press Enter for advice",
  onConfirm: (item) => { if (item) window.location.assign(item.href); },
});

const box = document.getElementById(plain.id);
box.setAttribute("maxlength", plain.maxLength);
// Enter in the box asks for the page of results; the list takes Enter only for what is chosen in it.
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target !== box) return;
  event.stopPropagation();
  event.preventDefault();
  if (box.value.trim()) form.requestSubmit();
}, true);
