// Streams answers into the page. Everything also works without this file, by plain forms.
const thread = document.getElementById("fil");
const news = document.getElementById("nouvelles");
const composer = document.getElementById("demande");
const box = document.getElementById("ligne");
const listbox = document.getElementById("propositions");
const typed = [];
let recalled = 0;
let unseen = 0;
let busy = 0;

const toEnd = () => document.getElementById("fin").scrollIntoView({ block: "end" });

function place(number, html, growing) {
  if (document.getElementById(`ligne-${number}`)) return;
  thread.querySelector(".empty")?.remove();
  const holder = document.createElement("template");
  holder.innerHTML = html; // made and escaped by our own server
  const line = holder.content.firstElementChild;
  if (growing?.isConnected && line.classList.contains("theirs")) growing.remove();
  const later = [...thread.children].find((other) => Number(other.id.slice("ligne-".length)) > number);
  thread.insertBefore(line, later ?? null);
}

function wait() {
  const line = document.createElement("li");
  line.className = "line theirs";
  line.innerHTML = '<article aria-busy="true"><div class="growing" aria-hidden="true"></div></article>';
  line.querySelector(".growing").textContent = thread.dataset.waiting;
  return line;
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

async function send(form) {
  const body = new URLSearchParams(new FormData(form));
  const growing = wait();
  const text = growing.querySelector(".growing");
  let begun = false;
  busy += 1;
  news.textContent = thread.dataset.waiting;
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/x-ndjson" } });
    if (!(response.headers.get("Content-Type") || "").startsWith("application/x-ndjson")) return void form.submit();
    for await (const event of lines(response)) {
      if (event.piece !== undefined) {
        if (!begun) text.textContent = "";
        begun = true;
        text.textContent += event.piece;
      } else {
        place(event.number, event.html, growing);
        if (!growing.isConnected && event.html.includes('class="line mine"')) thread.append(growing);
      }
      toEnd();
    }
    news.textContent = thread.dataset.arrived;
  } catch {
    news.textContent = thread.dataset.lost;
    text.textContent = thread.dataset.lost;
    await catchUp();
  } finally {
    busy -= 1;
    growing.remove();
  }
}

async function catchUp() {
  try {
    const response = await fetch(`/suite?apres=${thread.dataset.last}`);
    if (!response.ok) return;
    const { lines: found } = await response.json();
    const fresh = found.filter((line) => !document.getElementById(`ligne-${line.number}`));
    for (const line of fresh) place(line.number, line.html);
    for (const line of found) thread.dataset.last = Math.max(Number(thread.dataset.last), line.number);
    if (!fresh.length) return;
    news.textContent = thread.dataset.arrived;
    if (document.hidden) document.title = `(${(unseen += fresh.length)}) ${document.title.replace(/^\(\d+\) /, "")}`;
    else toEnd();
  } catch { /* the network is away: the next turn asks again */ }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (new URL(form.action).pathname !== "/dire") return;
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) return event.preventDefault();
  event.preventDefault();
  form.closest("details")?.removeAttribute("open");
  const own = form === composer;
  if (own && !box.value.trim()) return;
  const done = send(form);
  if (own) {
    typed.push(box.value);
    recalled = typed.length;
    box.value = "";
    suggest();
  }
  done.then(() => { if (form.querySelector("[value^='langue ']")) location.reload(); });
});

function suggest() {
  const word = box.value.match(/^\/?(?:ia\s+)?([\p{L}]{0,12})$/u);
  const asked = box.value.startsWith("/") ? listbox.dataset.commands.split(" ") : [];
  const fitting = word ? asked.filter((command) => command.startsWith(word[1].toLowerCase()) || box.value.length < 4) : [];
  listbox.replaceChildren(...fitting.slice(0, 8).map((command, index) => {
    const option = document.createElement("li");
    option.id = `proposition-${index}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.textContent = `/ia ${command}`;
    option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option); });
    return option;
  }));
  listbox.hidden = !fitting.length;
  box.setAttribute("aria-expanded", String(!listbox.hidden));
  box.removeAttribute("aria-activedescendant");
}

function choose(option) {
  box.value = `${option.textContent} `;
  listbox.hidden = true;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
  box.focus();
}

function move(step) {
  const options = [...listbox.children];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  options[at]?.setAttribute("aria-selected", "false");
  const next = options[(at + step + options.length) % options.length];
  next.setAttribute("aria-selected", "true");
  next.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", next.id);
}

if (composer) {
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-controls", "propositions");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-expanded", "false");
  box.addEventListener("input", () => {
    suggest();
    const left = 60000 - box.value.length;
    document.getElementById("compte").textContent = left < 5000 ? String(left) : "";
  });
  box.addEventListener("blur", () => { listbox.hidden = true; });
  box.addEventListener("keydown", (event) => {
    const active = listbox.querySelector("[aria-selected=true]");
    if (!listbox.hidden && event.key === "ArrowDown") { event.preventDefault(); move(1); }
    else if (!listbox.hidden && event.key === "ArrowUp") { event.preventDefault(); move(-1); }
    else if (!listbox.hidden && event.key === "Escape") { listbox.hidden = true; }
    else if (!listbox.hidden && active && (event.key === "Enter" || event.key === "Tab")) { event.preventDefault(); choose(active); }
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); composer.requestSubmit(); }
    else if (event.key === "ArrowUp" && typed.length && box.selectionEnd === 0) { recalled = Math.max(0, recalled - 1); box.value = typed[recalled]; box.setSelectionRange(0, 0); event.preventDefault(); }
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    unseen = 0;
    document.title = document.title.replace(/^\(\d+\) /, "");
    catchUp();
  });
  setInterval(() => { if (!busy) catchUp(); }, 4000);
  if (thread.children.length > 1) toEnd();
  box.focus({ preventScroll: true });
}
