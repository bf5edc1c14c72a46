import { Charts } from "./charts.js";
import { Clock } from "./clock.js";
import { timed, watch } from "./daemon.js";
import { $, put } from "./dom.js";
import { amount, bound, count, fixed, millis, offset, say, words } from "./format.js";
import { History } from "./history.js";
import { allan, histogram, signals, sky } from "./plots.js";
import { hms, isLocal, localize, longDate, setLocal, utc, zone } from "./zone.js";

const root = document.documentElement;
const clock = new Clock();
const history = new History();
const charts = new Charts(history);
let there = false; // somebody answers
let limit = null; // ns: the error bound; null while the time is not to be relied on
let heard = Date.parse($("clock").dateTime); // when that was, in ms; before it, the time of the page

// Clock

function tick() {
  const now = clock.now();
  if (clock.known) show(Math.floor(now / 1000) * 1000);
  setTimeout(() => requestAnimationFrame(tick), clock.known ? 1000 - (now % 1000) + 1 : 200);
}

function show(second) {
  put("clock", hms(second));
  $("clock").dateTime = new Date(second).toISOString();
  const name = zone(second);
  put("clock-zone", name);
  $("clock-zone").toggleAttribute("data-long", name.length > 4);
  $("clock-zone").title = isLocal() ? words.local_long : words.utc_long;
  put("date", isLocal() ? `${longDate(second)} · ${utc(second)} UTC` : longDate(second));
  trust();
}

// trust says what the clock of this page is worth, beside what that of the server is.
function trust() {
  put("trust-page", limit === null || !clock.known || !there ? "" : say("trust_page", { page: bound((clock.bound() * 1e6 + limit) / 1e9) }));
}

// measure asks a few times, and the clock keeps the best answer.
async function measure(times) {
  for (let i = 0; i < times; i++) {
    try {
      const { asked, answered, now } = await timed();
      clock.offer(asked, answered, millis(now));
    } catch {
      return; // news will tell when somebody answers again
    }
  }
}

// News

function hear(news) {
  if (news.version && root.dataset.version && news.version !== root.dataset.version) return location.reload();
  if (news.version) root.dataset.version = news.version;
  if (news.state) root.dataset.state = news.state;
  if (clock.doubts(news.now)) measure(3);
  heard = news.now;
  if (!there) {
    there = true;
    delete root.dataset.lost;
    $("lost").hidden = true;
  }
  for (const [id, change] of Object.entries(news.cells ?? {})) write(id, change);
  if (news.cells) drawn();
  figures(news.point);
  limit = ["locked", "holdover", "fallback", "client"].includes(root.dataset.state) ? news.point[1] : null;
  history.add(root.dataset.state, news.now, news.point);
  charts.update();
  trust();
}

const some = (value, write) => (value === null ? words.nothing : write(value));

// figures are what the charts go on with.
function figures([ns, most, ppm, celsius, requests]) {
  put("offset", some(ns, (v) => offset(v / 1e9)));
  put("bound", some(most, (v) => `± ${bound(v / 1e9)}`));
  put("frequency", some(ppm, (v) => fixed(v, 3, " ppm")));
  put("temperature", some(celsius, (v) => fixed(v, 1, " °C")));
  put("requests", count(requests));
}

const written = {}; // by id, as the daemon has it

// write puts into a cell what the daemon says: all of it, or those of its numbers that have
// changed. The daemon has escaped what others say.
function write(id, change) {
  if (typeof change !== "string") {
    const parts = written[id].split(/([0-9]+)/);
    for (let i = 0; i < change.length; i += 2) parts[change[i]] = change[i + 1];
    change = parts.join("");
  }
  written[id] = change;
  $(id).innerHTML = change;
  localize($(id), heard);
}

// drawn brings up to date what follows from the texts.
function drawn() {
  title($("state").textContent);
  for (const bar of $("budget-bar").children) bar.style.flexGrow = amount($("b-" + bar.dataset.part).textContent);
}

// title shows the state in the title of the tab, too.
function title(state) {
  const text = `${state} · gpsntpd`;
  if (document.title !== text) document.title = text;
}

function lost() {
  there = false;
  root.dataset.lost = "";
  const time = heard ? `${hms(heard)} ${zone(heard)}` : "–";
  put("lost", say("lost", { time }));
  put("state", words.lost_state);
  title(words.lost_state);
  put("since", say("last_answer", { time }));
  put("trust", words.trust_lost);
  $("lost").hidden = false;
  trust();
}

const pictures = {
  sky: (news) => { sky(news); signals(news); },
  pulse: (news) => { histogram(news); allan(news); },
};

// What is looked at now and then

let wanted = history.span; // that was chosen last; an answer may be late, or not come

async function span() {
  if (!(await history.load(wanted))) return;
  charts.update();
  $("p-offset").dataset.shown = history.span;
}

const vague = 20; // ms

const looks = [
  { every: 20e3, read: () => span() },
  { every: 2e3, read: async () => { if (history.span !== wanted) await span(); } },
  { every: 60e3, read: () => measure(2) },
  { every: 5e3, read: async () => { if (clock.bound() > vague) await measure(2); } }, // somebody was busy
].map((look) => ({ ...look, due: 0, busy: false }));

async function look() {
  if (document.hidden || !there) return;
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

function zones() {
  const show = () => put("zone-name", zone(heard || Date.now()));
  $("zone").addEventListener("click", () => {
    setLocal(!isLocal());
    keep("zone", isLocal() ? "local" : "utc");
    show();
    localize(document, heard);
    charts.make();
  });
  show();
  localize(document, heard);
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
      wanted = b.dataset.span;
      span().catch(() => {});
    });
  }
}

$("language").addEventListener("click", () => keep("lang", words.other));
themes();
zones();
spans();
drawn();
watch(hear, pictures, lost);
measure(5).then(() => tick());
setInterval(look, 250);
