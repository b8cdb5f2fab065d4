// A classic, blocking script on purpose: the choice must hold before the first paint, or a dark page flashes white.
(() => {
  const root = document.documentElement;
  const show = (theme) => (theme ? (root.dataset.theme = theme) : delete root.dataset.theme);
  const read = () => {
    try {
      return localStorage.getItem("theme") ?? "";
    } catch {
      return ""; // storage is forbidden here: follow the system
    }
  };
  const keep = (theme) => {
    try {
      theme ? localStorage.setItem("theme", theme) : localStorage.removeItem("theme");
    } catch {
      // then the choice lasts as long as the page
    }
  };
  show(read());
  document.addEventListener("DOMContentLoaded", () => {
    for (const choice of document.querySelectorAll("[data-theme-choice]")) {
      choice.hidden = false;
      for (const radio of choice.querySelectorAll("input")) radio.checked = radio.value === read();
      choice.addEventListener("change", ({ target }) => {
        keep(target.value);
        show(target.value);
      });
    }
  });
})();
