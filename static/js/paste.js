// A block of cells pasted from a spreadsheet fills the table from the cell with the cursor on. Texts stay as they are:
// whether one is a number says the server, at the cell.
const form = document.querySelector("form[data-figures]");

function fields(row) {
  return [...row.querySelectorAll("td input.figure-input, td select, td textarea")];
}

// A cell in quotation marks may hold line breaks.
function block(text) {
  const rows = [[""]];
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    const row = rows.at(-1);
    if (quoted && c === '"' && text[i + 1] === '"') { row[row.length - 1] += '"'; i += 1; }
    else if (c === '"' && (quoted || row.at(-1) === "")) quoted = !quoted;
    else if (!quoted && c === "\t") row.push("");
    else if (!quoted && c === "\n") rows.push([""]);
    else if (c !== "\r" || quoted) row[row.length - 1] += c;
  }
  if (rows.length > 1 && rows.at(-1).length === 1 && rows.at(-1)[0] === "") rows.pop();
  return rows;
}

// States by their words, so that a column of them can be pasted, too.
function put(field, text) {
  if (field.tagName !== "SELECT") { field.value = text.trim(); return; }
  const option = [...field.options].find((one) => [one.value, one.text].some((word) => word.toLowerCase() === text.trim().toLowerCase()));
  if (option) field.value = option.value;
}

form.addEventListener("paste", (event) => {
  const start = event.target.closest("[data-paste] .figure-input");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!start || !/[\t\n]/.test(text.trimEnd())) return;
  event.preventDefault();
  const rows = [...start.closest("tbody").rows];
  const first = rows.indexOf(start.closest("tr"));
  const column = fields(rows[first]).indexOf(start);
  let outside = 0;
  let last = start;
  for (const [down, cells] of block(text).entries()) {
    const targets = rows[first + down] ? fields(rows[first + down]) : [];
    for (const [right, value] of cells.entries()) {
      const target = targets[column + right];
      if (!target) outside += value.trim() ? 1 : 0;
      else { put(target, value); last = target; }
    }
  }
  last.focus();
  start.dispatchEvent(new Event("input", { bubbles: true }));
  const told = start.closest(".figure-group").querySelector("[data-pasted]");
  told.textContent = outside ? told.dataset.pasted.replace("#", outside) : "";
});
