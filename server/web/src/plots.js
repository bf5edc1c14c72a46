// What is drawn as it is now: sky, signals, scatter of the pulses, Allan deviation.
import { $, canvas, draw, put, text } from "./dom.js";
import { count, duration, interval, offset, say, scale, ticked, words } from "./format.js";

const letters = { gps: "G", glonass: "R", galileo: "E", beidou: "C", qzss: "J", navic: "I", sbas: "S", unknown: "?" };
const order = Object.keys(letters);
const system = (name) => words[name] ?? name;
const name = (s) => letters[s.system] + String(s.number).padStart(2, "0");

function describe(s) {
  const parts = [`${name(s)} ${system(s.system)}`];
  if (s.elevation_degrees !== null) parts.push(say("elevation", { n: s.elevation_degrees }));
  if (s.azimuth_degrees !== null) parts.push(say("azimuth", { n: s.azimuth_degrees }));
  parts.push(s.cn0_dbhz === null ? words.not_received : `${s.cn0_dbhz} dB-Hz`);
  return parts.join(", ");
}

const sorted = (all) => [...all].sort((a, b) => order.indexOf(a.system) - order.indexOf(b.system) || a.number - b.number);

// room is what there is for a drawing, in px.
function room(id) {
  const em = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.8;
  const place = $(id);
  return { width: Math.max(200, place.clientWidth), height: place.clientHeight, em };
}

function title(node, words) {
  node.append(draw("title", {}, words));
  return node;
}

// aged is what is said of a plot, with its age when that is too much: then it is grey.
function aged(panel, news, said) {
  const stale = news.age_seconds !== undefined;
  $(panel).toggleAttribute("data-stale", stale);
  return stale ? `${say("stale", { duration: duration(news.age_seconds) })} · ${said}` : said;
}

// named are the satellites of the news.
const named = (news) => news.satellites.map(([system, number, elevation_degrees, azimuth_degrees, cn0_dbhz, used]) => ({ system, number, elevation_degrees, azimuth_degrees, cn0_dbhz, used }));

export function sky(news) {
  const answer = { ...news, satellites: named(news) };
  $("p-sky").toggleAttribute("data-empty", !answer.satellites.some((s) => s.elevation_degrees !== null && s.azimuth_degrees !== null));
  const summary = answer.satellites.length ? say("sky_count", { used: answer.used ?? "–", view: answer.in_view ?? answer.satellites.length }) : words.sky_none;
  put("sky-readout", aged("p-sky", news, summary));
  const plot = canvas(320, 320, summary);
  const c = 160, r = 138;
  for (const elevation of [0, 30, 60]) plot.append(draw("circle", { class: "grid", cx: c, cy: c, r: (r * (90 - elevation)) / 90 }));
  plot.append(draw("path", { class: "grid", d: `M${c - r} ${c}H${c + r}M${c} ${c - r}V${c + r}` }));
  const sides = [[words.north, c, 14], [words.east, 311, c + 4], [words.south, c, 315], [words.west, 9, c + 4]];
  for (const [word, x, y] of sides) plot.append(text(x, y, word, { class: "mid label side" }));
  for (const s of sorted(answer.satellites).sort((a, b) => (a.used === true) - (b.used === true))) { // used ones on top
    if (s.elevation_degrees === null || s.azimuth_degrees === null) continue;
    const far = (r * (90 - Math.max(0, s.elevation_degrees))) / 90;
    const angle = (s.azimuth_degrees * Math.PI) / 180;
    const x = c + far * Math.sin(angle), y = c - far * Math.cos(angle);
    const mark = draw("g", { class: `satellite ${s.system}`, "data-used": s.used === true, "data-name": name(s) },
      draw("circle", { cx: x, cy: y, r: 10.5 }), text(x, y + 3.2, name(s), { class: "mid" }));
    plot.append(title(mark, describe(s)));
  }
  $("sky").replaceChildren(plot);
}

export function signals(news) {
  const all = sorted(named(news));
  $("p-signals").toggleAttribute("data-empty", all.length === 0);
  put("signals-readout", aged("p-signals", news, all.length ? words.signal_axis : words.sky_none));
  const { em } = room("signals");
  const most = 55, height = 10 * em, wide = 1.75 * em;
  const groups = order.map((system) => all.filter((s) => s.system === system)).filter((g) => g.length);
  const list = document.createElement("div");
  list.className = "groups";
  for (const group of groups) {
    const width = Math.max(group.length * wide, 5 * em);
    const plot = canvas(width, height + 3 * em, system(group[0].system));
    plot.setAttribute("width", width);
    plot.setAttribute("height", height + 3 * em);
    for (const db of [20, 40]) plot.append(draw("path", { class: "grid", d: `M0 ${height - (db / most) * height}H${width}` }));
    group.forEach((s, i) => {
      const tall = Math.max(1.5, (Math.min(most, s.cn0_dbhz ?? 0) / most) * height);
      const bar = draw("g", { class: `satellite ${s.system}`, "data-used": s.used === true, "data-name": name(s) },
        draw("rect", { x: (i + 0.18) * wide, y: height - tall, width: 0.64 * wide, height: tall, rx: 2 }));
      if (s.cn0_dbhz !== null) bar.append(text((i + 0.5) * wide, height - tall - 0.3 * em, String(s.cn0_dbhz), { class: "mid value" }));
      plot.append(title(bar, describe(s)), text((i + 0.5) * wide, height + 1.15 * em, String(s.number), { class: "mid label" }));
    });
    plot.append(text(0.18 * wide, height + 2.6 * em, system(group[0].system), { class: `name ${group[0].system}` }));
    list.append(plot);
  }
  $("signals").replaceChildren(list);
}

