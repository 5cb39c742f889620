// What was typed and not saved yet, kept on this device: for one user, per form, for a week at most.
const PREFIX = "threefold-draft:";
const KEPT_FOR = 7 * 24 * 3600 * 1000; // milliseconds; the server knows saved forms as long (core/submissions.py)
const mine = `${PREFIX}${document.body.dataset.user}:`;

const names = () => Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));

export const nameOf = (form) => `${mine}${form.dataset.draft}`;

export const read = (name) => {
  try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
};

/** Says whether it could be kept: a browser may have no room, or keep nothing at all. */
export const write = (name, draft) => {
  try { localStorage.setItem(name, JSON.stringify(draft)); return true; } catch { return false; }
};

export const forget = (name) => {
  try { localStorage.removeItem(name); } catch { /* nothing was kept */ }
};

export const forgetAll = () => {
  try { names().forEach(forget); } catch { /* nothing was kept */ }
};

/** Forgets what is old, and what somebody else typed who used this device before. */
export const tidy = () => {
  try {
    const stale = (name) => !name.startsWith(mine) || Date.now() - (read(name)?.at ?? 0) > KEPT_FOR;
    names().filter(stale).forEach(forget);
  } catch { /* nothing was kept */ }
};

/** Those that were sent, and may have been saved. */
export const sent = () => {
  try { return names().filter((name) => read(name)?.sent); } catch { return []; }
};
