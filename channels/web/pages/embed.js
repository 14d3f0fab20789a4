// One tag on any page: <script src="https://desk.example/chat/embed.js" data-language="en" async></script>
// It adds a button in the corner; the chat itself lives in a frame of the desk's own origin.
(() => {
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const all = __LABELS__;
  const asked = (script.dataset.language || document.documentElement.lang || navigator.language || "").slice(0, 2);
  const language = all[asked] ? asked : "en";
  const labels = all[language];

  const style = new CSSStyleSheet();
  style.replaceSync(`
    button { position: fixed; right: 20px; bottom: 20px; z-index: 2147483000; width: 60px; height: 60px; border: 0;
      border-radius: 50%; background: #0b5cad; color: #fff; cursor: pointer; box-shadow: 0 4px 16px rgb(0 0 0 / .3); }
    button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #0b5cad; }
    svg { width: 30px; height: 30px; display: block; margin: auto; }
    b { position: absolute; top: -2px; right: -2px; min-width: 22px; border-radius: 11px; background: #a8200d;
      font: 13px/22px system-ui, sans-serif; }
    b:empty { display: none; }
    iframe { position: fixed; right: 20px; bottom: 92px; z-index: 2147483000; width: 400px; height: min(640px, 100dvh - 112px);
      border: 0; border-radius: 16px; box-shadow: 0 8px 40px rgb(0 0 0 / .35); background: #fff; }
    iframe[hidden] { display: none; }
    @media (max-width: 480px) { iframe { inset: 0; width: 100%; height: 100%; border-radius: 0; } }
  `);
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [style];
  const button = document.createElement("button");
  button.type = "button";
  button.innerHTML = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 5h16v11H10l-5 4v-4H4z" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round"/></svg>';
  const badge = document.createElement("b");
  button.append(badge);
  root.append(button);
  let frame = null;
  let unread = 0;

  function label() {
    const open = frame && !frame.hidden;
    button.setAttribute("aria-label", open ? labels.close : labels.open + (unread ? ` (${unread})` : ""));
    button.setAttribute("aria-expanded", String(Boolean(open)));
    badge.textContent = unread ? String(unread) : "";
  }
  function show(open) {
    const isNew = !frame;
    if (open && !frame) {
      frame = document.createElement("iframe");
      frame.title = labels.title;
      frame.src = `${origin}/chat/frame?language=${language}`;
      root.prepend(frame);
    } else if (frame) {
      frame.hidden = !open;
    }
    if (open) {
      unread = 0;
      if (!isNew) frame.contentWindow.postMessage("firstline:opened", origin);
      frame.focus();
    } else {
      button.focus();
    }
    label();
  }
  button.addEventListener("click", () => show(!frame || frame.hidden));
  addEventListener("message", (event) => {
    if (event.origin !== origin || !frame || event.source !== frame.contentWindow) return;
    if (event.data === "firstline:close") show(false);
    if (event.data === "firstline:said" && frame.hidden) {
      unread += 1;
      label();
    }
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && frame && !frame.hidden) show(false);
  });
  label();
  (document.body || document.documentElement).append(host);
})();
