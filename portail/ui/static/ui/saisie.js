// Sheets that save themselves as one types: says at any moment what is saved, and takes in what others typed.
(() => {
  const FORMS = "form[data-portail-saisie]";
  const PENDING = "Enregistrement…";
  const dirty = new Set();

  function say(form, words, tone) {
    const state = form.querySelector("[data-portail-saisie-etat]");
    if (!state) return;
    state.textContent = words;
    state.classList.toggle("is-wrong", tone === "wrong");
  }

  const why = (status) =>
    !status || status >= 500
      ? "Non enregistré : le portail ne répond pas. Votre saisie reste à l'écran ; « Enregistrer » pour réessayer."
      : "Non enregistré : le volet est soumis ou transmis, votre profil a pris fin, ou votre session est close. Rechargez la page.";

  document.addEventListener("input", (event) => {
    const form = event.target.closest?.(FORMS);
    if (!form) return;
    dirty.add(form);
    say(form, "Modifications non enregistrées");
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest?.(FORMS);
    if (!form) return;
    dirty.delete(form);
    say(form, PENDING);
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.(FORMS);
    if (!form) return;
    const said = form.querySelector("[data-portail-saisie-etat]")?.textContent;
    // The answer writes the state: when it did not, it was not an answer of the sheet (session over, refusal, network).
    if (said === PENDING) {
      dirty.add(form);
      return say(form, why(event.detail.xhr?.status), "wrong");
    }
    if (dirty.has(form)) return say(form, "Modifications non enregistrées");
    settle(form, event.detail.requestConfig.parameters);
  });

  // What is kept now replaces what was sent, in the fields that nobody touched since.
  function settle(form, sent) {
    for (const note of form.querySelectorAll("[id^='dit-']")) {
      const code = note.id.slice(4);
      const control = form.elements[code];
      if (!control) continue;
      control.classList.toggle("is-invalid", "portailWrong" in note.dataset);
      control.setAttribute("aria-invalid", String("portailWrong" in note.dataset));
      if (!("portailKept" in note.dataset) || control.value !== sent.get(code)) continue;
      const { portailKept, portailShown } = note.dataset;
      form.elements[`vu-${code}`].value = portailKept;
      if (control !== document.activeElement) {
        control.value = "portailShownIsKept" in note.dataset ? portailKept : portailShown;
      }
    }
  }

  // Taking the value of somebody else empties the field first, so that the answer fills it in.
  document.addEventListener("htmx:configRequest", (event) => {
    const { submitter } = event.detail.triggeringEvent ?? {};
    if (submitter?.name !== "prendre") return;
    const form = event.target.closest(FORMS);
    const control = form.elements[submitter.value];
    control.value = form.elements[`autre-${submitter.value}`].value;
    event.detail.parameters.set(submitter.value, control.value);
  });

  let mayLeave = false;
  document.addEventListener("portail:session-over", () => (mayLeave = true));
  document.addEventListener("submit", (event) => (mayLeave ||= !event.target.matches(FORMS)));
  window.addEventListener("pageshow", () => (mayLeave = false));
  window.addEventListener("beforeunload", (event) => {
    if (!mayLeave && dirty.size) event.preventDefault();
  });
})();
