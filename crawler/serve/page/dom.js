// Elements, made by calls alone: text from the crawl is never read as markup.

const kSvg = 'http://www.w3.org/2000/svg';

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on'))
      node.addEventListener(name.slice(2), value);
    else
      node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

// el('a', {href: '#/pages', onclick: f}, 'text', node, [nodes]): strings become text.
export function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(kSvg, tag), attributes, children);
}

// What a screen reader hears and nobody sees.
export function unseen(text) {
  return el('span', {class: 'unseen'}, text);
}

let quiet = false;

// Says `text` to a screen reader, once what it says now is over.
export function announce(text) {
  const said = document.getElementById('said');
  if (!quiet && said.textContent !== text) said.textContent = text;
}

// Announces nothing until `act` is done: for updates without a user's action.
export async function quietly(act) {
  quiet = true;
  try {
    await act();
  } finally {
    quiet = false;
  }
}

// Replaces what `region` holds by `children`. A user who was at an element there, or had
// scrolled or opened one, is still so afterwards: elements are the same if their data-key is.
export function swap(region, ...children) {
  const keyed = (node) => [...node.querySelectorAll('[data-key]')];
  const active = region.contains(document.activeElement)
    ? document.activeElement.closest('[data-key]')?.dataset.key
    : undefined;
  const before = new Map(keyed(region).map((node) => [node.dataset.key, node]));
  const left = new Map([...before].map(([key, node]) => [key, node.scrollLeft]));
  const inside = document.createDocumentFragment();
  inside.append(...children.flat(Infinity).filter((child) => child));
  // What is open is so before it is in its place, or the window would have to scroll back.
  for (const node of keyed(inside)) if (before.get(node.dataset.key)?.open) node.open = true;
  region.replaceChildren(inside);
  for (const node of keyed(region)) {
    if (left.get(node.dataset.key)) node.scrollLeft = left.get(node.dataset.key);
    if (active === node.dataset.key) node.focus({preventScroll: true});
  }
}

// `act`, once nothing has happened for `milliseconds`.
export function debounced(act, milliseconds) {
  let timer = 0;
  const later = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...values), milliseconds);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}
