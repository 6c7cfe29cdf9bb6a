// The neighbours of a page as a graph: the pages that link to it on one side, those it links to on
// the other. Each is a link to its history; pointing at one shows its links to the others.
import {el, svg} from './dom.js';
import {shortened} from './format.js';
import {isWeb, kStates, stateBadge, statusBadge, historyLink} from './parts.js';
import {empty} from './region.js';
import {href} from './router.js';

const kNarrow = 640;     // pixels; in a narrower window one side is below the other
const kRow = 24;         // height of a node's line
const kCharacter = 7.2;  // width of one, about
const kHead = 30;        // room for a side's title
const kEdges = 1500;     // between neighbours; more would take longer to draw than to look at

export function drawNeighbours(graph) {
  if (graph.nodes.length < 2)
    return empty('The crawl found no link to this page and none from it.');
  const model = modelOf(graph);
  const frame = el('div', {class: 'graph'});
  let drawn = 0;
  new ResizeObserver(([{contentRect}]) => {
    const width = Math.floor(contentRect.width);
    if (width < 50 || Math.abs(width - drawn) < 8) return;
    drawn = width;
    const within =
      frame.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    frame.replaceChildren(picture(model, width));
    if (within) frame.querySelector(`[data-key="${CSS.escape(within)}"]`)?.focus();
  }).observe(frame);
  return [frame, legend(model), lists(model)];
}

// {centre, into: [node], from: [node], edges}: a page that is linked both ways is on the side
// that has fewer, once.
function modelOf(graph) {
  const [centre] = graph.nodes;
  const into = new Map();  // edges by the other end
  const out = new Map();
  const others = [];
  for (const edge of graph.edges) {
    if (edge.to === centre.id && edge.from !== centre.id)
      into.set(edge.from, edge);
    else if (edge.from === centre.id && edge.to !== centre.id)
      out.set(edge.to, edge);
    else if (edge.from !== edge.to && others.length < kEdges)
      others.push(edge);
  }
  const nodes =
    graph.nodes.slice(1).map((node) => ({...node, into: into.get(node.id), out: out.get(node.id)}));
  // A title that several share tells nothing.
  for (const node of nodes)
    node.name = node.title && nodes.filter(({title}) => title === node.title).length === 1
      ? node.title
      : nameOf(node.url, centre.url);
  centre.name = centre.title || nameOf(centre.url, '');
  const left = nodes.filter((node) => node.into && !node.out);
  const right = nodes.filter((node) => node.out && !node.into);
  for (const node of nodes.filter((one) => one.into && one.out))
    (left.length < right.length ? left : right).push(node);
  return {centre, left, right, others, moreIn: graph.more_in, moreOut: graph.more_out};
}

function places(model, width) {
  const at = new Map();
  if (width < kNarrow) {
    let y = kHead + kRow / 2;
    const column = (nodes) => nodes.forEach((node) => {
      at.set(node.id, {x: 64, y, side: 1, room: width - 80});
      y += kRow;
    });
    column(model.left);
    y += 10;
    at.set(model.centre.id, {x: 64, y, side: 1, room: width - 110, narrow: true});
    y += kRow + 10;
    const second = y - kRow / 2 + 14;
    y = second + kRow;
    column(model.right);
    return {at, height: y, heads: [{x: 77, y: 16}, {x: 77, y: second}], narrow: true};
  }
  const longest = Math.max(model.left.length, model.right.length, 4);
  const height = kHead + longest * kRow + 8;
  const gap = Math.min(340, width * 0.32);
  const column = (nodes, x, side) => nodes.forEach((node, index) => at.set(node.id, {
    x,
    y: kHead + kRow / 2 + index * kRow + ((longest - nodes.length) * kRow) / 2,
    side,
    room: (width - gap) / 2 - 20,
  }));
  column(model.left, (width - gap) / 2, -1);
  column(model.right, (width + gap) / 2, 1);
  at.set(model.centre.id, {x: width / 2, y: kHead + (longest * kRow) / 2, side: 0, room: gap - 60});
  return {at, height, heads: [{x: 8, y: 16}, {x: width - 8, y: 16, end: true}], narrow: false};
}

function picture(model, width) {
  const {at, height, heads, narrow} = places(model, width);
  const root = svg('svg', {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'group',
    'aria-label': 'Pages that link here, and pages that are linked from here',
  });
  root.append(svg('defs', {}, arrow()));
  const lines = svg('g', {'aria-hidden': 'true'});
  const nodes = svg('g');
  root.append(lines, nodes);
  const titles = [
    `Links here${model.moreIn ? ' (and more)' : ''}`,
    `Linked from here${model.moreOut ? ' (and more)' : ''}`
  ];
  heads.forEach(({x, y, end}, index) => {
    root.append(svg('text', {class: `side ${end ? 'end' : ''}`, x, y}, titles[index]));
  });

  const touching = new Map();  // lines by node
  const line = (from, to, kind, edge) => {
    const follow = edge.rel.includes('nofollow') ? 'nofollow' : '';
    const path = svg('path', {
      d: curve(at.get(from), at.get(to), narrow),
      class: `edge ${kind} ${follow}`,
      'marker-end': 'url(#arrow)',
    });
    lines.append(path);
    for (const id of [from, to]) touching.set(id, [...(touching.get(id) ?? []), path]);
    return path;
  };
  for (const edge of model.others)
    if (at.has(edge.from) && at.has(edge.to)) line(edge.from, edge.to, 'other', edge);
  for (const node of [...model.left, ...model.right]) {
    if (node.into) {
      const path = line(node.id, model.centre.id, 'main', node.into);
      if (node.out) path.setAttribute('marker-start', 'url(#arrow)');
    } else {
      line(model.centre.id, node.id, 'main', node.out);
    }
  }
  nodes.append(nodeOf(model.centre, at.get(model.centre.id), true));
  for (const node of [...model.left, ...model.right]) {
    const drawn = nodeOf(node, at.get(node.id), false);
    const light = (on) => () =>
      touching.get(node.id)?.forEach((path) => path.classList.toggle('lit', on));
    for (const name of ['pointerenter', 'focus']) drawn.addEventListener(name, light(true));
    for (const name of ['pointerleave', 'blur']) drawn.addEventListener(name, light(false));
    nodes.append(drawn);
  }
  return root;
}

