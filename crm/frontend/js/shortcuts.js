// Keys that open a page, listed in the dialog of layouts/base.html: <a data-keys="n c" href="…">. Not while typing.
// A page may have keys of its own, on its own links.
// data-focus names boxes: the first that is in sight gets the focus, and only without one the page is opened.
const PAUSE = 1500; // milliseconds in which the next key must follow
const OFF = "threefold-shortcuts-off";
const dialog = document.getElementById("shortcuts");
const links = [...document.querySelectorAll("a[data-keys]")];
const off = document.getElementById("shortcuts-off");
let pressed = [];
let timer;

const isOff = () => { try { return localStorage.getItem(OFF) === "yes"; } catch { return false; } };
const typing = ({ target }) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

const follow = ({ dataset, href }) => {
  const boxes = dataset.focus ? [...document.querySelectorAll(dataset.focus)] : [];
  const seen = boxes.find((box) => box.offsetParent);
  if (seen) seen.focus();
  else window.location.assign(href);
};

const show = () => {
  off.checked = isOff();
  if (!dialog.open) dialog.showModal();
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event) || dialog.open || isOff()) return;
  if (event.key === "?") {
    event.preventDefault();
    show();
    return;
  }
  if (event.key.length !== 1) return;
  clearTimeout(timer);
  pressed = [...pressed, event.key.toLowerCase()].slice(-2);
  timer = setTimeout(() => { pressed = []; }, PAUSE);
  const found = links.find(({ dataset }) => pressed.join(" ").endsWith(dataset.keys));
  if (!found) return;
  event.preventDefault();
  pressed = [];
  follow(found);
});

document.querySelector("[data-shortcuts]")?.addEventListener("click", show);
off.addEventListener("change", () => {
  try { localStorage.setItem(OFF, off.checked ? "yes" : "no"); } catch { off.checked = false; }
});
dialog.dataset.listening = "";
