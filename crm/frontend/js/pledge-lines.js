// Says under each line of a promise what it comes to: "10 young people × 3 = 30 placements". The form works without it.
const lines = document.querySelector("[data-lines]");

const number = (box) => {
  const figures = box.value.replace(/[, ]/g, "");
  return /^\d{1,6}$/.test(figures) ? Number(figures) : null;
};
const written = (count) => count.toLocaleString("en-GB");

if (lines) {
  const words = JSON.parse(lines.dataset.lines);

  const tell = (line) => {
    const kind = line.querySelector("select").value;
    const [people, each] = ["young_people", "each"].map((name) => number(line.querySelector(`[name$="-${name}"]`)));
    const known = kind && people && each;
    const [one, many] = words[kind] ?? [];
    line.querySelector("[data-line-total]").textContent = known
      ? `${written(people)} young ${people === 1 ? "person" : "people"} × ${each} = ${written(people * each)} ${people * each === 1 ? one : many}`
      : kind && !people ? "Number not known yet: promises nothing until it is" : "";
    return known ? people * each : 0;
  };

  const tellAll = () => {
    const parts = [...lines.querySelectorAll("[data-line]")].map(tell).filter((count) => count > 0);
    const sum = parts.reduce((left, right) => left + right, 0);
    lines.querySelector("[data-lines-total]").textContent = parts.length > 1 ? `${written(sum)} in all` : "";
  };

  lines.addEventListener("input", tellAll);
  tellAll();
}
