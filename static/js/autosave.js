// Saves the draft a moment after the last key. The form works without; a button saves it, too.
const form = document.querySelector("form[data-autosave]");
const status = form.querySelector(".figures-save [role=status]");
const WAIT = 1500;
const AGAIN = 15000;
let timer;
let changed = false;
let sending = false;

function tell(name, value = "") {
  status.textContent = status.dataset[name].replace("#", value);
  status.dataset.state = name;
}

function mark(errors) {
  for (const old of form.querySelectorAll(".errorlist[data-live]")) {
    const field = document.getElementById(old.id.replace(/-error$/, ""));
    field?.removeAttribute("aria-invalid");
    field?.removeAttribute("aria-describedby");
    old.remove();
  }
  for (const [id, texts] of Object.entries(errors)) {
    const field = document.getElementById(id) ?? document.getElementById(id.replace(/-[^-]*$/, "-total"));
    if (!field || field.hasAttribute("aria-invalid")) continue;
    const list = document.createElement("ul");
    list.className = "errorlist";
    list.id = `${field.id}-error`;
    list.dataset.live = "";
    for (const text of texts) list.append(Object.assign(document.createElement("li"), { textContent: text }));
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", list.id);
    field.after(list);
  }
}

// Somebody who signed in again in another tab has a new token, which any page of the portal holds.
async function freshToken() {
  const answer = await fetch(location.href, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("form[data-autosave] [name=csrfmiddlewaretoken]");
  if (!token) return false;
  form.elements.csrfmiddlewaretoken.value = token.value;
  return true;
}

async function send(retried = false) {
  const data = new FormData(form);
  for (const name of [...data.keys()]) if (name.startsWith("add-") || /-remove$/.test(name) || data.get(name) instanceof File) data.delete(name);
  const answer = await fetch(form.dataset.autosave, { method: "POST", body: new URLSearchParams(data), headers: { Accept: "application/json" } });
  if ((answer.status === 403 || answer.status === 401) && !retried && (await freshToken())) return send(true);
  return answer;
}

async function save() {
  if (!changed || sending) return;
  sending = true;
  changed = false;
  let again = 0;
  try {
    const answer = await send();
    const json = answer.headers.get("Content-Type")?.startsWith("application/json");
    const said = json ? await answer.json() : {};
    if (answer.status === 409) tell("other", said.who);
    else if (json && (answer.ok || answer.status === 422)) {
      form.elements.seen.value = said.seen;
      mark(said.errors);
      const wrong = Object.keys(said.errors).length > 0;
      tell(said.saved ? (wrong ? "partly" : "saved") : "refused", said.saved);
    } else if (answer.status === 401) { tell("ended"); again = AGAIN; }
    else if (answer.status === 403) tell("closed");
    else { tell("offline"); again = AGAIN; }
  } catch { tell("offline"); again = AGAIN; }
  sending = false;
  if (again) { changed = true; plan(again); } else if (changed) plan(WAIT);
}

function plan(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(save, milliseconds);
}

form.addEventListener("input", (event) => {
  if (!event.target.closest(".figure-group, [id^=reason-]") || event.target.type === "checkbox") return;
  changed = true;
  if (status.dataset.state !== "typing") tell("typing");
  plan(WAIT);
});
form.addEventListener("submit", () => { clearTimeout(timer); changed = false; });
addEventListener("beforeunload", (event) => { if (changed || sending) event.preventDefault(); });
