import { Charts } from "./charts.js";
import { Clock } from "./clock.js";
import { ask, timed, watch } from "./daemon.js";
import { $, put } from "./dom.js";
import { bound, hms, longDate, millis, say, words } from "./format.js";
import { History } from "./history.js";
import { budget, clients, figures, past } from "./panels.js";
import { allan, histogram, signals, sky } from "./plots.js";

const root = document.documentElement;
const clock = new Clock();
const history = new History();
const charts = new Charts(history);
let status = null; // the newest; null while nobody answers
let heard = Date.parse($("clock").dateTime); // its time, in ms; before it, that of the page

// Clock

function tick() {
  const now = clock.now();
  if (clock.known) {
    const second = Math.floor(now / 1000) * 1000;
    put("clock", hms(second));
    $("clock").dateTime = new Date(second).toISOString();
    put("date", longDate(second));
    put("trust", trust());
  }
  setTimeout(() => requestAnimationFrame(tick), clock.known ? 1000 - (now % 1000) + 1 : 200);
}

function trust() {
  if (!status) return words.trust_lost;
  if (status.offset_seconds === null) return words.trust_start;
  if (status.stratum === 0 || status.bound_seconds === null) return words.trust_none;
  if (!clock.known) return say("trust", { bound: bound(status.bound_seconds) });
  return say("trust_page", { bound: bound(status.bound_seconds), page: bound(clock.bound() / 1e3 + status.bound_seconds) });
}

// measure asks a few times, and the clock keeps the best answer.
async function measure(times) {
  for (let i = 0; i < times; i++) {
    try {
      const { asked, answered, status } = await timed();
      clock.offer(asked, answered, millis(status.now));
    } catch {
      return; // news will tell when somebody answers again
    }
  }
}

// News

function hear(news) {
  if (news.version !== root.dataset.version && root.dataset.version) return location.reload();
  const changed = news.state !== root.dataset.state;
  const back = status === null;
  status = news;
  root.dataset.state = news.state;
  root.dataset.version = news.version;
  if (clock.doubts(millis(news.now))) measure(3);
  heard = millis(news.now);
  if (back) {
    delete root.dataset.lost;
    $("lost").hidden = true;
    for (const look of looks) look.due = 0;
  }
  if (changed || back) {
    named(words[news.state === "holdover" ? "holdover_state" : news.state] ?? news.state);
    alarmed();
  }
  figures(news);
  budget(news);
  history.add(news);
  charts.update();
  put("trust", trust());
}

// named shows the state, in the title of the tab, too.
function named(state) {
  put("state", state);
  const title = `${state} · gpsntpd`;
  if (document.title !== title) document.title = title;
}

// alarmed has the texts read at once.
function alarmed() {
  for (const look of looks) if (look.texts) look.due = 0;
}

function lost() {
  status = null;
  root.dataset.lost = "";
  put("lost", say("lost", { time: heard ? hms(heard) : "–" }));
  named(words.lost_state);
  put("since", say("last_answer", { time: heard ? hms(heard) : "–" }));
  $("lost").hidden = false;
  put("trust", trust());
}

// What is looked at now and then

// texts takes what is text from the page as the daemon writes it now: the
// same words as without a script.
async function texts() {
  const answer = await fetch(location.pathname + `?lang=${root.lang.slice(0, 2)}`, { cache: "no-store", signal: AbortSignal.timeout(4000) });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["state", "since", "sentence", "remedy", "alarms", "why", "forecast", "note", "holdover", "leap", "parts"]) {
    const fresh = page.getElementById(id);
    if (fresh && fresh.innerHTML !== $(id).innerHTML) $(id).replaceChildren(...fresh.childNodes);
  }
}

async function span(name) {
  if (await history.load(name)) charts.update();
}

const vague = 20; // ms

const looks = [
  { every: 5e3, texts: true, read: texts },
  { every: 5e3, read: async () => { const s = await ask("v1/satellites"); sky(s); signals(s); } },
  { every: 10e3, read: async () => { const s = await ask("v1/pulse"); histogram(s); allan(s); } },
  { every: 10e3, read: async () => clients(await ask("v1/clients")) },
  { every: 15e3, texts: true, read: async () => past(await ask(`v1/alarms?lang=${root.lang.slice(0, 2)}`)) },
  { every: 20e3, read: () => span() },
  { every: 30e3, read: () => measure(3) },
  { every: 3e3, read: async () => { if (clock.bound() > vague) await measure(2); } }, // somebody was busy
].map((look) => ({ ...look, due: 0, busy: false }));

async function look() {
  if (document.hidden || !status) return;
  for (const l of looks) {
    if (l.busy || performance.now() < l.due) continue;
    l.due = performance.now() + l.every;
    l.busy = true;
    l.read().catch(() => {}).finally(() => { l.busy = false; }); // a panel keeps what it has
  }
}

// Choices

function themes() {
  const names = ["auto", "light", "dark"];
  const show = () => put("theme-name", words["theme_" + (root.dataset.theme ?? "auto")]);
  $("theme").addEventListener("click", () => {
    const next = names[(names.indexOf(root.dataset.theme ?? "auto") + 1) % names.length];
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    keep("theme", next);
    show();
    charts.make();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.make());
  show();
}

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // it holds for this page
  }
}

function spans() {
  const buttons = document.querySelectorAll("[data-span]");
  for (const b of buttons) {
    b.addEventListener("click", () => {
      for (const other of buttons) other.setAttribute("aria-pressed", other === b);
      span(b.dataset.span).catch(() => {});
    });
  }
}

$("language").addEventListener("click", () => keep("lang", words.other));
themes();
spans();
watch(hear, alarmed, lost);
measure(5).then(() => tick());
setInterval(look, 250);
