// Before a form is sent: is there a connection, and is this still the same sign-in? Otherwise what was typed would go
// down with the browser's own error page.
const { check, signIn, user } = document.body.dataset;
const PATIENCE = 10_000; // milliseconds

/** What the server says of this sign-in: null without a connection, {} when it has ended. */
export const ask = async (key = "") => {
  const address = new URL(check, window.location.href);
  address.searchParams.set("key", key);
  try {
    const answer = await fetch(address, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    return answer.ok ? await answer.json() : {};
  } catch {
    return null;
  }
};

const say = (form, text) => {
  const line = form.querySelector(".app-unsent") ?? document.createElement("p");
  line.className = "app-unsent";
  line.setAttribute("role", "alert");
  line.textContent = text;
  const buttons = form.querySelectorAll("button[type=submit]");
  buttons[buttons.length - 1].parentElement.before(line);
  line.scrollIntoView({ block: "center" });
};

const openAgain = () => {
  const address = new URL(signIn, window.location.href);
  address.searchParams.set("next", window.location.pathname + window.location.search);
  address.searchParams.set("ended", "y");
  window.location.assign(address);
};

export const guard = (form, { keep, sent }) => {
  let asked = false;
  let asking = false;
  form.addEventListener("submit", async (event) => {
    if (asked) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    const button = event.submitter;
    const kept = keep();
    const answer = await ask();
    asking = false;
    if (answer === null) {
      const where = kept ? "kept on this device. Save again when you are connected." : "stay on this page, and save again when you are connected.";
      say(form, `No connection – ${where}`);
    } else if (!answer.user && kept) {
      openAgain();
    } else if (!answer.user) {
      say(form, "You have been signed out. Stay on this page, sign in in another tab, and save again here.");
    } else if (String(answer.user) !== user) {
      say(form, "Somebody else has signed in on this device. Copy what you typed, then sign in as yourself.");
    } else {
      if (form.elements.csrf_token) form.elements.csrf_token.value = answer.csrf_token;
      sent();
      asked = true;
      form.requestSubmit(button);
    }
  });
  window.addEventListener("pageshow", () => { asked = false; });
};
