// The list follows what arrives, and times are shown as they are here. Everything works without this file.
"use strict";

const EVERY = 3000; // ms

function local(part) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  for (const time of part.querySelectorAll("time")) time.textContent = format.format(new Date(time.dateTime));
}

async function refresh() {
  const list = document.querySelector("[data-live]");
  if (!list || document.hidden) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(list.id);
  if (!next) return;
  local(next);
  if (next.innerHTML === list.innerHTML) return;
  // Whoever reads with the keyboard stays where they are.
  const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  list.innerHTML = next.innerHTML;
  if (focused) list.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  const said = document.getElementById("said");
  said.textContent = "";
  setTimeout(() => { said.textContent = said.dataset.words; }, 100);
}

local(document);
if (document.querySelector("[data-live]")) setInterval(refresh, EVERY);
