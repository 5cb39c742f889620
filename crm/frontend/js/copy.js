// A button that copies what stands in a box: <button data-copy-from="id" hidden>. Without script the box is there to copy from.
for (const button of document.querySelectorAll("[data-copy-from]")) {
  const box = document.getElementById(button.dataset.copyFrom);
  const done = button.parentElement.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    box.select();
    try {
      await navigator.clipboard.writeText(box.value);
      done.textContent = "Copied";
    } catch {
      done.textContent = "Press Ctrl and C to copy it";
    }
  });
}
