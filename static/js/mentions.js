// Offers people while somebody types @ in a comment. Without it one writes the full name, or ticks it below the text.

const MOST = 8;
const START = /(?:^|[\s(])@([^\s@][^@\n]{0,40})?$/;

for (const area of document.querySelectorAll("form textarea[name=text]")) {
  const people = [...(area.form.querySelectorAll("input[name=tell]") ?? [])].map((box) => box.closest("label")?.textContent.trim()).filter(Boolean);
  if (people.length) offer(area, people);
}

function offer(area, people) {
  const list = document.createElement("ul");
  const status = document.createElement("p");
  const words = area.form.querySelector("details.people > summary").textContent.trim();
  list.id = `${area.id}_people`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words);
  list.hidden = true;
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  area.after(list, status);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  let chosen = 0;

  const typed = () => area.value.slice(0, area.selectionStart).match(START);
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function show() {
    const match = typed();
    const part = match ? plain(match[1] ?? "") : null;
    const found = match ? people.filter((name) => ` ${plain(name)}`.includes(` ${part}`)).slice(0, MOST) : [];
    list.replaceChildren(
      ...found.map((name, number) => {
        const item = document.createElement("li");
        item.id = `${list.id}_${number}`;
        item.textContent = name;
        item.setAttribute("role", "option");
        return item;
      }),
    );
    list.hidden = !found.length;
    status.textContent = found.length ? `${words}: ${found.length}` : "";
    mark(0);
  }

  function mark(number) {
    const items = [...list.children];
    chosen = items.length ? (number + items.length) % items.length : 0;
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
    if (items.length) {
      area.setAttribute("aria-activedescendant", items[chosen].id);
      items[chosen].scrollIntoView({ block: "nearest" });
    } else area.removeAttribute("aria-activedescendant");
  }

  function take(name) {
    const end = area.selectionStart;
    const from = end - (typed()?.[1] ?? "").length;
    area.setRangeText(`${name} `, from, end, "end");
    close();
    area.focus();
  }

  function close() {
    list.replaceChildren();
    list.hidden = true;
    status.textContent = "";
    area.removeAttribute("aria-activedescendant");
  }

  area.addEventListener("input", show);
  area.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the text keeps the focus
    if (event.target !== list) take(event.target.textContent);
  });
  area.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(chosen + 1);
    else if (event.key === "ArrowUp") mark(chosen - 1);
    else if (event.key === "Enter" || event.key === "Tab") take(list.children[chosen].textContent);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
}
