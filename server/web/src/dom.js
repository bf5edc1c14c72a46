// Small things that the panels are made of. Text is always text: nothing that the
// daemon says is taken for markup.
export const $ = (id) => document.getElementById(id);

// put changes a text only when it is another one, so that nothing is announced
// or laid out again without a cause.
export function put(node, text) {
  if (typeof node === "string") node = $(node);
  if (node && node.textContent !== text) node.textContent = text;
}

export function make(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function draw(name, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// canvas is a drawing of so many units that says what it shows.
export const canvas = (width, height, label) =>
  draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });

export const text = (x, y, words, attributes = {}) => draw("text", { x, y, ...attributes }, words);
