// The hosts: what was seen of each, and how fast it answered.
import {ask} from './api.js';
import {stackedBar} from './charts.js';
import {announce, debounced, el} from './dom.js';
import {number, plural} from './format.js';
import {heading, kStates, none} from './parts.js';
import {empty, Region} from './region.js';
import {go, href} from './router.js';
import {dataTable, sorted} from './table.js';

const kRows = 1000;
const kTypingMs = 200;

export function open(main) {
  const region = new Region();
  let asked = {};
  const change = (changes, replace = false) => go(href('hosts', {...asked, ...changes}), replace);
  const typed = debounced(() => change({q: input.value.trim()}, true), kTypingMs);
  const input = el('input', {
    type: 'search',
    name: 'q',
    placeholder: 'any',
    spellcheck: 'false',
    autocomplete: 'off',
    oninput: typed
  });
  main.append(heading('Hosts'),
    el('form',
      {class: 'filters', 'aria-label': 'Filters', onsubmit: (event) => event.preventDefault()},
      el('label', {class: 'field field-q'}, el('span', {}, 'Host contains'), input)),
    region.node);

  function show() {
    const {q = '', sort, dir} = asked;
    const fetch = async (signal) => {
      const rows = await ask('report/hosts', {limit: kRows}, signal);
      return {rows, q, sort, dir};  // another order of the same rows is another answer
    };
    return region.show(fetch, ({rows}) => draw(rows, q, sort, dir));
  }

  function draw(rows, q, sort, dir) {
    const place = rows.columns.indexOf('host');
    const holds = (row) => String(row[place]).toLowerCase().includes(q.toLowerCase());
    const found = q ? rows.rows.filter(holds) : rows.rows;
    announce(`${plural(found.length, 'host')}.`);
    if (!rows.rows.length) return empty('No host was seen yet.');
    if (!found.length) return empty(`No host’s name contains “${q}”.`);
    const more = `, of the first ${number(kRows)}; SQL has the rest, in host_summary`;
    return [
      el('p', {class: 'faint count'}, plural(found.length, 'host'), rows.more ? more : ''),
      dataTable(withStates(sorted({...rows, rows: found}, sort, dir)), {
        key: 'hosts',
        caption: 'Hosts',
        stacked: true,
        sort,
        dir,
        onsort: (column, direction) => change({sort: column, dir: direction}),
        hidden: kStates,
        unsorted: ['states'],
        titles: {robots: 'robots.txt'},
        cells: {host: hostCell, states: stateCell, robots: robotsCell},
      }),
    ];
  }

  return {
    title: () => 'Hosts',
    update({parameters}) {
      asked = parameters;
      if (input.value.trim() !== (asked.q ?? '')) input.value = asked.q ?? '';
      return show();
    },
    refresh: show,
    close: () => region.stop(),
  };
}

// One column for the four of states, after the number of URLs.
function withStates(rows) {
  const at = rows.columns.indexOf('urls') + 1;
  const put = (list, one) => [...list.slice(0, at), one, ...list.slice(at)];
  return {
    ...rows,
    columns: put(rows.columns, 'states'),
    rows: rows.rows.map((row) => put(row, ''))
  };
}

function hostCell(host) {
  return el('a', {href: href('pages', {host}), class: 'url'}, host);
}

function robotsCell(answers) {
  return answers ?? none();
}

function stateCell(value, row) {
  const parts = kStates.filter((state) => row[state] > 0);
  return el('div', {class: 'mix'},
    stackedBar(parts.map((state) => ({value: row[state], kind: state})), 8),
    el('span', {class: 'subtitle'},
      parts.map((state) => `${number(row[state])} ${state}`).join(', ')));
}
