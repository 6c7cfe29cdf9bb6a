// The built-in reports, as of weft report.
import {ask} from './api.js';
import {announce, el} from './dom.js';
import {plural} from './format.js';
import {heading} from './parts.js';
import {empty, Region} from './region.js';
import {go, href} from './router.js';
import {dataTable, sorted} from './table.js';

const kRows = 500;

export function open(main) {
  const names = new Region({class: 'region names'});
  const region = new Region();
  const title = el('h2', {tabindex: '-1', class: 'report-title'});
  const about = el('p', {class: 'about'});
  let name = '';
  let asked = {};
  let list = [];
  main.append(heading('Reports'),
    el('div', {class: 'beside'}, names.node,
      el('div', {class: 'report'}, title, about, region.node)));

  async function show() {
    const {sort, dir} = asked;
    const fetchNames = async (signal) => {
      list = await ask('reports', {}, signal);
      return {list, name};
    };
    const fetch = async (signal) => {
      const rows = await ask(`report/${encodeURIComponent(name)}`, {limit: kRows}, signal);
      return {rows, name, sort, dir};
    };
    await names.show(fetchNames, drawNames);
    title.textContent = name;
    about.textContent = list.find((one) => one.name === name)?.about ?? '';
    await region.show(fetch, ({rows}) => draw(rows, sort, dir));
  }

  function drawNames() {
    const link = (report) => {
      const current = report.name === name ? 'page' : null;
      const attributes = {'aria-current': current, 'data-key': `report-${report.name}`};
      return el('a', {href: href(`reports/${report.name}`), ...attributes}, report.name);
    };
    return el('nav', {'aria-label': 'Reports'}, list.map(link));
  }

  function draw(rows, sort, dir) {
    announce(`${name}: ${plural(rows.rows.length, 'row')}.`);
    if (!rows.rows.length) return empty('Nothing to report.');
    const more = ', and there are more: weft report shows them all';
    return [
      el('p', {class: 'faint count'}, plural(rows.rows.length, 'row'), rows.more ? more : ''),
      dataTable(sorted(rows, sort, dir), {
        key: `report-${name}`,
        caption: about.textContent || name,
        stacked: rows.columns.length > 3,  // fewer fit side by side
        sort,
        dir,
        onsort: (column, direction) => go(href(`reports/${name}`, {sort: column, dir: direction})),
      }),
    ];
  }

  return {
    title: () => `Report ${name}`,
    update({rest, parameters}) {
      name = rest || 'summary';
      asked = parameters;
      return show();
    },
    refresh: show,
    close() {
      names.stop();
      region.stop();
    },
  };
}
