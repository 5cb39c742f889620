// An e-mail dropped anywhere on an employer's page is looked at before it is filed. Without this the form is used.
const zone = document.querySelector("[data-drop-mail]");
const form = zone.querySelector("form");
const input = form.querySelector("input[type=file]");

const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

zone.dataset.dropMail = "ready";

let inside = 0; // every element under the pointer tells that it is entered and left
const light = (on) => document.body.classList.toggle("app-dropping", on);

document.addEventListener("dragenter", (event) => {
  if (!carriesFiles(event)) return;
  inside += 1;
  zone.open = true;
  light(true);
});
document.addEventListener("dragleave", () => {
  inside = Math.max(0, inside - 1);
  if (inside === 0) light(false);
});
document.addEventListener("dragover", (event) => {
  if (carriesFiles(event)) event.preventDefault(); // else the browser would open the file instead of this page
});
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  inside = 0;
  light(false);
  if (event.dataTransfer.files.length === 0) return;
  input.files = event.dataTransfer.files;
  form.requestSubmit();
});
