// Streams answers into the page. Everything also works without this file, by plain forms.
const thread = document.getElementById("fil");
const news = document.getElementById("nouvelles");
const composer = document.getElementById("demande");
const box = document.getElementById("ligne");
const listbox = document.getElementById("propositions");
const left = document.getElementById("compte");
const waiting = document.getElementById("attente");
const typed = [...thread.querySelectorAll(".mine .said")].map((said) => said.textContent);
let recalled = typed.length;
let unseen = 0;
let busy = 0;
let asked = 0;

const toEnd = () => document.getElementById("fin").scrollIntoView({ block: "end" });
// A message taller than the window is read from its beginning.
function reveal(line) {
  if (line && line.offsetHeight > innerHeight - 300) line.scrollIntoView({ block: "start" });
  else toEnd();
}
const nearEnd = () => innerHeight + scrollY > document.documentElement.scrollHeight - 200;
const numberOf = (line) => Number(line.id.slice("ligne-".length));

function announce(words) {
  news.textContent = "";
  setTimeout(() => { news.textContent = words; }, 50); // said again even when the words are the same
}

function place(number, html) {
  if (document.getElementById(`ligne-${number}`)) return;
  thread.querySelector(".empty")?.remove();
  const holder = document.createElement("template");
  holder.innerHTML = html; // made and escaped by our own server
  const line = holder.content.firstElementChild;
  if (line.classList.contains("theirs")) thread.querySelector(".line.pending")?.remove();
  const after = [...thread.querySelectorAll(":scope > .line")].find((other) => !other.id || numberOf(other) > number);
  thread.insertBefore(line, after ?? null);
}

function bubble(words, kind) {
  const line = document.createElement("li");
  line.className = `line theirs ${kind}`;
  const article = document.createElement("article");
  if (kind === "fault") article.append(Object.assign(document.createElement("p"), { className: "tone", textContent: thread.dataset.tone }));
  else article.setAttribute("aria-busy", "true");
  const text = Object.assign(document.createElement("div"), { className: kind === "fault" ? "text" : "growing", textContent: words });
  article.append(text);
  line.append(article);
  return { line, text };
}

function complain(words) {
  thread.append(bubble(words, "fault").line);
  announce(words);
  toEnd();
}

async function* lines(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    for (const part of parts) yield JSON.parse(part);
  }
}

async function refused(response) {
  if (response.status === 403) return location.reload();
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  complain(page.querySelector("main h1 + p")?.textContent || thread.dataset.unsent);
}

// Returns whether the server has taken what was sent.
async function send(form, body) {
  const growing = bubble(thread.dataset.waiting, "growing-line");
  growing.text.setAttribute("aria-hidden", "true");
  let taken = false, begun = "", answer = null;
  busy += 1;
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/x-ndjson" } });
    if (response.status === 204) return true;
    if (!response.ok) return void await refused(response);
    for await (const event of lines(response)) {
      const follow = !taken || nearEnd();
      if (event.fault !== undefined) complain(event.fault);
      else if (event.piece !== undefined) {
        begun += event.piece;
        growing.text.textContent = begun.replace(/\*\*|^#+ /gm, "");
      } else {
        if (taken) growing.line.remove();
        place(event.number, event.html);
        if (!taken) { thread.append(growing.line); announce(thread.dataset.waiting); }
        else {
          announce(thread.dataset.arrived);
          answer = document.getElementById(`ligne-${event.number}`);
        }
        taken = true;
      }
      if (follow) reveal(answer);
    }
  } catch {
    complain(taken ? thread.dataset.lost : thread.dataset.unsent);
  } finally {
    busy -= 1;
    growing.line.remove();
    await catchUp();
  }
  return taken;
}

async function catchUp() {
  asked = Date.now();
  try {
    const response = await fetch(`/suite?apres=${thread.dataset.last}`);
    if (response.status === 403) return location.reload();
    if (!response.ok || busy) return;
    const { lines: found, waiting: count } = await response.json();
    const follow = nearEnd();
    const fresh = found.filter((line) => !document.getElementById(`ligne-${line.number}`));
    for (const line of fresh) place(line.number, line.html);
    if (found.length) thread.dataset.last = found[found.length - 1].number;
    if (waiting) { waiting.hidden = !count; waiting.firstElementChild.textContent = count; }
    if (!fresh.length) return;
    announce(thread.dataset.arrived);
    if (document.hidden) document.title = `(${(unseen += fresh.length)}) ${document.title.replace(/^\(\d+\) /, "")}`;
    else if (follow) toEnd();
  } catch { /* the network is away: the next turn asks again */ }
}

