// How things were: the daemon's rings, and what came in since they were asked for.
import { ask } from "./daemon.js";
import { millis } from "./format.js";

const shown = { "1h": 3600, "24h": 86400, "60d": 30 * 86400 }; // s
const fresh = { "1h": 1800e3, "24h": 600e3, "60d": 3600e3 }; // ms until it is asked for again
const states = ["locked", "holdover", "acquiring", "starting", "unsynchronized", "fallback", "client"];

// columns of a history; time is in s, offset and bound in ns, as they are drawn. Of a
// step of more than a second there are the medians, and the extremes.
const empty = () => ({ time: [], offset: [], least: [], greatest: [], usual: [], bound: [], frequency: [], celsius: [], rate: [], state: [] });

export class History {
  span = "1h";
  step = 1;
  columns = empty();
  loaded = false; // once: what there is, is known
  #asked = -Infinity;
  #before = null;

  // load asks for the span, unless what there is of it is fresh.
  async load(span = this.span) {
    const same = span === this.span;
    if (same && performance.now() - this.#asked < fresh[span]) return false;
    const h = await ask(`v1/history?span=${span}`);
    const from = millis(h.from) / 1e3;
    const ns = (s) => (s === null ? null : s * 1e9);
    const or = (column, other) => column.map((v, i) => ns(v ?? other[i])); // what an older version has kept has no medians
    const c = {
      time: h.state.map((_, i) => from + i * h.step_seconds),
      offset: or(h.offset_median_seconds, h.offset_seconds), least: h.offset_least_seconds.map(ns), greatest: h.offset_greatest_seconds.map(ns),
      bound: h.bound_seconds.map(ns), usual: or(h.bound_median_seconds, h.bound_seconds),
      frequency: h.frequency_ppm, celsius: h.celsius, rate: h.requests_per_second, state: h.state,
    };
    const begin = Math.max(0, c.time.length - Math.ceil(shown[span] / h.step_seconds));
    for (const name in c) c[name] = c[name].slice(begin);
    [this.span, this.step, this.columns, this.#asked] = [span, h.step_seconds, c, performance.now()];
    this.loaded = true;
    return true;
  }

  // add appends what the daemon says now, while each second is shown.
  add(state, now, [offset, bound, frequency, celsius, requests]) {
    const time = now / 1e3;
    const before = this.#before;
    this.#before = { time, requests };
    const c = this.columns;
    const last = c.time.at(-1) ?? -Infinity;
    if (this.span !== "1h" || time - last < 0.7) return;
    if (time - last > 5) this.#asked = -Infinity; // the daemon knows what was missed
    const seconds = time - (before?.time ?? time);
    const rate = seconds > 0 ? Math.max(0, requests - before.requests) / seconds : null;
    const row = { time, offset, least: offset, greatest: offset, usual: bound, bound, frequency, celsius, rate, state };
    for (const name in c) c[name].push(row[name]);
    while (c.time[0] < time - shown["1h"]) for (const name in c) c[name].shift();
  }

  // stretches are the times in which the state was another one than locked.
  stretches() {
    const { time, state } = this.columns;
    const all = [];
    for (let i = 0; i < time.length; i++) {
      if (state[i] === null || state[i] === "locked" || !states.includes(state[i])) continue;
      const last = all.at(-1);
      if (last && last.state === state[i] && last.end === i) last.end = i + 1;
      else all.push({ state: state[i], begin: i, end: i + 1 });
    }
    return all.map((s) => ({ state: s.state, from: time[s.begin], to: time[s.end] ?? time.at(-1) + this.step }));
  }
}
