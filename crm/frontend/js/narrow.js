// Above many checkboxes, a box to type part of a name into. What is ticked stays in sight. Without it they scroll.
const narrow = (group) => {
  const items = [...group.querySelectorAll(".govuk-checkboxes__item")];
  const box = document.createElement("input");
  box.type = "search";
  box.className = "govuk-input govuk-input--width-20 app-narrow";
  box.setAttribute("aria-label", "Type part of a name");
  box.placeholder = "Type part of a name";
  const show = () => {
    const words = box.value.trim().toLowerCase();
    for (const item of items) {
      item.hidden = !item.querySelector("input").checked && !item.textContent.toLowerCase().includes(words);
    }
  };
  box.addEventListener("input", (event) => {
    event.stopPropagation(); // it is no part of what is typed into the form
    show();
  });
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  group.querySelector(".govuk-checkboxes").before(box);
};

export const start = (within = document) => within.querySelectorAll(".app-many").forEach(narrow);
