// Rows as a table: figures right-aligned, URLs as links to their histories, columns to sort by.
import {el} from './dom.js';
import {bytes, milliseconds, number, plural, time} from './format.js';
import {isWeb, none, reasonText, stateBadge, statusBadge, historyLink, withLinks} from './parts.js';

const kLong = 28;  // characters of a cell that may be broken into lines

// What a column's name says about its cells.
function content(name, value) {
  if (value === null || value === '') return none();
  if (name === 'state') return stateBadge(value);
  if (name === 'status' && typeof value === 'number') return statusBadge(value);
  if (name === 'reason') return reasonText(value);
  if (typeof value === 'number') {
    if (/(^|_)bytes$/.test(name))
      return el('span', {title: `${number(value)} bytes`}, bytes(value));
    if (/_ms$/.test(name)) return milliseconds(value);
    return /(^|_)(id|group)$/.test(name) ? String(value) : number(value);
  }
  if (/_at$/.test(name)) return el('time', {datetime: value, title: `${value} (UTC)`}, time(value));
  if (name === 'content_type') return el('span', {title: value}, value.split(';')[0]);
  if (isWeb(value)) return historyLink(value);
  return withLinks(value);
}

// As it is in the file: for results of SQL.
function raw(name, value) {
  if (value === null) return el('span', {class: 'none'}, 'NULL');
  return isWeb(value) ? historyLink(value) : String(value);
}

const kTitles = {
  url: 'URL',
  urls: 'URLs',
  total_ms: 'Time',
  mean_ms: 'Mean time',
  first_byte_ms: 'First byte',
  body_bytes: 'Size',
  wire_bytes: 'On the wire',
  fetched_at: 'Fetched (UTC)',
  content_type: 'Type',
  to_url: 'To',
  from_url: 'From',
};

function columnTitle(name) {
  if (kTitles[name]) return kTitles[name];
  const text = name.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// `rows`: a reply with columns and rows. Options:
//   key       names the table, so that it stays where it was scrolled to
//   caption   what the table holds, for those who do not see it
//   sort, dir the column it is sorted by; onsort(column, direction): columns can be sorted by
//   cells     {column: (value, row) => content}, in the place of the usual
//   titles    {column: title}; hidden, unsorted: columns that are left out, or not sorted by
//   raw       show values and columns as they are in the file
//   stacked   in a narrow window each row becomes a block
export function dataTable(rows, options) {
  const shown = rows.columns.map((name, index) => ({name, index}))
                  .filter(({name}) => !options.hidden?.includes(name));
  for (const column of shown)
    column.numeric = rows.rows.some((row) => typeof row[column.index] === 'number') &&
      rows.rows.every((row) => row[column.index] === null || typeof row[column.index] === 'number');
  const title = ({name}) => options.titles?.[name] ?? (options.raw ? name : columnTitle(name));
  const head =
    el('tr', {role: 'row'}, shown.map((column) => headCell(column, title(column), options)));
  const named = (row) => Object.fromEntries(rows.columns.map((name, index) => [name, row[index]]));
  const cell = (row, column) => {
    const value = row[column.index];
    const special = options.cells?.[column.name];
    const inside = special ? special(value, named(row))
                           : (options.raw ? raw : content)(column.name, value);
    const kind = [
      column.numeric ? 'figure' : '',
      typeof value === 'string' && value.length > kLong ? 'long' : '',
      value === null || value === '' ? 'blank' : '',
      `column-${column.name.replace(/[^a-z_]/gi, '')}`
    ];
    const attributes = {class: kind.filter(Boolean).join(' '), 'data-title': title(column)};
    return el('td', {role: 'cell', ...attributes}, inside);
  };
  const body =
    rows.rows.map((row) => el('tr', {role: 'row'}, shown.map((column) => cell(row, column))));
  // Browsers need roles to see the blocks of a narrow window as a table.
  const style = `data ${options.stacked ? 'stacked' : ''} ${options.raw ? 'raw' : ''}`;
  const table = el('table', {class: style, role: 'table'},
    el('caption', {class: 'unseen'}, options.caption), el('thead', {role: 'rowgroup'}, head),
    el('tbody', {role: 'rowgroup'}, body));
  const frame = {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': options.caption};
  return el('div', {...frame, 'data-key': `${options.key}-scroll`}, table);
}

function headCell(column, title, options) {
  const attributes = {role: 'columnheader', scope: 'col', class: column.numeric && 'figure'};
  if (!options.onsort || options.unsorted?.includes(column.name))
    return el('th', attributes, title);
  const now = options.sort === column.name ? options.dir ?? 'asc' : '';
  const first = column.numeric ? 'desc' : 'asc';  // the largest, or from A
  const next = now === '' ? first : now === 'asc' ? 'desc' : 'asc';
  const arrow = {asc: '▲', desc: '▼'}[now] ?? '';
  const key = `${options.key}-sort-${column.name}`;
  const button = el('button', {type: 'button', class: 'sort', 'data-key': key}, title,
    el('span', {class: 'arrow', 'aria-hidden': 'true'}, arrow));
  button.addEventListener('click', () => options.onsort(column.name, next));
  const order = {asc: 'ascending', desc: 'descending'}[now];
  return el('th', {...attributes, 'aria-sort': order}, button);
}

// Rows sorted here, where they are all here: figures by value, texts by the alphabet, nothing last.
export function sorted(rows, column, direction) {
  const index = rows.columns.indexOf(column);
  if (index < 0) return rows;
  const sign = direction === 'desc' ? -1 : 1;
  const order = [...rows.rows].sort((one, other) => {
    const [a, b] = [one[index], other[index]];
    if (a === null || b === null) return (a === null) - (b === null);
    if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
    return sign * String(a).localeCompare(String(b), 'en');
  });
  return {...rows, rows: order};
}

// '101–200 of 7,040 URLs' and the way to the pages before and after; `turn(offset)`.
export function pager(offset, limit, shown, total, turn, what) {
  if (offset === 0 && shown >= total) return el('p', {class: 'faint count'}, plural(total, what));
  const arrow = (text) => el('span', {'aria-hidden': 'true'}, text);
  const button = (key, disabled, to, ...text) => el('button', {
    type: 'button', 'data-key': key, disabled, onclick: () => turn(to),
  }, ...text);
  const before = Math.max(0, offset - limit);
  const previous = button('pager-previous', offset === 0, before, arrow('← '), 'Previous');
  const last = offset + shown >= total;
  const next = button('pager-next', last, offset + limit, 'Next', arrow(' →'));
  return el('nav', {class: 'pager', 'aria-label': 'Pages of the table'}, previous,
    el('span', {class: 'range'},
      `${number(offset + 1)}–${number(offset + shown)} of ${plural(total, what)}`),
    next);
}
