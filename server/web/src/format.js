// Values as people read them, in the same way as server/human and amount.go.
export const words = JSON.parse(document.getElementById("words").textContent);

export const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

const units = [[1, " ns"], [1e3, " µs"], [1e6, " ms"], [1e9, " s"]];

// write writes ns, which is rounded already, with a number less than 100.
function write(ns) {
  for (const [size, name] of units) {
    if (ns >= 100 * size) continue;
    const digits = size === 1 || ns >= 10 * size ? 0 : ns >= size ? 1 : 2;
    return (ns / size).toFixed(digits) + name;
  }
  return duration(ns / 1e9);
}

function rounded(seconds, round) {
  const ns = Math.round(seconds * 1e9);
  let step = 1;
  while (ns < 100e9 && Math.floor(ns / step) >= 100) step *= 10;
  return write(round(ns / step) * step);
}

// interval is a small interval with two digits; bound is rounded up, since a
// limit must not be claimed smaller than it is.
export const interval = (s) => (s < 0 ? "−" + interval(-s) : rounded(s, Math.round));
export const bound = (s) => rounded(s, Math.ceil);
export const offset = (s) => (Math.round(s * 1e9) > 0 ? "+" : "") + interval(s);
export const fixed = (v, digits, unit = "") => v.toFixed(digits).replace("-", "−") + unit;

// count is a whole number in groups of three, apart by a thin space.
export const count = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");

// ticked writes the values of an axis, with as many decimals as tell them apart.
export function ticked(values, unit = "") {
  const step = Math.abs(values[1] - values[0]) || 1;
  let digits = 0;
  while (digits < 6 && Math.abs(Math.round(step * 10 ** digits) / 10 ** digits / step - 1) > 1e-3) digits++;
  return values.map((v) => fixed(v, digits, unit));
}

export function duration(s) {
  s = Math.floor(s);
  if (s < 60) return `${s} ${words.second}`;
  if (s < 3600) return `${Math.floor(s / 60)} ${words.minute} ${s % 60} ${words.second}`;
  if (s < 86400) return `${Math.floor(s / 3600)} ${words.hour} ${Math.floor(s / 60) % 60} ${words.minute}`;
  return `${Math.floor(s / 86400)} ${words.day} ${Math.floor(s / 3600) % 24} ${words.hour}`;
}

// scale is the unit in which all of an axis is written: its size in ns, its name.
export function scale(ns) {
  for (const [size, name] of units) if (ns < 1000 * size) return { size, name: name.trim() };
  return { size: 1e9, name: "s" };
}

// amount reads in ns what interval has written.
export function amount(text) {
  const unit = units.find(([, name]) => text.endsWith(name));
  return unit ? Number.parseFloat(text) * unit[0] : 0;
}

// millis reads a time of the daemon's, whose nanoseconds a Date would not keep.
export function millis(text) {
  return Date.parse(text.slice(0, 19) + "Z") + Number("0" + text.slice(19, -1)) * 1e3;
}
