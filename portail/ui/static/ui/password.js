// « Afficher » / « Masquer » beside a password, and its rules ticked as one types.
(() => {
  for (const field of document.querySelectorAll("[data-portail-password]")) {
    const input = field.querySelector("input");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-primary";
    button.textContent = "Afficher";
    button.setAttribute("aria-controls", input.id);
    button.setAttribute("aria-label", "Afficher le mot de passe");
    button.addEventListener("click", () => {
      const hide = input.type === "text";
      input.type = hide ? "password" : "text";
      button.textContent = hide ? "Afficher" : "Masquer";
      button.setAttribute("aria-label", `${button.textContent} le mot de passe`);
    });
    // A password must not be sent, nor kept by the browser, as plain text.
    input.form?.addEventListener("submit", () => (input.type = "password"));
    field.append(button);
  }

  const CLASSES = { lower: /\p{Ll}/u, upper: /\p{Lu}/u, digit: /\d/, special: /[^\p{L}\d\s]/u };

  for (const rules of document.querySelectorAll("[data-portail-password-rules]")) {
    const input = document.getElementById(rules.dataset.portailPasswordRules);
    if (!input) continue;
    const minimum = Number(rules.dataset.minimum);
    const waiver = Number(rules.dataset.waiver);
    const items = [...rules.querySelectorAll("[data-rule]")];
    const summary = rules.querySelector("[data-summary]");
    let pause;

    const satisfies = (rule, password) => {
      const length = [...password].length;
      if (rule === "length") return length >= minimum;
      return length >= waiver || CLASSES[rule].test(password);
    };

    const tick = () => {
      let missing = 0;
      for (const item of items) {
        const isMet = satisfies(item.dataset.rule, input.value);
        if (!isMet) missing += 1;
        item.classList.toggle("is-met", isMet);
        item.querySelector("[data-state]").textContent = isMet ? " : respecté" : " : non respecté";
      }
      clearTimeout(pause);
      if (input.value)
        pause = setTimeout(() => {
          summary.textContent =
            missing === 0 ? "Toutes les règles sont respectées." : `Règles non respectées : ${missing}.`;
        }, 1000);
    };

    const described = input.getAttribute("aria-describedby");
    input.setAttribute("aria-describedby", [described, rules.id].filter(Boolean).join(" "));
    input.addEventListener("input", tick);
    tick();
  }
})();
