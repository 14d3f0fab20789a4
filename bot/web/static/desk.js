// Live updates and small comforts. Every action works without this file: it never acts by itself.
"use strict";

const PRESENT = 15000; // ms between signs of life
const CALM = 400; // ms of changes gathered into one refresh
const AGES = 60000; // ms after which a page refreshes by itself, for ages and for a change not heard of
const here = document.querySelector("[data-ticket]");

// -- the page follows what happens ----------------------------------------------------------------

let waiting = null;
let refreshed = Date.now();

function soon() {
  waiting ??= setTimeout(refresh, CALM);
}

async function refresh() {
  waiting = null;
  if (document.hidden || !document.querySelector("[data-live]")) return;
  refreshed = Date.now();
  const answer = await fetch(location.href).catch(() => null);
  if (!answer) return;
  if (answer.redirected) return location.reload(); // signed out: drafts are kept
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  let changed = false;
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    if (!next || isInUse(part)) continue;
    changed = replace(part, next) || changed;
  }
  for (const field of document.querySelectorAll("input[name=seen]")) {
    field.value = fresh.querySelector("input[name=seen]")?.value ?? field.value;
  }
  const said = document.getElementById("said");
  if (changed && said) said.textContent = said.dataset.words;
}

// Somebody is choosing here: what they have chosen must not jump away.
function isInUse(part) {
  return part.contains(document.activeElement) && document.activeElement.matches("select, input")
    || [...part.querySelectorAll("form")].some(isChanged);
}

function isChanged(form) {
  return [...form.elements].some((field) =>
    field.type === "hidden" || field.type === "submit" ? false
      : field.tagName === "SELECT" ? ![...field.options].every((one) => one.selected === one.defaultSelected)
      : "defaultValue" in field && field.value !== field.defaultValue);
}

// True when there is something new to see, not only another age.
function replace(part, next) {
  if (part.innerHTML === next.innerHTML) return false;
  const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const known = new Set([...part.querySelectorAll("[data-id]")].map((one) => one.dataset.id));
  part.innerHTML = next.innerHTML;
  const added = [...part.querySelectorAll("[data-id]")].filter((one) => !known.has(one.dataset.id));
  for (const one of added) one.classList.add("fresh");
  if (focused) part.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  return added.length > 0;
}

function heard({ kind, ids }) {
  if (kind === "presence") {
    if (here && ids.includes(Number(here.dataset.ticket))) lookAround();
  } else if (!here || ids.includes(Number(here.dataset.ticket))) {
    soon();
  }
}

// A browser opens six connections to a server at most, so one tab listens for all of them.
const bus = new BroadcastChannel("firstline-desk");
bus.onmessage = (event) => heard(event.data);

function listen() {
  const source = new EventSource("/desk/events");
  for (const kind of ["tickets", "presence"]) {
    source.addEventListener(kind, (event) => {
      const news = { kind, ids: JSON.parse(event.data) };
      bus.postMessage(news);
      heard(news);
    });
  }
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, PRESENT);
  };
}

if (document.querySelector("[data-live]")) {
  if (navigator.locks) navigator.locks.request("firstline-desk", () => new Promise(listen));
  else listen();
  setInterval(() => { if (Date.now() - refreshed >= AGES) refresh(); }, 5000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
}

// -- who else is here -----------------------------------------------------------------------------

let isWriting = false;

async function lookAround() {
  const answer = await fetch(`${here.dataset.path}/presence`).catch(() => null);
  if (answer?.ok && !answer.redirected) show(await answer.text());
}

function show(text) {
  const place = document.getElementById("presence");
  if (place.textContent !== text) place.textContent = text;
}

async function tell() {
  const writing = [...document.querySelectorAll(".compose textarea")].some((one) => one.value.trim());
  isWriting = writing;
  const body = new URLSearchParams({ writing: writing ? "1" : "" });
  const answer = await fetch(`${here.dataset.path}/presence`, { method: "POST", body }).catch(() => null);
  if (answer?.ok && !answer.redirected) show(await answer.text());
}

if (here) {
  tell();
  setInterval(() => { if (!document.hidden) tell(); }, PRESENT);
  window.addEventListener("pagehide", () => {
    navigator.sendBeacon(`${here.dataset.path}/presence`, new URLSearchParams({ gone: "1" }));
  });
}

// -- nothing typed is lost ------------------------------------------------------------------------

const address = new URL(location.href);
const done = address.searchParams.get("done");
if (done) {
  for (const name of ["done", "since"]) address.searchParams.delete(name);
  history.replaceState(null, "", address);
}

for (const area of document.querySelectorAll("textarea[data-draft]")) {
  const name = `draft ${location.pathname} ${area.dataset.draft}`;
  if (done === area.dataset.draft) sessionStorage.removeItem(name);
  const kept = sessionStorage.getItem(name);
  if (kept && !area.value) {
    area.value = kept;
    area.closest("details")?.setAttribute("open", "");
  }
  area.addEventListener("input", () => {
    if (area.value) sessionStorage.setItem(name, area.value);
    else sessionStorage.removeItem(name);
    if (here && Boolean(area.value.trim()) !== isWriting) tell();
  });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      area.form.requestSubmit(area.form.querySelector("button.main, button"));
    }
  });
}

// Sent once, however often it is clicked. The server knows a repeated form too.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
  setTimeout(() => delete event.target.dataset.sent, 5000);
});

// -- keys -----------------------------------------------------------------------------------------

// Only while the focus is in the table, so that they disturb nobody who speaks to the computer.
document.getElementById("tickets")?.addEventListener("keydown", (event) => {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
  const rows = [...document.querySelectorAll("#tickets .subject a")];
  const next = rows[rows.indexOf(document.activeElement) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});
