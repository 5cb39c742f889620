// "Ask all shown" on the page of a renewal: sets every decision that is still open, and saves nothing by itself.
export default function askAll() {
  const button = document.querySelector("[data-ask-all]");
  button?.addEventListener("click", () => {
    for (const select of button.form.querySelectorAll("select[name$='-decision']")) {
      if (select.value === "proposed") select.value = "approved";
    }
  });
}