function arrow() {
  const attributes =
    {id: 'arrow', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7};
  return svg('marker', {...attributes, orient: 'auto-start-reverse'},
    svg('path', {d: 'M0 0.5 8 4 0 7.5z', class: 'tip'}));
}

function curve(from, to, narrow) {
  if (narrow || from.x === to.x) {
    // An arc beside the column: outside it in a narrow window, else towards the middle.
    const away = narrow ? -1 : -from.side;
    const x = from.x + away * 9;
    const depth = x + away * Math.min(narrow ? 52 : 110, 12 + Math.abs(to.y - from.y) * 0.35);
    return `M${x} ${from.y}C${depth} ${from.y} ${depth} ${to.y} ${x} ${to.y}`;
  }
  const way = Math.sign(to.x - from.x);
  const [x1, x2] =
    [from.x + way * (from.side === 0 ? 14 : 9), to.x - way * (to.side === 0 ? 14 : 9)];
  const middle = (x1 + x2) / 2;
  return `M${x1} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${x2} ${to.y}`;
}

function nodeOf(node, place, centre) {
  const {name} = node;
  const status = node.status === null ? node.state : `${node.state}, status ${node.status}`;
  const oneWay = node.into ? 'links here' : 'linked from here';
  const relation = centre ? 'this page' : node.into && node.out ? 'linked both ways' : oneWay;
  const text = shortened(name, Math.max(6, Math.floor(place.room / kCharacter)));
  const radius = centre ? 9 : 5.5;
  const {x, y, side, room} = place;
  const end = side < 0 ? 'end' : '';
  const below = (line, index) =>
    svg('text', {x, y: y + 28 + index * 16, class: 'name middle'}, line);
  const label = centre && !place.narrow
    ? inLines(name, place).map(below)
    : svg('text', {x: x + side * 13, y: y + 4, class: `name ${end}`}, text);
  const touch = svg('rect', {
    class: 'touch',
    x: side < 0 ? x - room - 12 : x - 12,
    y: y - kRow / 2,
    rx: 4,
    width: side === 0 ? 24 : room + 24,
    height: kRow,
  });
  const inside = [
    svg('title', {}, `${node.url} (${status})`), centre ? null : touch,
    dot(node.state, place, radius), label
  ].flat();
  const said = `${name}, ${relation}`;
  if (centre) return svg('g', {class: 'node centre', role: 'img', 'aria-label': said}, ...inside);
  const link = {href: href('url', {url: node.url}), 'aria-label': `${said}, ${status}`};
  return svg('a', {...link, class: 'node', 'data-key': `node-${node.id}`}, ...inside);
}

// The name below the centre, narrow enough for the space between the edges.
function inLines(name, {room}) {
  const length = Math.max(8, Math.floor(room / 2 / kCharacter));
  if (name.length <= length) return [name];
  const space = name.lastIndexOf(' ', length);
  const end = space > length / 2 ? space : length;
  return [name.slice(0, end), shortened(name.slice(end).trim(), length)];
}

// States differ by shape as well as by colour.
function dot(state, {x, y}, radius) {
  const sign = {
    failed: `M${x - 2.5} ${y - 2.5}l5 5m0-5l-5 5`,
    skipped: `M${x - 2.5} ${y}h5`,
  }[state];
  return svg('g', {class: `dot ${state}`}, svg('circle', {cx: x, cy: y, r: radius}),
    sign ? svg('path', {d: sign}) : null);
}

// The path alone where the host is that of `beside`.
function nameOf(url, beside) {
  if (!isWeb(url)) return url;
  const {origin, host} = new URL(url);
  const path = url.slice(origin.length);
  return url.startsWith(origin) && beside.startsWith(`${origin}/`) ? path : host + path;
}

function legend(model) {
  const has = new Set([model.centre, ...model.left, ...model.right].map(({state}) => state));
  const sample = (state) =>
    svg('svg', {width: 14, height: 14, 'aria-hidden': 'true'}, dot(state, {x: 7, y: 7}, 5.5));
  return el('p', {class: 'legend about'},
    kStates.filter((state) => has.has(state))
      .map((state) => el('span', {}, sample(state), ' ', state)),
    el('span', {},
      'Arrows at both ends: linked both ways. ',
      'Point at a page, or go to it with Tab, to see its links to the others.'));
}

function lists(model) {
  const item = (node, edge) =>
    el('li', {}, node.status === null ? stateBadge(node.state) : statusBadge(node.status), ' ',
      historyLink(node.url, {}, node.name),
      el('span', {class: 'anchor'}, edge.text ? ` “${edge.text}”` : ' no text'));
  const list = (title, items) => el('div', {}, el('h3', {}, title),
    items.length ? el('ul', {class: 'links'}, items) : el('p', {class: 'faint'}, 'None.'));
  const all = [...model.left, ...model.right];
  return el('details', {'data-key': 'around-list'},
    el('summary', {'data-key': 'around-summary'}, 'As a list, with the texts of the links'),
    el('div', {class: 'sides'},
      list('Links here', all.filter((node) => node.into).map((node) => item(node, node.into))),
      list(
        'Linked from here', all.filter((node) => node.out).map((node) => item(node, node.out)))));
}
