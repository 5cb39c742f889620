// Says once that a person has the page before them: when they first touch it. Loading it, as scanners of mail do, and
// events that a script makes up say nothing.
const page = document.querySelector("[data-seen]");
const signs = ["pointerdown", "pointermove", "keydown", "touchstart", "wheel"];

const say = (event) => {
  if (!event.isTrusted) return;
  for (const sign of signs) document.removeEventListener(sign, say);
  fetch(page.dataset.seen, { method: "POST", keepalive: true, referrerPolicy: "no-referrer" }).catch(() => {});
};

for (const sign of signs) document.addEventListener(sign, say, { passive: true });
