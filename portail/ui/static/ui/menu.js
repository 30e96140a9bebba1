// The « Menu » button of narrow screens, their folded filters, and the closing of open menus.
(() => {
  const toggle = document.querySelector("[data-portail-menu-toggle]");

  function show(isOpen) {
    toggle.setAttribute("aria-expanded", String(isOpen));
    document.documentElement.classList.toggle("menu-open", isOpen);
  }

  if (toggle) {
    toggle.addEventListener("click", () => show(toggle.getAttribute("aria-expanded") !== "true"));
    // The skip link must not lead to a menu that is folded away.
    document.querySelector('.skip-links a[href="#menu"]')?.addEventListener("click", () => show(true));
  }

  // Filters nobody set leave the first screen to the list. theme.css hides them until then, so that nothing jumps.
  const narrow = window.matchMedia("(max-width: 767.98px)");

  function fold() {
    for (const filters of document.querySelectorAll("details.filter-fold")) {
      filters.open = !(narrow.matches && filters.hasAttribute("data-portail-fold"));
    }
    document.documentElement.classList.add("is-folded");
  }

  fold();
  narrow.addEventListener("change", fold);

  const openMenus = () => document.querySelectorAll("details[data-portail-menu][open]");

  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("focusin", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of openMenus()) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
      if (toggle?.getAttribute("aria-expanded") === "true") {
        show(false);
        toggle.focus();
      }
      return;
    }
    const menu = event.target.closest?.("details[data-portail-menu][open]");
    if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const items = [...menu.querySelectorAll("ul a, ul button")];
    if (!items.length) return;
    const step = event.key === "ArrowDown" ? 1 : -1;
    const here = items.indexOf(document.activeElement);
    const next = here === -1 ? (step === 1 ? 0 : items.length - 1) : (here + step + items.length) % items.length;
    items[next].focus();
    event.preventDefault();
  });
})();
