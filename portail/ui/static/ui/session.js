// Warns before the session ends, keeps it while one types, and leaves once it is over.
(() => {
  const { portailIdleSeconds, portailWarningSeconds, portailKeepaliveUrl, portailSigninUrl } = document.body.dataset;
  const dialog = document.querySelector("[data-portail-session-dialog]");
  if (!portailIdleSeconds || !dialog) return;

  const idle = Number(portailIdleSeconds) * 1000;
  const warning = Number(portailWarningSeconds) * 1000;
  const quiet = Math.min(5 * 60 * 1000, idle / 4);
  const remaining = dialog.querySelector("[data-portail-session-remaining]");
  const announce = dialog.querySelector("[data-portail-session-announce]");
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("portail-session") : null;
  let lastContact = Date.now();
  let announced = null;
  let isLeaving = false;

  function inWords(milliseconds) {
    const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
    if (seconds > 60) return `${Math.ceil(seconds / 60)}\u00a0minutes`;
    if (seconds === 60) return "1\u00a0minute";
    return seconds > 1 ? `${seconds}\u00a0secondes` : `${seconds}\u00a0seconde`;
  }

  function contact(isShared) {
    lastContact = Date.now();
    announced = null;
    if (dialog.open) dialog.close();
    if (isShared) tabs?.postMessage("contact");
  }

  function leave() {
    isLeaving = true;
    // What is on the screen must not stay there; nothing may ask to stay either.
    document.dispatchEvent(new CustomEvent("portail:session-over"));
    window.location.assign(portailSigninUrl);
  }

  async function keepAlive() {
    try {
      const answer = await fetch(portailKeepaliveUrl, {
        method: "POST",
        headers: { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content ?? "" },
        redirect: "manual",
      });
      if (answer.ok) contact(true);
      // A redirection to the sign-in page, or a refusal, means that the session is over already.
      else if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status)) leave();
    } catch {
      // The network is away: the clock goes on, and one may try again.
    }
  }

  function tick() {
    if (isLeaving) return;
    const left = lastContact + idle - Date.now();
    if (left <= 0) return leave();
    if (left > warning) return;
    if (!dialog.open) dialog.showModal();
    remaining.textContent = inWords(left);
    // Spoken at the start, then at one minute, thirty and ten seconds: every second would drown the page.
    const mark = [10, 30, 60].find((seconds) => left <= seconds * 1000) ?? "start";
    if (mark !== announced) {
      announced = mark;
      announce.textContent = `Il reste ${inWords(left)}.`;
    }
  }

  dialog.querySelector("[data-portail-session-stay]").addEventListener("click", keepAlive);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    keepAlive();
  });
  document.addEventListener("input", () => {
    if (!dialog.open && Date.now() - lastContact > quiet) {
      lastContact = Date.now();
      keepAlive();
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && !event.detail.elt.matches("[hx-trigger^='every']")) contact(true);
  });
  tabs?.addEventListener("message", () => contact(false));
  // A page brought back from the history or from sleep may be past its time.
  window.addEventListener("pageshow", tick);
  document.addEventListener("visibilitychange", tick);
  tabs?.postMessage("contact");
  setInterval(tick, 1000);
})();
