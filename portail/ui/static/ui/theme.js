// Follows the light or dark choice of the system; paper is always light.
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = (isDark) => root.setAttribute("data-bs-theme", isDark ? "dark" : "light");

  apply(dark.matches);
  root.classList.add("has-js");
  dark.addEventListener("change", () => apply(dark.matches));
  window.addEventListener("beforeprint", () => apply(false));
  window.addEventListener("afterprint", () => apply(dark.matches));
  // A page made to be printed opens the print dialogue by itself.
  window.addEventListener("load", () => document.querySelector("[data-portail-print]") && window.print());
})();
