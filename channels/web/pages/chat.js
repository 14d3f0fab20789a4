// The chat in the browser. What is typed is kept here until the desk has confirmed it; what was said is
// always read from the desk, from a cursor. So a reload, a second tab or a restart loses and doubles nothing.
"use strict";

const chosen = JSON.parse(document.getElementById("chosen").textContent);
const $ = (id) => document.getElementById(id);
const log = $("conversation");
const text = $("text");

// -- what this browser remembers

const forgetful = {}; // where the browser allows no storage: until the page is closed
const memory = {
  get(name, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(`firstline.${name}`)) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  set(name, value) {
    try {
      if (value === null) localStorage.removeItem(`firstline.${name}`);
      else localStorage.setItem(`firstline.${name}`, JSON.stringify(value));
    } catch {
      forgetful[name] = value;
    }
  },
};
const recall = (name, otherwise) => memory.get(name, forgetful[name] ?? otherwise);

// -- language and looks

let labels = {};
let language = "en";

function speakLanguage(code) {
  language = chosen.labels[code] ? code : chosen.language;
  labels = chosen.labels[language];
  document.documentElement.lang = language;
  $("language").value = language;
  for (const one of document.querySelectorAll("[data-label]")) one.textContent = labels[one.dataset.label];
  for (const one of document.querySelectorAll("[data-placeholder]")) one.placeholder = labels[one.dataset.placeholder];
  for (const one of document.querySelectorAll("[data-aria]")) one.setAttribute("aria-label", labels[one.dataset.aria]);
  for (const one of document.querySelectorAll("[data-title]")) {
    one.title = labels[one.dataset.title];
    one.setAttribute("aria-label", labels[one.dataset.title]);
  }
}

function wear(theme) {
  document.documentElement.dataset.theme = theme;
}

const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const theme = () => recall("theme", darkSystem.matches ? "dark" : "light");

// -- showing

let cursor = 0; // the last line shown
let lastDay = "";
const shown = new Map(); // our own messages by id

function element(tag, className, words) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (words !== undefined) made.textContent = words;
  return made;
}

function atEnd() {
  return log.scrollHeight - log.scrollTop - log.clientHeight < 120;
}

function toEnd() {
  log.scrollTop = log.scrollHeight;
}

function showDay(at) {
  const day = at.toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long" });
  if (day !== lastDay) {
    lastDay = day;
    log.insertBefore(element("p", "day", day), typing);
  }
}

function bubble(author, name) {
  const message = element("div", `message ${author}`);
  const who = { requester: labels.you, bot: labels.bot, agent: name || labels.agent }[author];
  message.append(element("p", author === "agent" ? "by" : "hidden", who));
  const body = element("div", "bubble");
  message.append(body);
  return [message, body];
}

function showLine(line) {
  if (line.id <= cursor) return;
  cursor = line.id;
  const at = new Date(line.at);
  const own = line.message_id && shown.get(line.message_id);
  if (own) {
    settle(line.message_id);
    mark(own, `${labels.delivered}, ${clock(at)}`);
    return;
  }
  showDay(at);
  const [message, body] = bubble(line.author, line.name);
  if (line.html === null) body.textContent = line.text;
  else body.innerHTML = line.html; // made from Markdown by the desk, which lets no HTML through
  for (const file of line.files) body.append(fileButton(file));
  if (!body.hasChildNodes()) body.remove();
  message.title = at.toLocaleString(language);
  if (line.author === "requester") {
    dropChoices();
    if (line.message_id) {
      shown.set(line.message_id, message);
      settle(line.message_id);
    }
    mark(message, clock(at));
  } else if (line.choices.length) {
    dropChoices();
    message.append(choiceButtons(line.choices));
  }
  log.insertBefore(message, typing);
}

const clock = (at) => at.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });

function choiceButtons(choices) {
  const group = element("div", "choices");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", labels.choices);
  for (const choice of choices) {
    const button = element("button", "", choice.label);
    button.type = "button";
    button.addEventListener("click", () => {
      say({ text: choice.label, chosen: choice.value });
      text.focus();
    });
    group.append(button);
  }
  return group;
}

// Only the last question can be answered by a button.
function dropChoices() {
  for (const group of log.querySelectorAll(".choices")) group.remove();
}

function mark(message, words, retry) {
  message.querySelector(".state")?.remove();
  const state = element("p", "state", words);
  if (retry) {
    const button = element("button", "", labels.retry);
    button.type = "button";
    button.addEventListener("click", retry);
    state.append(button);
  }
  message.append(state);
}

function size(bytes) {
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}

