// Charts. Each is readable as text too: bars are in a table beside their figures, columns have
// figures and a table.
import {el, svg} from './dom.js';
import {compact, count, share} from './format.js';

// A card with a heading.
export function card(title, about, ...content) {
  return el('section', {class: 'card'}, el('h2', {}, title),
    about ? el('p', {class: 'about'}, about) : null, ...content);
}

// `bars`: [{label (node or text), value, kind (class of colour)}], as rows of a table: the bar's
// length is its share of the longest.
export function barTable(bars, title, what) {
  const whole = bars.reduce((sum, bar) => sum + bar.value, 0);
  const longest = Math.max(1, ...bars.map((bar) => bar.value));
  const row = (bar) => el('tr', {}, el('th', {scope: 'row'}, bar.label),
    el('td', {class: 'bar', 'aria-hidden': 'true'}, barOf(bar.value / longest, bar.kind)),
    el('td', {class: 'figure'}, count(bar.value)),
    el('td', {class: 'figure faint'}, share(bar.value, whole)));
  const names = [what, 'Bar', 'Count', 'Share'].map((name) => el('th', {scope: 'col'}, name));
  return el('table', {class: 'bars'}, el('caption', {class: 'unseen'}, title),
    el('thead', {class: 'unseen'}, el('tr', {}, names)), el('tbody', {}, bars.map(row)));
}

function barOf(part, kind) {
  const width = `${Math.max(part > 0 ? 0.8 : 0, 100 * part).toFixed(2)}%`;
  return svg('svg', {class: 'bar', height: 12, width: '100%'},
    svg('rect', {class: 'groove', width: '100%', height: 12, rx: 2}),
    svg('rect', {class: `ink ${kind ?? ''}`, width, height: 12, rx: 2}));
}

// One bar of parts: [{value, kind}], with gaps between them and a legend.
export function stackedBar(parts, height = 16) {
  const whole = parts.reduce((sum, part) => sum + part.value, 0) || 1;
  const bar = svg(
    'svg', {class: 'stacked', height, width: '100%', 'aria-hidden': 'true', focusable: 'false'});
  let from = 0;
  for (const part of parts.filter(({value}) => value > 0)) {
    const width = (100 * part.value) / whole;
    const x = `${from.toFixed(3)}%`;
    bar.append(svg('rect', {class: `ink ${part.kind}`, x, width: `${width.toFixed(3)}%`, height}));
    if (from > 0) bar.append(svg('rect', {class: 'gap', x, width: 2, height}));
    from += width;
  }
  return bar;
}

const kWidth = 400;
const kHeight = 190;
const kTop = 18;      // room for a figure over the highest column
const kBottom = 24;   // for the labels
const kColumns = 24;  // more would be too thin to read: neighbours are put together
const kFigures = 16;  // up to so many columns there is room for a figure over each

// Columns side by side: [{label, value, name (the label in full), href}].
export function columnChart(columns, title, what) {
  const drawn = merged(columns);
  const highest = Math.max(1, ...drawn.map((column) => column.value));
  const step = kWidth / drawn.length;
  const room = kHeight - kTop - kBottom;
  const every = Math.ceil((Math.max(...drawn.map(({label}) => label.length)) * 6.4 + 6) / step);
  const picture = svg('svg',
    {class: 'columns', viewBox: `0 0 ${kWidth} ${kHeight}`, role: 'group', 'aria-label': title},
    svg('line', {class: 'axis', x1: 0, x2: kWidth, y1: kHeight - kBottom, y2: kHeight - kBottom}));
  drawn.forEach((column, index) => {
    const height = column.value === 0 ? 0 : Math.max(2, (room * column.value) / highest);
    const middle = index * step + step / 2;
    const width = Math.min(44, step * 0.76);
    const top = kHeight - kBottom - height;
    const figure = compact(column.value);
    const name = `${column.name}: ${count(column.value)}`;
    const drawing = [
      svg('title', {}, name),
      svg('rect', {class: 'touch', x: index * step, y: kTop, width: step, height: room}),
      svg('rect', {class: 'ink', x: middle - width / 2, y: top, width, height, rx: 1.5}),
      drawn.length > kFigures ? null
                              : svg('text', {class: 'value', x: middle, y: top - 5}, figure),
      index % every ? null : svg('text', {class: 'label', x: middle, y: kHeight - 7}, column.label),
    ];
    const link = {href: column.href, 'data-key': `${title}-${column.name}`};
    picture.append(column.href ? svg('a', {...link, 'aria-label': name}, ...drawing)
                               : svg('g', {role: 'img', 'aria-label': name}, ...drawing));
  });
  return [picture, asTable(columns, title, what)];
}

function merged(columns) {
  if (columns.length <= kColumns) return columns;
  const together = Math.ceil(columns.length / kColumns);
  const out = [];
  for (let at = 0; at < columns.length; at += together) {
    const group = columns.slice(at, at + together);
    out.push({
      label: group[0].label,
      name: `${group[0].name} to ${group[group.length - 1].name}`,
      value: group.reduce((sum, column) => sum + column.value, 0),
    });
  }
  return out;
}

function asTable(columns, title, what) {
  const row = ({name, value}) => el('tr', {}, el('th', {scope: 'row'}, name),
    el('td', {class: 'figure'}, count(value)));
  return el('details', {class: 'figures', 'data-key': `${title}-table`},
    el('summary', {'data-key': `${title}-summary`}, 'As a table'),
    el('table', {class: 'plain'}, el('caption', {class: 'unseen'}, title),
      el('thead', {},
        el('tr', {}, el('th', {scope: 'col'}, what),
          el('th', {scope: 'col', class: 'figure'}, 'Count'))),
      el('tbody', {}, columns.map(row))));
}
