// The page of weft serve: shows the view that the address names, and updates it while a crawl
// writes to the file.
//
// A view is a module with open(main, tools), which returns {title(place), update(place),
// refresh(), close()}.
import {ask, askSummary, known} from './api.js';
import {announce, debounced, el, quietly} from './dom.js';
import {go, href, onPlace, place} from './router.js';
import * as broken from './view_broken.js';
import * as hosts from './view_hosts.js';
import * as overview from './view_overview.js';
import * as pages from './view_pages.js';
import * as reports from './view_reports.js';
import * as search from './view_search.js';
import * as sql from './view_sql.js';
import * as urlHistory from './view_history.js';

const kPollMs = 2000;   // between two checks whether the file has changed
const kPollShare = 5;   // and at least so many times as long as the last update took
const kTypingMs = 150;  // without a key press, after which a search is made

const kViews = {overview, search, pages, hosts, broken, reports, sql, url: urlHistory};
const kNavigation = [
  ['overview', 'Overview'],
  ['search', 'Search'],
  ['pages', 'Pages'],
  ['hosts', 'Hosts'],
  ['broken', 'Broken links'],
  ['reports', 'Reports'],
  ['sql', 'SQL'],
];

const main = document.getElementById('main');
const words = document.getElementById('words');
let name = '';  // of the view that is shown
let view = null;

for (const [target, title] of kNavigation)
  document.getElementById('nav').append(el('a', {href: href(target), 'data-view': target}, title));

function show() {
  const now = place();
  if (!(Object.hasOwn(kViews, now.view))) {
    history.replaceState(null, '', href('overview'));
    now.view = 'overview';
    now.parameters = {};
  }
  if (now.view !== name) {
    view?.close();
    main.replaceChildren();
    name = now.view;
    view = kViews[name].open(main, {words});
    scrollTo(0, 0);
    if (document.activeElement !== words && !opening)
      main.querySelector('h1')?.focus({preventScroll: true});
  }
  for (const link of document.querySelectorAll('#nav a'))
    if (link.dataset.view === name)
      link.setAttribute('aria-current', 'page');
    else
      link.removeAttribute('aria-current');
  if (name !== 'search') words.value = '';
  view.update(now);
  const file = document.getElementById('file').textContent;
  document.title = [view.title(now), file, 'weft'].filter(Boolean).join(' · ');
}

// ---- The search box is part of every view ----

function searchFor(replace) {
  if (words.value.trim() === '' && name !== 'search') return;
  go(href('search', {q: words.value}), replace && name === 'search');
}
const searchSoon = debounced(() => searchFor(true), kTypingMs);
words.addEventListener('input', searchSoon);
document.getElementById('search').addEventListener('submit', (event) => {
  event.preventDefault();
  searchSoon.cancel();
  searchFor(true);
});
words.addEventListener('keydown', (event) => {
  if (event.key !== 'ArrowDown') return;
  event.preventDefault();
  main.querySelector('a')?.focus();
});
addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.('input, textarea, select')) return;
  event.preventDefault();
  words.focus();
  words.select();
});
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();  // the address is the view's
  main.focus();
});

// ---- While a crawl goes on ----

function showState(live) {
  const badge = document.getElementById('live');
  if (badge.hidden === live)
    announce(live ? 'A crawl is writing to this file.' : 'No crawl is running on this file.');
  badge.hidden = !live;
}

let timer = 0;
async function look() {
  clearTimeout(timer);
  if (document.hidden) return;
  const started = performance.now();
  const lost = document.getElementById('trouble');
  try {
    const now = await ask('changes', {since: known.change});
    const moved = known.change !== undefined &&
      (now.change !== known.change || now.live !== known.live || !lost.hidden);
    known.change = now.change;
    known.live = now.live;
    lost.hidden = true;
    showState(now.live);
    if (moved) await quietly(() => view?.refresh());
  } catch (error) {
    lost.textContent = `${error.message} This page shows what it read before, and tries again.`;
    lost.hidden = false;
  }
  clearTimeout(timer);
  timer = setTimeout(look, Math.max(kPollMs, kPollShare * (performance.now() - started)));
}
document.addEventListener('visibilitychange', look);

let opening = true;
await look();
try {
  const file = document.getElementById('file');
  file.textContent = (await askSummary()).file;
  file.title = file.textContent;
} catch {
  // The view that is shown reports the error.
}
onPlace(show);
opening = false;
