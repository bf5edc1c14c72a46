// Times of day, in UTC or in the browser's zone, as the reader likes it.
import { put } from "./dom.js";
import { say, words } from "./format.js";

let local = false;
try {
  local = localStorage.getItem("zone") === "local";
} catch {
  // nothing may be kept here: it is UTC
}

export const isLocal = () => local;

export function setLocal(on) {
  local = on;
}

const two = (n) => String(n).padStart(2, "0");
const get = (t, field) => (local ? t[`get${field}`]() : t[`getUTC${field}`]());

export const hms = (ms) => {
  const t = new Date(ms);
  return `${two(get(t, "Hours"))}:${two(get(t, "Minutes"))}:${two(get(t, "Seconds"))}`;
};
export const hm = (ms) => hms(ms).slice(0, 5);
export const ymd = (ms) => {
  const t = new Date(ms);
  return `${get(t, "FullYear")}-${two(get(t, "Month") + 1)}-${two(get(t, "Date"))}`;
};
export const utc = (ms) => new Date(ms).toISOString().slice(11, 19);

// zone is the name of the zone that times are in.
export function zone(ms) {
  if (!local) return "UTC";
  const parts = new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" }).formatToParts(new Date(ms));
  return parts.find((p) => p.type === "timeZoneName").value;
}

// longDate is a day as people of that language write it.
export function longDate(ms) {
  const t = new Date(ms);
  const [year, month, day] = [get(t, "FullYear"), get(t, "Month"), get(t, "Date")];
  const ofYear = Math.round((Date.UTC(year, month, day) - Date.UTC(year, 0, 1)) / 864e5) + 1;
  const options = { weekday: "long", day: "numeric", month: "long", year: "numeric", ...(local ? {} : { timeZone: "UTC" }) };
  const text = words.tag === "en"
    ? new Intl.DateTimeFormat("en-GB", options).format(t).replace(/^(\w+) /, "$1, ")
    : `${year}年${month + 1}月${day}日 星期${"日一二三四五六"[get(t, "Day")]}`;
  return `${text} · ${say("day_of_year", { n: ofYear })}`;
}

// localize writes the moments in the daemon's texts, which are in UTC, anew.
export function localize(within, now) {
  for (const node of within.querySelectorAll("time[datetime]:not(#clock)")) {
    node.dataset.utc ??= node.textContent;
    if (!local) {
      put(node, node.dataset.utc);
      continue;
    }
    const ms = Date.parse(node.dateTime);
    const time = /:\d\d:\d\d/.test(node.dateTime) ? hms(ms) : hm(ms);
    put(node, `${ymd(ms) === ymd(now) ? "" : ymd(ms) + " "}${time} ${zone(ms)}`);
  }
}