function fileButton(file) {
  const button = element("button", "file", `📎 ${file.name} (${size(file.size)})`);
  button.type = "button";
  const blob = async () => (await call(`files/${file.sha256}`)).blob();
  button.addEventListener("click", async () => {
    const link = element("a");
    link.href = URL.createObjectURL(await blob());
    link.download = file.name;
    link.click();
    URL.revokeObjectURL(link.href);
  });
  if (file.type.startsWith("image/")) {
    blob().then((data) => {
      const picture = element("img");
      picture.alt = file.name;
      picture.src = URL.createObjectURL(data);
      picture.addEventListener("load", () => atEnd() && toEnd());
      button.replaceChildren(picture);
    }).catch(() => {}); // the name is shown instead
  }
  return button;
}

const typing = element("div", "typing");
typing.hidden = true;
typing.append(element("span", "hidden"), element("i"), element("i"), element("i"));

function busy(is) {
  const follow = atEnd();
  typing.firstChild.textContent = is ? `${labels.bot} ${labels.typing}` : "";
  typing.hidden = !is;
  if (follow) toEnd();
}

function tell(words, bad = false) {
  $("state").textContent = words;
  $("state").classList.toggle("bad", bad);
}

function greet() {
  const [message, body] = bubble("bot");
  body.textContent = labels.greeting;
  message.id = "greeting";
  log.insertBefore(message, typing);
}

// -- speaking with the desk

class Answered extends Error {
  constructor(status, said, after) {
    super(said.message || `status ${status}`);
    this.status = status;
    this.said = said;
    this.after = after;
  }
}

async function call(path, options = {}) {
  const headers = { "accept-language": language, ...options.headers };
  const token = recall("token");
  if (token) headers.authorization = `Bearer ${token}`;
  const answer = await fetch(`${chosen.api}/${path}`, { cache: "no-store", ...options, headers });
  if (!answer.ok) {
    const said = await answer.json().catch(() => ({}));
    throw new Answered(answer.status, said, Number(answer.headers.get("retry-after")) || 0);
  }
  return answer;
}

async function ensureSession() {
  if (recall("token")) return;
  const { token } = await (await call("session", { method: "POST" })).json();
  if (!recall("token")) memory.set("token", token); // another tab may have been quicker
}

const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
const retryLater = (problem) =>
  !(problem instanceof Answered) || problem.status >= 500 || [408, 425, 429].includes(problem.status);

// What is typed waits in `pending` until it is confirmed, in order.

const pending = () => recall("pending", []);
const settle = (id) => memory.set("pending", pending().filter((one) => one.id !== id));

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function say(message) {
  message = { id: newId(), files: [], chosen: null, language, timezone, ...message };
  memory.set("pending", [...pending(), message]);
  showPending(message);
  toEnd();
  void deliver();
}

function showPending(message) {
  dropChoices();
  showDay(new Date());
  const [shownMessage, body] = bubble("requester");
  body.textContent = message.text;
  for (const file of message.files) body.append(element("p", "file", `📎 ${file.name}`));
  mark(shownMessage, labels.sending);
  shown.set(message.id, shownMessage);
  log.insertBefore(shownMessage, typing);
}

let delivering = false;

async function deliver() {
  if (delivering) return;
  delivering = true;
  let wait = 1;
  for (let next = pending()[0]; next; next = pending()[0]) {
    const bubble = shown.get(next.id);
    try {
      await ensureSession();
      const body = JSON.stringify({ ...next, files: next.files.map((file) => file.id) });
      await call("messages", { method: "POST", body, headers: { "content-type": "application/json" } });
      settle(next.id);
      if (bubble?.textContent.includes(labels.delivered) === false) mark(bubble, labels.delivered);
      busy(true);
      void follow();
      wait = 1;
    } catch (problem) {
      if (problem instanceof Answered && problem.status === 401) {
        forget();
      } else if (retryLater(problem)) {
        if (bubble) mark(bubble, problem.said?.message || labels["not-sent"]);
        await pause(Math.max(problem.after || 0, wait));
        wait = Math.min(wait * 2, 15);
      } else {
        settle(next.id);
        refused(next, bubble, problem);
      }
    }
  }
  delivering = false;
}

function refused(message, bubble, problem) {
  bubble.classList.add("bad");
  mark(bubble, `${labels.refused}. ${problem.message}`, () => {
    text.value = message.text; // to be shortened or mended
    bubble.remove();
    grow();
    text.focus();
  });
}

// The stream. It ends when the desk restarts, and is taken up again from the cursor.

let following = false;

async function follow() {
  if (following) return;
  following = true;
  let wait = 1;
  while (recall("token")) {
    try {
      const answer = await call(`events?after=${cursor}`);
      tell("");
      wait = 1;
      await readEvents(answer.body.getReader());
    } catch (problem) {
      if (problem instanceof Answered && problem.status === 401) {
        forget();
        break;
      }
      tell(labels.reconnecting);
    }
    await pause(wait);
    wait = Math.min(wait * 2, 15);
  }
  following = false;
}

