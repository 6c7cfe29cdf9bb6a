// Links whose target failed, by target: the most linked first, each with the pages that
// link there and the texts of the links.
import {ask} from './api.js';
import {announce, el} from './dom.js';
import {number, plural} from './format.js';
import {breakable, heading, reasonText, statusBadge, historyLink} from './parts.js';
import {empty, Region} from './region.js';
import {go, href} from './router.js';

const kTargets = 200;
const kMost = 1000;  // rows that one answer holds
const kLinks = 100;  // of one target that are named

// A query on the tables, not on the view broken_links: its order needs the index over targets,
// which is not there while a crawl runs.
const kSelectTargets =
  `SELECT t.url, t.reason, p.status, count(*) AS links, count(DISTINCT l.from_id) AS pages
FROM links l JOIN urls t ON t.id = l.to_id LEFT JOIN pages p ON p.url_id = t.id
WHERE t.state = 'failed' GROUP BY t.id ORDER BY pages DESC, links DESC, t.id`;

function selectLinks(url) {
  const quoted = `'${url.replaceAll("'", "''")}'`;
  return `SELECT f.url, l.text, l.source, count(*) AS links
FROM urls t JOIN links l ON l.to_id = t.id JOIN urls f ON f.id = l.from_id
WHERE t.url = ${quoted} GROUP BY l.from_id, l.text, l.source ORDER BY l.from_id, l.seq`;
}

export function open(main) {
  const region = new Region();
  let limit = kTargets;
  main.append(heading('Broken links'), region.node);
  const show = () =>
    region.show((signal) => query(kSelectTargets, limit, signal), (rows) => draw(rows, limit));
  return {
    title: () => 'Broken links',
    update({parameters}) {
      limit = Math.min(kMost, Number(parameters.limit) || kTargets);
      return show();
    },
    refresh: show,
    close: () => region.stop(),
  };
}

// Without the time it took, so that the same rows are the same answer.
async function query(q, limit, signal) {
  const {columns, rows, more} = await ask('sql', {q, limit}, signal);
  return {columns, rows, more};
}

function draw(rows, limit) {
  announce(`${plural(rows.rows.length, 'broken target')}.`);
  if (!rows.rows.length)
    return empty('No broken link.', 'Every link target that was requested was fetched.');
  const targets = rows.rows.length;
  const more = el('button', {type: 'button', 'data-key': 'more'}, 'Show more');
  more.addEventListener('click', () => go(href('broken', {limit: kMost}), true));
  return [
    el('p', {class: 'faint count'},
      rows.more ? `The ${number(targets)} most linked targets that failed.`
                : `${plural(targets, 'target')} that could not be had.`,
      ' All links one by one: ', el('a', {href: href('reports/broken-links')}, 'the report'), '.'),
    el('ul', {class: 'targets'}, rows.rows.map((row) => target(row))),
    rows.more && limit < kMost ? more : null,
  ];
}

function target([url, reason, status, links, pages]) {
  const list = new Region();
  // Requested when it is opened: most never are.
  const fill = () => list.show((signal) => query(selectLinks(url), kLinks, signal), linkList);
  const badge = status === null ? el('span', {class: 'status failed'}, reasonText(reason))
                                : statusBadge(status);
  const from = links === pages ? plural(pages, 'page')
                               : `${plural(links, 'link')} on ${plural(pages, 'page')}`;
  const details = el('details', {'data-key': `target-${url}`},
    el('summary', {'data-key': `summary-${url}`}, badge, el('span', {class: 'url'}, breakable(url)),
      el('span', {class: 'figure faint'}, from)),
    el('p', {class: 'about'}, historyLink(url, {class: null}, 'The history of this URL')),
    list.node);
  details.addEventListener('toggle', () => details.open && fill());
  return el('li', {}, details);
}

function linkList(rows) {
  const item = ([from, text, source, times]) => el('li', {}, historyLink(from),
    el('span', {class: 'anchor'}, text ? ` “${text}”` : ' no text',
      source === 'a' ? '' : ` (${source})`, times > 1 ? `, ${number(times)} times` : ''));
  return el('ul', {class: 'links'}, rows.rows.map(item),
    rows.more ? el('li', {class: 'faint'}, 'and more') : null);
}
