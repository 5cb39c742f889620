// Saves each tap on a register at once, one after the other. The button at its foot saves everybody, as it does without
// this module: after a lost connection, too.
const form = document.querySelector("[data-register]");
const standing = document.getElementById("register-standing");
const unsaved = new Set();
let turn = Promise.resolve();

const seen = (row) => row.querySelector("input[name$='-seen']");

const say = (row, text, state) => {
  row.dataset.state = state;
  row.querySelector("[data-said]").textContent = text;
};

const written = (row) => {
  const all = new FormData(form);
  const body = new FormData();
  body.set("csrf_token", all.get("csrf_token"));
  body.set("submission_key", Array.from(crypto.getRandomValues(new Uint32Array(6)), String).join("-"));
  for (const { name } of row.querySelectorAll("input[name]")) if (all.has(name)) body.set(name, all.get(name));
  return body;
};

const save = async (row) => {
  say(row, "Saving", "saving");
  const sent = await fetch(form.dataset.register, { method: "POST", body: written(row) }).catch(() => null);
  const answer = sent?.headers.get("Content-Type")?.startsWith("application/json") ? await sent.json() : null;
  if (!answer) {
    unsaved.add(row);
    say(row, sent ? "Not saved. Use the button below" : "No connection: not saved yet", "unsaved");
    return;
  }
  unsaved.delete(row);
  standing.textContent = answer.standing;
  const saved = answer.seen[row.dataset.mark];
  if (saved !== undefined) seen(row).value = saved;
  if (answer.refused) say(row, answer.refused, "unsaved");
  else say(row, "Saved", "saved");
};

const queue = (row) => { turn = turn.then(() => save(row)); };

// A click, not a change: a choice that met somebody else's is made once more by tapping it again.
form.addEventListener("click", ({ target }) => {
  const row = target.type === "radio" && target.closest("[data-mark]");
  if (row && (row.dataset.state === "unsaved" || target.value !== seen(row).value)) queue(row);
});
form.addEventListener("change", ({ target }) => {
  if (target.type !== "radio" && target.closest("[data-mark]")) queue(target.closest("[data-mark]"));
});
window.addEventListener("online", () => { for (const row of unsaved) queue(row); });
