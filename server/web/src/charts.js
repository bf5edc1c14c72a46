// The charts over time.
import uPlot from "uplot";
import { $, put } from "./dom.js";
import { bound, fixed, interval, offset, say, scale, ticked, words } from "./format.js";
import { hm, hms, isLocal, ymd, zone } from "./zone.js";

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
const em = (n) => Math.round(n * parseFloat(getComputedStyle(document.documentElement).fontSize)); // px
const sync = uPlot.sync("time"); // the charts share their cursor

// clockTicks writes times of day, and the day where one begins.
function clockTicks(_, splits, __, ___, step) {
  return splits.map((s) => {
    const ms = s * 1e3;
    if (step >= 86400 || hms(ms) === "00:00:00") return ymd(ms).slice(5);
    return step < 60 ? hms(ms) : hm(ms);
  });
}

function axes(...sides) {
  const look = () => ({
    stroke: color("muted"), font: `${em(0.78)}px ${getComputedStyle(document.body).fontFamily}`,
    grid: { stroke: color("line"), width: 1 }, ticks: { show: false }, gap: 6,
  });
  const named = { labelFont: look().font, labelGap: 0, labelSize: em(1.3) };
  return [
    { ...look(), ...named, values: clockTicks, space: em(4.6), size: em(1.7), label: zone(Date.now()) },
    ...sides.map((side) => ({ ...look(), ...named, size: em(4), space: em(2.2), ...side, grid: { ...look().grid, ...side.grid } })),
  ];
}

// shade paints what was not locked behind everything else.
function shade(history) {
  return (u) => {
    const { ctx, bbox } = u;
    ctx.save();
    for (const s of history.stretches()) {
      const from = Math.max(bbox.left, u.valToPos(s.from, "x", true));
      const to = Math.min(bbox.left + bbox.width, Math.max(from + 2, u.valToPos(s.to, "x", true)));
      ctx.fillStyle = color(s.state);
      ctx.globalAlpha = 0.16;
      ctx.fillRect(from, bbox.top, to - from, bbox.height);
    }
    ctx.restore();
  };
}

// limits is a range that holds the bound of now and the usual ones: a start, or an
// hour without a receiver, must not flatten the rest.
function limits(values) {
  const known = values.filter((v) => v !== null);
  if (!known.length) return 1000;
  const now = known.at(-1);
  const sorted = known.sort((a, b) => a - b);
  const usual = sorted[Math.floor(sorted.length / 4)];
  return Math.max(10, Math.min(sorted.at(-1), Math.max(now, usual * 3))) * 1.15;
}

// span is the range of time: a first point alone has no width of its own.
const span = (history) => (_, min, max) => {
  const to = max ?? Date.now() / 1e3;
  return [Math.min(min ?? to, to - 60 * history.step), to];
};

const readTime = (history, i) => {
  const ms = history.columns.time[i] * 1e3;
  return `${history.span === "1h" ? hms(ms) : `${ymd(ms)} ${hm(ms)}`} ${zone(ms)}`;
};
const some = (value, write) => (value === null || value === undefined ? "" : write(value));
const minus = (column) => column.map((v) => (v === null ? null : -v));
const empty = (column) => column.every((v) => v === null);
const joined = (...parts) => parts.filter(Boolean).join(" · ");

function sums(history) {
  const { offset: values, bound: bounds } = history.columns;
  const offsets = values.filter((v) => v !== null);
  if (!offsets.length) return words.nothing_yet;
  const rms = Math.sqrt(offsets.reduce((sum, v) => sum + v * v, 0) / offsets.length);
  return say("rms", { rms: interval(rms / 1e9), bound: bound(Math.max(...bounds.filter((v) => v !== null)) / 1e9) });
}

// bridged leaves gaps of one or two steps out: a second that nobody noted on a busy
// machine.
const bridged = (history) => (u, _, __, ___, gaps) =>
  gaps.filter(([from, to]) => u.posToVal(to, "x", true) - u.posToVal(from, "x", true) > 3.5 * history.step);