// bars are those of a histogram, in s. The first and the last reach as far as the worst
// pulse: they are drawn as wide as the others, which would be thin beside them.
function bars(news) {
  const all = news.counts.map((n, i) => ({ from: news.edges[i] / 1e9, to: news.edges[i + 1] / 1e9, count: n, open: "" }));
  for (const b of all) b.said = `${offset(b.from)} … ${offset(b.to)}: ${b.count}`;
  if (all.length < 3) return all;
  const width = all[1].to - all[1].from;
  const first = all[0], last = all.at(-1);
  if (first.to - first.from > 1.5 * width) [first.from, first.open] = [first.to - width, "≤"];
  if (last.to - last.from > 1.5 * width) [last.to, last.open] = [last.from + width, "≥"];
  return all;
}

export function histogram(news) {
  const readout = news.count ? say("pulse_count", { n: count(news.count), rms: news.jitter === null ? "–" : interval(news.jitter / 1e9) }) : words.nothing_yet;
  const all = bars(news);
  $("p-pulse").toggleAttribute("data-empty", all.length === 0);
  put("pulse-readout", aged("p-pulse", news, readout));
  const { width, height, em } = room("histogram");
  const left = 3.2 * em, bottom = 3 * em, top = 0.8 * em, right = 1.6 * em;
  const plot = canvas(width, height, `${words.pulse_histogram}: ${readout}`);
  if (all.length) {
    const from = all[0].from, to = all.at(-1).to, most = Math.max(...all.map((b) => b.count), 1);
    const x = (s) => left + ((s - from) / (to - from)) * (width - left - right);
    const y = (n) => height - bottom - (n / most) * (height - bottom - top);
    for (const n of new Set([most, Math.round(most / 2)])) plot.append(draw("path", { class: "grid", d: `M${left} ${y(n)}H${width - right}` }), text(left - 0.5 * em, y(n) + 4, count(n), { class: "end label" }));
    for (const b of all) {
      const wide = Math.max(1, x(b.to) - x(b.from) - 1.5);
      plot.append(title(draw("rect", { class: b.open ? "bar open" : "bar", x: x(b.from), y: y(b.count), width: wide, height: y(0) - y(b.count), rx: 1.5, "data-count": b.count }), b.said));
    }
    plot.append(draw("path", { class: "axis", d: `M${left} ${y(0)}H${width - right}` }));
    const unit = scale(Math.max(Math.abs(from), Math.abs(to)) * 1e9);
    const places = ticks(from, to, Math.min(5, Math.floor((width - left) / (5 * em))));
    const labels = ticked(places.map((s) => (s * 1e9) / unit.size), " " + unit.name);
    places.forEach((s, i) => plot.append(draw("path", { class: "axis", d: `M${x(s)} ${y(0)}v${0.3 * em}` }), text(x(s), y(0) + 1.4 * em, labels[i], { class: "mid label" })));
    plot.append(text((left + width - right) / 2, height - 0.3 * em, words.pulse_axis, { class: "mid label" }));
    const mean = news.mean === null ? NaN : news.mean / 1e9;
    if (mean >= from && mean <= to) plot.append(draw("path", { class: "mean", d: `M${x(mean)} ${top}V${y(0)}` }));
  }
  $("histogram").replaceChildren(plot);
}

// ticks are round values between two others, so many at most.
function ticks(from, to, most) {
  const rough = (to - from) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
  const all = [];
  for (let i = Math.ceil(from / step); i * step <= to; i++) all.push(i * step);
  return all;
}

const raised = (n) => String(n).replace("-", "⁻").replace(/\d/g, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]);

export function allan(news) {
  const points = news.allan.map(([tau, deviation]) => ({ tau, deviation }));
  $("p-allan").toggleAttribute("data-empty", points.length === 0);
  put("allan-readout", aged("p-allan", news, points.length ? words.allan_axis : words.nothing_yet));
  const { width, height, em } = room("allan");
  const left = 3.2 * em, bottom = 3 * em, top = 0.8 * em, right = 1.6 * em;
  const plot = canvas(width, height, `${words.allan}: ${points.map((p) => `${p.tau} s ${p.deviation.toExponential(1)}`).join(", ")}`);
  if (points.length) {
    const low = Math.floor(Math.log10(Math.min(...points.map((p) => p.deviation))));
    const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...points.map((p) => p.deviation)))));
    const end = Math.max(1, Math.log10(points.at(-1).tau));
    const x = (s) => left + (Math.log10(s) / end) * (width - left - right);
    const y = (d) => top + ((high - Math.log10(d)) / (high - low)) * (height - bottom - top);
    for (let e = low; e <= high; e++) plot.append(draw("path", { class: "grid", d: `M${left} ${y(10 ** e)}H${width - right}` }), text(left - 0.5 * em, y(10 ** e) + 4, "10" + raised(e), { class: "end label" }));
    for (let e = 0; e <= end; e++) plot.append(draw("path", { class: "grid", d: `M${x(10 ** e)} ${top}V${height - bottom}` }), text(x(10 ** e), height - bottom + 1.4 * em, `${10 ** e} s`, { class: "mid label" }));
    plot.append(text((left + width - right) / 2, height - 0.3 * em, words.allan_tau, { class: "mid label" }));
    plot.append(draw("path", { class: "line", d: "M" + points.map((p) => `${x(p.tau).toFixed(1)} ${y(p.deviation).toFixed(1)}`).join("L") }));
    for (const p of points) plot.append(title(draw("circle", { class: "dot", cx: x(p.tau), cy: y(p.deviation), r: 3.5 }), `${p.tau} s: ${p.deviation.toExponential(2)}`));
  }
  $("allan").replaceChildren(plot);
}
