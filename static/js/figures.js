// Shows while typing how much is left of a total in each breakdown, and moves between cells with Enter and the arrows.
// The server works out what is left again when the form is sent.
const digits = (text) => (/^[\d\s\u00a0\u2009\u202f']+$/.test(text) ? Number(text.replace(/\D/g, "")) : null);
const format = new Intl.NumberFormat(document.documentElement.lang);
const form = document.querySelector("form[data-figures]");
const words = form.dataset;

function leftOf(row) {
  const total = digits(form.elements[`${row.dataset.row}-total`].value) ?? 0;
  const values = [...row.querySelectorAll("input")].map((cell) => digits(cell.value)).filter((n) => n !== null);
  return values.length ? total - values.reduce((sum, n) => sum + n, 0) : null;
}

function text(left) {
  if (left === null) return words.none;
  return left === 0 ? words.complete : (left > 0 ? words.some : words.over).replace("#", format.format(Math.abs(left)));
}

function update(box) {
  let under = 0;
  let over = 0;
  let given = false;
  for (const row of box.querySelectorAll("tbody tr")) {
    const left = leftOf(row);
    const cell = row.querySelector("[data-left]");
    cell.textContent = text(left);
    cell.classList.toggle("wrong", left < 0);
    given ||= left !== null;
    under += Math.max(left ?? 0, 0);
    over += Math.max(-(left ?? 0), 0);
  }
  const word = box.querySelector("[data-summary]");
  word.textContent = given ? text(over ? -over : under) : words.none;
  word.classList.toggle("wrong", over > 0);
}

form.addEventListener("input", (event) => {
  const group = event.target.closest(".figure-group");
  if (!group) return;
  for (const box of group.querySelectorAll("details.breakdown")) update(box);
});

// Enter goes down a column instead of sending the form half filled; Shift and Enter go up, as in a spreadsheet.
form.addEventListener("keydown", (event) => {
  const step = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches(".figure-table .figure-input")) return;
  event.preventDefault();
  const row = event.target.closest("tr");
  const column = event.target.closest("td").cellIndex;
  const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  const cell = next?.cells[column]?.querySelector("input");
  cell?.focus();
  cell?.select();
});
