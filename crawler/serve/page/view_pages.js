// Every URL of the crawl, in a table with filters, which are in the address.
import {ask, askSummary} from './api.js';
import {announce, debounced, el} from './dom.js';
import {plural, statusName, words} from './format.js';
import {heading, kStates, historyLink} from './parts.js';
import {empty, Region} from './region.js';
import {go, href} from './router.js';
import {dataTable, pager} from './table.js';

const kRows = 100;
const kTypingMs = 250;
const kFilters = ['q', 'state', 'reason', 'status', 'host', 'type', 'depth'];

export function open(main) {
  const region = new Region();
  let asked = {};
  const change = (changes, replace = false) =>
    go(href('pages', {...asked, offset: '', ...changes}), replace);
  const fields = makeFields(change);
  const clear = el('a', {href: href('pages'), class: 'button'}, 'Clear');
  main.append(heading('Pages'),
    el('form',
      {class: 'filters', 'aria-label': 'Filters', onsubmit: (event) => event.preventDefault()},
      kFilters.map((name) => fields[name].node), clear),
    region.node);

  // The choices follow the crawl.
  async function choices() {
    try {
      const summary = await askSummary();
      const classes =
        [...new Set(summary.statuses.map(({status}) => `${Math.floor(status / 100)}xx`))];
      fields.status.choose([
        ...classes.map((name) => [name, `${name} (all)`]),
        ...summary.statuses.map(({status}) => [String(status), `${status} ${statusName(status)}`]),
      ]);
      const reasons = new Set(summary.reasons.map(({reason}) => reason).filter(Boolean));
      fields.reason.choose([...reasons].sort().map((name) => [name, words(name)]));
    } catch {
      return;  // the table says what is wrong
    }
    for (const name of ['status', 'reason']) fields[name].set(asked[name] ?? '');
  }

  function show() {
    const offset = Math.max(0, Number(asked.offset) || 0);
    const question = {...asked, limit: kRows, offset: offset || ''};
    return region.show((signal) => ask('pages', question, signal), (rows) => draw(rows, offset));
  }

  function draw(rows, offset) {
    announce(`${plural(rows.total, 'URL')} found.`);
    if (!rows.total) return empty('No URL matches the filters.', 'Remove a filter to see more.');
    if (!rows.rows.length)
      return empty('The table ends before this row.', `It holds ${plural(rows.total, 'URL')}.`);
    const turn = (to) => {
      change({offset: to || ''});
      scrollTo(0, 0);
    };
    const pages = () => pager(offset, kRows, rows.rows.length, rows.total, turn, 'URL');
    return [
      pages(),
      dataTable(rows, {
        key: 'pages',
        caption: 'URLs of the crawl',
        stacked: true,
        sort: asked.sort,
        dir: asked.dir ?? 'asc',
        onsort: (sort, dir) => change({sort, dir}),
        hidden: ['title'],
        cells: {url: (url, row) => urlCell(url, row.title)},
      }),
      rows.rows.length === kRows ? pages() : null,
    ];
  }

  return {
    title: () => 'Pages',
    update({parameters}) {
      asked = parameters;
      for (const name of kFilters) fields[name].set(asked[name] ?? '');
      clear.hidden = !kFilters.some((name) => asked[name]);
      choices();
      return show();
    },
    refresh: () => Promise.all([choices(), show()]),
    close: () => region.stop(),
  };
}

function urlCell(url, title) {
  return [historyLink(url), title ? el('span', {class: 'subtitle'}, title) : null];
}

function makeFields(change) {
  const text = (name, label, placeholder, type = 'search') => {
    const typed = debounced((value) => change({[name]: value.trim()}, true), kTypingMs);
    const input = el('input', {
      type,
      name,
      placeholder,
      spellcheck: 'false',
      autocomplete: 'off',
      min: type === 'number' ? 0 : null,
      oninput: () => typed(input.value),
      onchange: () => {
        typed.cancel();
        change({[name]: input.value.trim()}, true);
      },
    });
    return {
      node: el('label', {class: `field field-${name}`}, el('span', {}, label), input),
      set: (value) => {
        if (input.value.trim() !== value) input.value = value;
      },
    };
  };
  const choice = (name, label, options = []) => {
    const select = el('select', {name, onchange: () => change({[name]: select.value})});
    const field = {
      node: el('label', {class: `field field-${name}`}, el('span', {}, label), select),
      choose(list) {
        const all = [['', 'any'], ...list];
        const has = [...select.options].map((option) => option.value);
        if (has.length === all.length && all.every(([value], index) => value === has[index]))
          return;
        const chosen = select.value;
        select.replaceChildren(...all.map(([value, title]) => el('option', {value}, title)));
        field.set(chosen);
      },
      set(value) {
        // A value that is in the address and not in the list can be chosen too.
        if (![...select.options].some((option) => option.value === value))
          select.append(el('option', {value}, value));
        select.value = value;
      },
    };
    field.choose(options);
    return field;
  };
  return {
    q: text('q', 'URL or title holds', 'any'),
    state: choice('state', 'State', kStates.map((state) => [state, state])),
    reason: choice('reason', 'Reason'),
    status: choice('status', 'Status'),
    host: text('host', 'Host', 'any'),
    type: text('type', 'Type', 'text/html'),
    depth: text('depth', 'Depth', 'any', 'number'),
  };
}