const unsure = new Map(); // what may not have arrived, by its number: sent again, it is done once

function sending() {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("");
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (new URL(form.action).pathname !== "/dire") return;
  event.preventDefault();
  const own = form === composer;
  if (form.dataset.sent || (own && !box.value.trim())) return;
  const body = new FormData(form);
  const words = box.value;
  const same = new URLSearchParams(body).toString();
  const number = unsure.get(same) ?? sending();
  body.set("envoi", number);
  form.closest(".me, .confirm")?.removeAttribute("open");
  if (own) { recalled = typed.push(words); box.value = ""; suggest(); count(); }
  else form.dataset.sent = "true"; // a second press while the first is on its way changes nothing
  const taken = await send(form, body);
  delete form.dataset.sent;
  if (!taken) unsure.set(same, number);
  if (!taken && own && !box.value) box.value = words;
  if (taken && form.querySelector("[value^='langue ']")) location.reload();
});

function fold(words) {
  return words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function close() {
  listbox.hidden = true;
  box.removeAttribute("aria-activedescendant");
}

function suggest() {
  const begun = /^\/(?:i(?:a(?:\s+(.*))?)?)?$/is.exec(box.value);
  const word = fold(begun?.[1] ?? "");
  let shown = 0;
  for (const option of listbox.children) {
    const fits = begun && shown < 8 && option.dataset.line !== word.trim()
      && (option.dataset.line.startsWith(word) || (word.length > 2 && fold(option.textContent).includes(word)));
    option.hidden = !fits;
    option.setAttribute("aria-selected", "false");
    if (fits) shown += 1;
  }
  close();
  listbox.hidden = !shown;
  if (shown) announce(listbox.dataset.count.replace("{n}", shown));
}

function choose(option) {
  box.value = `/ia ${option.dataset.line} `;
  close();
  box.focus();
}

function move(step) {
  const options = [...listbox.children].filter((option) => !option.hidden);
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  options[at]?.setAttribute("aria-selected", "false");
  const next = options[at < 0 && step < 0 ? options.length - 1 : (at + step + options.length) % options.length];
  next.setAttribute("aria-selected", "true");
  next.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", next.id);
}

function recall(step) {
  recalled = Math.min(typed.length, Math.max(0, recalled + step));
  box.value = typed[recalled] ?? "";
  box.setSelectionRange(0, 0);
}

function count() {
  const room = Number(left.dataset.longest) - [...box.value].length;
  left.textContent = room < 2000 ? left.dataset.left.replace("{n}", room.toLocaleString(document.documentElement.lang)) : "";
  left.classList.toggle("over", room < 0);
}

function pressed(event) {
  const open = !listbox.hidden;
  const active = open && listbox.querySelector("[aria-selected=true]");
  const { key } = event;
  if (event.isComposing) return;
  if (open && (key === "ArrowDown" || key === "ArrowUp")) move(key === "ArrowDown" ? 1 : -1);
  else if (open && key === "Escape") close();
  else if (active && (key === "Enter" || key === "Tab")) choose(active);
  else if (key === "Enter" && !event.shiftKey) composer.requestSubmit();
  else if (key === "ArrowUp" && typed.length && !box.selectionEnd) recall(-1);
  else if (key === "ArrowDown" && recalled < typed.length && !box.selectionEnd) recall(1);
  else return;
  event.preventDefault();
}

box.setAttribute("aria-controls", "propositions");
box.setAttribute("aria-autocomplete", "list");
box.addEventListener("input", () => { suggest(); count(); });
box.addEventListener("blur", close);
box.addEventListener("keydown", pressed);
listbox.addEventListener("mousedown", (event) => { event.preventDefault(); choose(event.target.closest("[role=option]")); });
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unseen = 0;
  document.title = document.title.replace(/^\(\d+\) /, "");
  if (!busy) catchUp();
});
setInterval(() => {
  if (!busy && Date.now() - asked > (document.hidden ? 30000 : 3500)) catchUp();
}, 4000);
const final = thread.lastElementChild;
if (final?.classList.contains("mine")) thread.append(bubble(thread.dataset.waiting, "pending").line);
if (thread.children.length > 1) toEnd();
if (matchMedia("(pointer: fine)").matches) box.focus({ preventScroll: true });
