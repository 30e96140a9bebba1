// States the roles of lists again: Safari drops the native ones from the cards of narrow screens.
(() => {
  const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };

  function state(root) {
    for (const table of root.querySelectorAll(".table-block table")) {
      for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, th, td")]) {
        part.setAttribute("role", ROLES[part.tagName] ?? (part.scope === "row" ? "rowheader" : "columnheader"));
      }
    }
  }

  state(document);
  document.addEventListener("htmx:load", (event) => state(event.detail.elt));
})();
