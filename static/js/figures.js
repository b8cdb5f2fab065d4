// Shows while typing what is left of a total in each breakdown. The server works it out again when the form is sent.
const digits = (text) => (/^[\d\s\u00a0\u2009\u202f']+$/.test(text) ? Number(text.replace(/\D/g, "")) : null);
const format = new Intl.NumberFormat(document.documentElement.lang);

function update(row) {
  const total = digits(row.querySelector("[name$='-total']").value) ?? 0;
  for (const box of row.querySelectorAll(".breakdowns details")) {
    const values = [...box.querySelectorAll("input")].map((cell) => digits(cell.value)).filter((n) => n !== null);
    const word = box.querySelector("[data-left]");
    const words = word.dataset;
    if (!values.length) {
      word.textContent = words.none;
      continue;
    }
    const left = total - values.reduce((sum, n) => sum + n, 0);
    word.textContent = left === 0 ? words.complete : (left > 0 ? words.some : words.over).replace("#", format.format(Math.abs(left)));
    word.classList.toggle("wrong", left < 0);
  }
}

for (const row of document.querySelectorAll("[data-figures]")) {
  row.addEventListener("input", () => update(row));
}