// charts describes each: its place, its columns, and what is said of them.
function describe(history) {
  const line = (name, more = {}) => ({ stroke: color(name), width: 1.5, points: { show: false }, gaps: bridged(history), ...more });
  const c = () => history.columns;
  return {
    offset: {
      // The median of each step, within its extremes; of the bound the median, and the greatest.
      columns: () => [c().time, c().bound, minus(c().bound), c().usual, minus(c().usual), c().greatest, c().least, c().offset],
      series: [{}, line("bound-line", { width: 0 }), line("bound-line", { width: 0 }), line("bound-line", { width: 1 }), line("bound-line", { width: 1 }),
        line("accent", { width: 0 }), line("accent", { width: 0 }), line("accent")],
      bands: [{ series: [1, 2], fill: color("bound-fill") }, { series: [5, 6], fill: color("extremes-fill") }],
      scales: { y: { range: () => { const l = limits(c().usual); return [-l, l]; } } },
      axes: axes({ values: (u, splits) => { const s = scale(u.scales.y.max); return ticked(splits.map((v) => v / s.size), " " + s.name); } }),
      none: () => empty(c().offset),
      read: (i) => (i === null ? sums(history) : joined(
        readTime(history, i),
        some(c().offset[i], (v) => offset(v / 1e9)) + some(c().bound[i], (v) => ` ± ${bound(v / 1e9)}`),
        history.step > 1 ? some(c().least[i], (v) => say("extremes", { least: offset(v / 1e9), greatest: offset(c().greatest[i] / 1e9) })) : "",
        some(c().state[i], (state) => words[state === "holdover" ? "holdover_state" : state]),
      )),
    },
    frequency: {
      columns: () => [c().time, c().frequency, c().celsius],
      series: [{}, line("accent"), line("warm", { scale: "celsius" })],
      scales: { y: { range: narrow(0.02, () => c().frequency) }, celsius: { range: narrow(1, () => c().celsius) } },
      axes: axes(
        { label: "ppm", values: (_, splits) => (empty(c().frequency) ? splits.map(() => "") : ticked(splits)), stroke: color("accent") },
        { label: "°C", scale: "celsius", side: 1, size: em(2.8), values: (_, splits) => (empty(c().celsius) ? splits.map(() => "") : ticked(splits)), stroke: color("warm"), grid: { show: false } },
      ),
      none: () => empty(c().frequency) && empty(c().celsius),
      read: (i) => {
        const at = i ?? c().time.length - 1;
        return joined(i === null ? "" : readTime(history, i), some(c().frequency[at], (f) => fixed(f, 3, " ppm")), some(c().celsius[at], (t) => fixed(t, 1, " °C"))) || words.nothing_yet;
      },
    },
    rate: {
      columns: () => [c().time, c().rate],
      series: [{}, line("accent", { fill: color("bound-fill"), paths: uPlot.paths.stepped({ align: 1 }) })],
      scales: { y: { range: (_, __, max) => [0, Math.max(1, max * 1.1 || 1)] } },
      axes: axes({ label: words.rate_axis, values: (_, splits) => ticked(splits) }),
      none: () => empty(c().rate),
      read: (i) => {
        if (i !== null) return joined(readTime(history, i), some(c().rate[i], (n) => say("rate_at", { n: fixed(n, n < 10 ? 1 : 0) })));
        const last = c().rate.slice(-Math.ceil(60 / history.step)).filter((n) => n !== null);
        if (!last.length) return words.nothing_yet;
        const mean = last.reduce((sum, n) => sum + n, 0) / last.length;
        return say("per_second", { n: fixed(mean, mean < 10 ? 1 : 0) });
      },
    },
  };
}

// narrow is a range that holds 98 of 100 values, and the newest; but never less than so
// much: how it began, or one that is far off, must not flatten the rest.
function narrow(least, values) {
  return () => {
    const known = values().filter((v) => v !== null);
    if (!known.length) return [0, least];
    const newest = known.at(-1);
    known.sort((a, b) => a - b);
    const at = (part) => known[Math.round(part * (known.length - 1))];
    const min = Math.min(newest, at(0.01)), max = Math.max(newest, at(0.99));
    const half = Math.max(least, (max - min) * 1.2) / 2;
    return [(min + max) / 2 - half, (min + max) / 2 + half];
  };
}

export class Charts {
  #history;
  #plots = {};
  #made;

  constructor(history) {
    this.#history = history;
    this.make();
    const sizes = new ResizeObserver(() => {
      for (const { plot, place } of Object.values(this.#plots)) plot.setSize(this.#size(place));
    });
    for (const { place } of Object.values(this.#plots)) sizes.observe(place);
  }

  #size(place) {
    return { width: Math.max(200, place.clientWidth), height: place.clientHeight };
  }

  // make draws all of them anew, as when the colours have changed.
  make() {
    this.#made = describe(this.#history);
    for (const [name, d] of Object.entries(this.#made)) {
      this.#plots[name]?.plot.destroy();
      const place = $(name + "-chart");
      const options = {
        ...this.#size(place),
        series: d.series, bands: d.bands, axes: d.axes, padding: [8, d.axes.length > 2 ? 0 : 10, 0, 0],
        scales: { x: { time: true, range: span(this.#history) }, ...d.scales },
        legend: { show: false },
        tzDate: (s) => (isLocal() ? new Date(s * 1e3) : uPlot.tzDate(new Date(s * 1e3), "UTC")),
        cursor: { y: false, points: { size: 6 }, drag: { x: false }, sync: { key: sync.key, setSeries: false } },
        hooks: { drawClear: [shade(this.#history)], setCursor: [() => this.#read(name)] },
      };
      this.#plots[name] = { place, plot: new uPlot(options, d.columns(), place) };
    }
    this.update();
  }

  #read(name) {
    const said = this.#made[name].read(this.#plots[name]?.plot.cursor.idx ?? null);
    put(name + "-readout", said);
  }

  update() {
    document.documentElement.toggleAttribute("data-history", this.#history.loaded);
    for (const [name, { plot, place }] of Object.entries(this.#plots)) {
      if (this.#history.loaded) place.closest("section").toggleAttribute("data-empty", this.#made[name].none());
      plot.setData(this.#made[name].columns());
      this.#read(name);
      place.setAttribute("aria-label", `${place.closest("section").querySelector("h2").textContent}: ${this.#made[name].read(null)}`);
    }
  }
}