async function readEvents(reader) {
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = events.pop();
    for (const event of events) {
      const [, name] = /^event: (\w+)$/m.exec(event) ?? [];
      const [, data] = /^data: (.*)$/m.exec(event) ?? [];
      if (name === "lines") heard(JSON.parse(data));
      if (name === "busy") busy(JSON.parse(data));
    }
  }
}

function heard(lines) {
  const follow = atEnd();
  const before = cursor;
  for (const line of lines) showLine(line);
  if (follow) toEnd();
  if (lines.some((line) => line.id > before && line.author !== "requester") && chosen.framed) {
    parent.postMessage("firstline:said", "*");
  }
}

async function resume() {
  let wait = 1;
  while (recall("token")) {
    try {
      const { lines, busy: is } = await (await call("messages")).json();
      tell("");
      for (const line of lines) showLine(line);
      if (lines.length) $("greeting")?.remove();
      busy(is);
      for (const message of pending()) if (!shown.has(message.id)) showPending(message);
      if (lines.length || pending().length) void follow();
      break;
    } catch (problem) {
      if (problem instanceof Answered && problem.status === 401) {
        memory.set("token", null);
        break;
      }
      tell(labels.reconnecting);
      await pause(wait);
      wait = Math.min(wait * 2, 15);
    }
  }
  toEnd();
  log.setAttribute("aria-live", "polite");
  void deliver();
}

function forget() {
  memory.set("token", null);
  memory.set("pending", []);
  location.reload();
}

// -- files

let uploads = [];

function offer(files) {
  for (const file of files) void upload(file);
}

async function upload(file) {
  const row = element("li", "", `${file.name} – ${labels.uploading}`);
  $("files").hidden = false;
  $("files").append(row);
  const entry = { row };
  uploads.push(entry);
  const remove = element("button", "icon", "×");
  remove.type = "button";
  remove.setAttribute("aria-label", `${labels["remove-file"]}: ${file.name}`);
  remove.addEventListener("click", () => {
    uploads = uploads.filter((one) => one !== entry);
    row.remove();
    $("files").hidden = uploads.length === 0;
  });
  try {
    if (file.size > chosen.maxFile) {
      throw new Answered(413, { message: labels["upload-too-big"].replace("{limit}", size(chosen.maxFile)) });
    }
    await ensureSession();
    const headers = { "x-file-name": encodeURIComponent(file.name), "content-type": "application/octet-stream" };
    const kept = await (await call("files", { method: "POST", body: file, headers })).json();
    Object.assign(entry, { id: kept.id, name: kept.name, size: kept.size });
    row.textContent = `${kept.name} (${size(kept.size)})`;
  } catch (problem) {
    row.textContent = `${file.name}: ${problem.said?.message || labels["upload-failed"]}`;
    row.classList.add("bad");
    tell(row.textContent, true);
  }
  row.append(remove);
}

// -- the composer

function grow() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
}

function send() {
  const words = text.value.trim();
  const ready = uploads.filter((one) => one.id);
  if (!words && !ready.length) return;
  if (uploads.some((one) => !one.id && !one.row.classList.contains("bad"))) return; // still uploading
  say({ text: words, files: ready.map(({ id, name, size }) => ({ id, name, size })) });
  text.value = "";
  uploads = [];
  $("files").replaceChildren();
  $("files").hidden = true;
  tell("");
  grow();
}

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  }
});
text.addEventListener("input", grow);
text.addEventListener("paste", (event) => {
  if (event.clipboardData.files.length) {
    event.preventDefault();
    offer(event.clipboardData.files);
  }
});
$("attach").addEventListener("click", () => $("picker").click());
$("picker").addEventListener("change", () => {
  offer($("picker").files);
  $("picker").value = "";
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  addEventListener(kind, (event) => {
    event.preventDefault();
    document.body.classList.toggle("dropping", kind === "dragover");
    if (kind === "drop") offer(event.dataTransfer.files);
  });
}
$("language").addEventListener("change", () => {
  memory.set("language", $("language").value);
  speakLanguage($("language").value);
  const greeting = $("greeting");
  if (greeting) greeting.querySelector(".bubble").textContent = labels.greeting;
});
$("theme").addEventListener("click", () => {
  memory.set("theme", theme() === "dark" ? "light" : "dark");
  wear(theme());
});
darkSystem.addEventListener("change", () => wear(theme()));
$("anew").addEventListener("click", () => {
  if (cursor === 0 || confirm(labels.forget)) forget();
});
$("close").addEventListener("click", () => parent.postMessage("firstline:close", "*"));
if (chosen.framed) {
  document.body.classList.add("framed");
  $("close").hidden = false;
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") parent.postMessage("firstline:close", "*");
  });
  addEventListener("message", (event) => {
    if (event.data === "firstline:opened") text.focus();
  });
}

// -- start

const asked = new URLSearchParams(location.search).get("language");
wear(theme());
speakLanguage(recall("language") || asked || navigator.language.slice(0, 2));
log.append(typing);
greet();
void resume();
text.focus();
