// Saves a draft a moment after the last key, from every form that says where (data-autosave). The forms work without;
// a button saves them, too. data-token names the field that tells two windows apart, data-autosave-of what counts.
const WAIT = 1500;
const AGAIN = 15000;
const known = new WeakSet();
const unsaved = new Set();

function mark(form, errors) {
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
async function freshToken(form) {
  const answer = await fetch(location.href, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("form[data-autosave] [name=csrfmiddlewaretoken]");
  if (!token) return false;
  form.elements.csrfmiddlewaretoken.value = token.value;
  return true;
}

async function send(form, data, retried = false) {
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  const answer = await fetch(form.dataset.autosave, { method: "POST", body: new URLSearchParams(data), headers: { Accept: "application/json" } });
  if ((answer.status === 403 || answer.status === 401) && !retried && (await freshToken(form))) return send(form, data, true);
  return answer;
}

function contents(form) {
  const data = new FormData(form);
  for (const name of [...data.keys()]) if (name.startsWith("add-") || /-remove$/.test(name) || data.get(name) instanceof File) data.delete(name);
  return data;
}

// What was saved is what the next change is measured against.
function remember(form, data) {
  for (const [name, value] of data) {
    const before = form.elements[`initial-${name}`];
    if (before) before.value = value;
  }
}

// What somebody else wrote elsewhere in the form comes in.
function takeIn(form, data, values = {}) {
  for (const [name, value] of Object.entries(values)) {
    if (form.elements[name].value === data.get(name)) form.elements[name].value = value;
    form.elements[`initial-${name}`].value = value;
  }
}

function keep(form) {
  if (known.has(form)) return;
  known.add(form);
  const status = form.querySelector("[role=status][data-saved]");
  const token = form.elements[form.dataset.token];
  const counts = form.dataset.autosaveOf;
  let timer;
  let changed = false;
  let sending = false;
  let asked = false; // both versions are shown: from now on only the button saves

  function tell(name, value = "") {
    status.textContent = status.dataset[name].replace("#", value);
    status.dataset.state = name;
  }

  function compare(said) {
    const box = form.querySelector("[data-conflict]");
    box.querySelector("[data-conflict-body]").innerHTML = said.html; // written by our own server, escaped there
    box.hidden = false;
    token.value = said.seen;
    asked = true;
  }

  function plan(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(save, milliseconds);
  }

  async function save() {
    if (!form.isConnected) unsaved.delete(form);
    if (!changed || sending || asked || !form.isConnected) return;
    sending = true;
    changed = false;
    let again = 0;
    try {
      const data = contents(form);
      const answer = await send(form, data);
      const json = answer.headers.get("Content-Type")?.startsWith("application/json");
      const said = json ? await answer.json() : {};
      if (answer.status === 409) {
        if (said.html) compare(said);
        takeIn(form, data, said.values);
        tell("other", said.who);
      } else if (json && (answer.ok || answer.status === 422)) {
        token.value = said.seen;
        mark(form, said.errors);
        const wrong = Object.keys(said.errors).length > 0;
        if (said.saved) remember(form, data);
        takeIn(form, data, said.values);
        if (said.theirs) tell("merged", said.theirs);
        else if (said.wanted && !wrong) tell("wanted", said.wanted);
        else tell(said.saved ? (wrong ? "partly" : "saved") : "refused", said.saved);
      } else if (answer.status === 401) { tell("ended"); again = AGAIN; }
      else if (answer.status === 403) tell("closed");
      else { tell("offline"); again = AGAIN; }
    } catch { tell("offline"); again = AGAIN; }
    sending = false;
    if (again) { changed = true; plan(again); } else if (changed) plan(WAIT);
    else if (!asked) unsaved.delete(form);
  }

  form.addEventListener("input", (event) => {
    if ((counts && !event.target.closest(counts)) || event.target.type === "checkbox" || asked) return;
    changed = true;
    unsaved.add(form);
    if (status.dataset.state !== "typing") tell("typing");
    plan(WAIT);
  });
  form.addEventListener("submit", () => { clearTimeout(timer); changed = false; unsaved.delete(form); });
}

const scan = () => { for (const form of document.querySelectorAll("form[data-autosave]")) keep(form); };
scan();
document.addEventListener("htmx:load", scan);
addEventListener("beforeunload", (event) => { if ([...unsaved].some((form) => form.isConnected)) event.preventDefault(); });
