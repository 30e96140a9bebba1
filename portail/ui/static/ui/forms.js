// Manners of forms: errors first, one submission, unsaved changes, drafts.
(() => {
  // Errors first ------------------------------------------------------------------------------------------------------

  document.querySelector("[data-portail-error-summary]")?.focus();

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-portail-error-summary] a");
    const control = link && document.getElementById(link.hash.slice(1));
    if (!control) return;
    event.preventDefault();
    control.focus({ preventScroll: true });
    (control.closest(".field") ?? control).scrollIntoView({ block: "start" });
  });

  // Impossible days -----------------------------------------------------------------------------------------------------

  // Of « 31/02 », or of a day half typed, the browser would send nothing: an end would be taken away without a word.
  const saidOf = (control) => `${control.id || control.name}_impossible`;

  function forgive(control) {
    document.getElementById(saidOf(control))?.remove();
    control.classList.remove("is-invalid");
    control.removeAttribute("aria-invalid");
  }

  function refuse(control) {
    forgive(control);
    const said = Object.assign(document.createElement("div"), { className: "field-errors", id: saidOf(control) });
    const words = document.createElement("p");
    words.append(
      Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: "Erreur : " }),
      control.type === "number"
        ? "Ce n'est pas un nombre : corrigez-le, ou effacez-le."
        : "Cette date n'existe pas, ou n'est pas entière : corrigez-la, ou effacez-la.",
    );
    said.append(words);
    control.after(said);
    control.classList.add("is-invalid");
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", [control.getAttribute("aria-describedby"), said.id].filter(Boolean).join(" "));
    control.addEventListener("input", () => forgive(control), { once: true });
  }

  document.addEventListener(
    "submit",
    (event) => {
      const wrong = [...event.target.elements].filter((control) => control.validity?.badInput);
      if (!wrong.length) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      wrong.forEach(refuse);
      wrong[0].focus();
    },
    true,
  );

  // One submission ----------------------------------------------------------------------------------------------------

  const sent = new Set();

  function release() {
    for (const form of sent) {
      for (const button of form.querySelectorAll("[data-portail-busy]")) {
        button.removeAttribute("aria-disabled");
        button.removeAttribute("data-portail-busy");
        button.querySelector(".busy")?.remove();
      }
    }
    sent.clear();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.target === "_blank") return;
    if (sent.has(form)) return event.preventDefault();
    sent.add(form);
    const button = event.submitter;
    if (!button) return;
    // aria-disabled rather than disabled: a disabled button would lose its name and value, and the focus.
    button.setAttribute("aria-disabled", "true");
    button.setAttribute("data-portail-busy", "");
    const busy = document.createElement("span");
    busy.className = "busy";
    busy.setAttribute("role", "status");
    busy.innerHTML = '<span class="spinner-border spinner-border-sm" aria-hidden="true"></span>';
    busy.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: "Envoi en cours" }));
    button.append(busy);
    // A download answers without leaving the page.
    if (form.hasAttribute("data-portail-download")) setTimeout(release, 3000);
  });

  window.addEventListener("pageshow", release);
  document.addEventListener("htmx:afterRequest", release);

  // Unsaved changes ---------------------------------------------------------------------------------------------------

  const contentOf = (form) => {
    const data = {};
    for (const control of form.elements) {
      const { name, type } = control;
      if (!name || ["password", "hidden", "file", "submit", "button"].includes(type) || control.disabled) continue;
      // A password being shown is a text field for the moment.
      if (control.closest("[data-portail-password]")) continue;
      if (type === "checkbox" || control.multiple) {
        data[name] ??= [];
        if (control.multiple) data[name] = [...control.selectedOptions].map((option) => option.value);
        else if (control.checked) data[name].push(control.value);
      } else if (type === "radio") {
        data[name] ??= "";
        if (control.checked) data[name] = control.value;
      } else {
        data[name] = control.value;
      }
    }
    return data;
  };

  for (const form of document.querySelectorAll("form[data-portail-guard]")) {
    const before = JSON.stringify(contentOf(form));
    let mayLeave = false;
    form.addEventListener("submit", () => (mayLeave = true));
    document.addEventListener("portail:session-over", () => (mayLeave = true));
    window.addEventListener("pageshow", () => (mayLeave = false));
    window.addEventListener("beforeunload", (event) => {
      if (!mayLeave && JSON.stringify(contentOf(form)) !== before) event.preventDefault();
    });
  }

  // Drafts ------------------------------------------------------------------------------------------------------------

  const DRAFT_PAUSE = 5000;
  const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

  const ask = (url, method, body) =>
    fetch(url, {
      method,
      headers: { "X-CSRFToken": token(), Accept: "application/json", ...(body && { "Content-Type": "application/json" }) },
      body: body && JSON.stringify(body),
      redirect: "manual",
      keepalive: method === "POST",
    });

  function fill(form, data) {
    for (const control of form.elements) {
      const { name, type } = control;
      if (!(name in data) || ["password", "hidden", "file"].includes(type)) continue;
      const values = [data[name]].flat();
      if (type === "checkbox" || type === "radio") control.checked = values.includes(control.value);
      else if (control.multiple) for (const option of control.options) option.selected = values.includes(option.value);
      else control.value = values[0] ?? "";
      control.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  function offer(form, draft, url) {
    const when = new Date(draft.saved_at);
    const on = when.toLocaleDateString("fr-FR");
    const at = when.toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" }).replace(":", "h");
    const banner = document.createElement("div");
    banner.className = "alert alert-info draft-banner";
    banner.setAttribute("role", "status");
    const words = document.createElement("p");
    words.textContent = `Vous aviez commencé une saisie le ${on} à ${at}.`;
    const button = (label, look, act) => {
      const element = document.createElement("button");
      element.type = "button";
      element.className = `btn btn-sm ${look}`;
      element.textContent = label;
      element.addEventListener("click", () => {
        act();
        banner.remove();
        form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
      });
      return element;
    };
    banner.append(
      words,
      button("Reprendre", "btn-primary", () => fill(form, draft.data)),
      button("Abandonner", "btn-outline-primary", () => ask(url, "DELETE").catch(() => {})),
    );
    form.before(banner);
  }

  for (const form of document.querySelectorAll("form[data-portail-draft-url]")) {
    const url = form.dataset.portailDraftUrl;
    const before = contentOf(form);
    let timer = null;
    let isOver = false;

    const save = () => {
      timer = null;
      if (isOver) return;
      const content = contentOf(form);
      const data = Object.fromEntries(
        Object.entries(content).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])),
      );
      if (Object.keys(data).length) ask(url, "POST", { data }).catch(() => {});
    };

    form.addEventListener("input", () => (timer ??= setTimeout(save, DRAFT_PAUSE)));
    form.addEventListener("submit", () => (isOver = true));
    window.addEventListener("pageshow", () => (isOver = false));
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && timer) {
        clearTimeout(timer);
        save();
      }
    });

    ask(url, "GET")
      .then((answer) => (answer.ok ? answer.json() : { draft: null }))
      // A form that came back with errors already holds what was typed.
      .then(({ draft }) => draft && !form.querySelector("[aria-invalid]") && offer(form, draft, url))
      .catch(() => {});
  }
})();
