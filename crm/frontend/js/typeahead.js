// Turns a text box with data-typeahead="/address?q=" into a list of suggestions. Without it the server looks the name up.
import "./accessible-autocomplete.min.js";

const PAUSE = 150; // milliseconds between the last key and the question

export const escaped = (text) => {
  const holder = document.createElement("span");
  holder.textContent = text ?? "";
  return holder.innerHTML;
};

const suggestion = (item) =>
  typeof item === "string"
    ? escaped(item)
    : `${escaped(item.text)}${item.hint ? ` <span class="app-typeahead__hint">${escaped(item.hint)}</span>` : ""}`;

export const asker = (address) => {
  let timer;
  let asked = 0;
  return (words, show) => {
    clearTimeout(timer);
    const question = ++asked;
    timer = setTimeout(async () => {
      const url = new URL(address, window.location.href);
      url.searchParams.set("q", words);
      const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
      if (question === asked) show(answer?.ok ? await answer.json() : []);
    }, PAUSE);
  };
};

const enhance = (input) => {
  const chosen = document.getElementById(`${input.id}-id`);
  const choose = (id) => {
    chosen.value = id;
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const holder = document.createElement("div");
  holder.className = "app-typeahead";
  input.replaceWith(holder);
  window.accessibleAutocomplete({
    element: holder,
    id: input.id,
    name: input.name,
    defaultValue: input.value,
    minLength: 2,
    confirmOnBlur: false,
    source: asker(input.dataset.typeahead),
    templates: { inputValue: (item) => item?.text ?? "", suggestion },
    tNoResults: () => "Nothing found – check the spelling",
    onConfirm: (item) => { if (item) choose(item.id); },
  });
  const box = document.getElementById(input.id);
  box.addEventListener("input", () => { if (chosen.value) choose(""); });
  const described = input.getAttribute("aria-describedby");
  if (described) box.setAttribute("aria-describedby", `${described} ${box.getAttribute("aria-describedby") ?? ""}`.trim());
};

export const start = () => document.querySelectorAll("[data-typeahead]").forEach(enhance);
