// The panels that are text.
import { $, make, put } from "./dom.js";
import { bound, count, duration, fixed, hms, interval, millis, offset, say, words, ymd } from "./format.js";

const some = (value, write) => (value === null || value === undefined ? words.nothing : write(value));

// figures are what is looked at first.
export function figures(s) {
  const { satellites_used: used, satellites_in_view: view } = s.receiver;
  put("offset", some(s.offset_seconds, offset));
  put("bound", some(s.bound_seconds, (b) => "± " + bound(b)));
  put("jitter", some(s.jitter_seconds, interval));
  put("frequency", some(s.frequency_ppm, (f) => fixed(f, 3, " ppm")));
  put("temperature", some(s.temperature.celsius, (c) => fixed(c, 1, " °C")));
  put("satellites", some(used, () => (view === null || view < used ? String(used) : say("used_of", { used, view }))));
  put("stratum", s.stratum > 0 && s.refid !== null ? `${s.stratum} · ${s.refid}` : words.stratum_none);
  put("requests", count(s.servers.reduce((n, l) => n + l.requests, 0)));
}

export function budget(s) {
  const parts = s.budget ?? {};
  const bars = ["pulse", "latency", "edge", "receiver", "loop", "holdover"].map((name) => {
    const seconds = parts[name + "_seconds"];
    put("b-" + name, some(seconds, interval));
    const bar = make("i", { "data-part": name });
    bar.style.flexGrow = Math.max(0, (seconds ?? 0) * 1e9);
    return bar;
  });
  $("budget-bar").replaceChildren(...bars);
}

const most = 8; // clients that are listed

export function clients(all) {
  const rows = [...all].sort((a, b) => b.requests - a.requests || (a.address < b.address ? -1 : 1)).slice(0, most).map((c) =>
    make("tr", {}, make("td", {}, c.address), make("td", { class: "n" }, count(c.requests)),
      make("td", { class: "n wide" }, some(c.poll_seconds, duration)), make("td", { class: "n" }, say("ago", { duration: duration(c.last_seen_age_seconds) }))));
  $("clients").tBodies[0].replaceChildren(...rows);
  $("clients").hidden = all.length === 0;
  put("clients-readout", all.length === 0 ? words.no_clients : all.length > most ? say("clients_more", { n: most, all: all.length }) : say("clients_all", { n: all.length }));
}

export function past(alarms) {
  const over = alarms.filter((a) => a.cleared !== null);
  $("past-alarms").toggleAttribute("data-none", over.length === 0);
  put("past-count", String(over.length));
  $("past").replaceChildren(...over.slice(0, 20).map((a) => {
    const from = millis(a.raised), to = millis(a.cleared);
    return make("li", { "data-severity": a.severity }, make("b", { class: "unseen" }, `${words[a.severity]}: `), make("strong", {}, a.text),
      make("span", {}, say("lasted", { time: `${ymd(from)} ${hms(from)}`, duration: duration(Math.max(0, to - from) / 1e3) })));
  }));
}
