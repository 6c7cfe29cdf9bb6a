// Search as you type, over the pages' titles and texts.
import {ask} from './api.js';
import {announce, el, swap} from './dom.js';
import {milliseconds, plural} from './format.js';
import {heading, outLink, historyLink} from './parts.js';
import {empty, Region} from './region.js';
import {go, href} from './router.js';

const kResults = 20;
const kMost = 500;

export function open(main, {words}) {
  const region = new Region();
  const help = el('div', {class: 'empty'});
  swap(help, hints());
  main.append(heading('Search'), region.node, help);
  let asked = {};
  let took = 0;  // milliseconds, for the answer that is shown

  function show() {
    const {q = ''} = asked;
    const limit = Math.min(kMost, Number(asked.limit) || kResults);
    help.hidden = q.trim() !== '';
    if (q.trim() === '') {
      announce('');
      region.say();
      return;
    }
    const fetch = async (signal) => {
      const {results, more, ms} = await ask('search', {q, limit}, signal);
      took = ms;
      announce(results.length
          ? `${plural(results.length, 'page')} found${more ? ', and there are more' : ''}.`
          : 'No page found.');
      return {results, more};
    };
    return region.show(fetch, (answer) => results(answer, q, limit));
  }

  function results({results: found, more}, q, limit) {
    if (!found.length)
      return empty(`No page holds “${q}”.`,
        'All the words must be on one page, in its title or its text.');
    const button = el('button', {type: 'button', 'data-key': 'more'}, 'More results');
    button.addEventListener(
      'click', () => go(href('search', {q, limit: limit + 2 * kResults}), true));
    return [
      el('p', {class: 'faint count'},
        `${more ? 'The best ' : ''}${plural(found.length, 'page')}, in ${milliseconds(took)}`),
      el('ol', {class: 'results'}, found.map(result)),
      more && limit < kMost ? button : null,
    ];
  }

  return {
    title: ({parameters}) => (parameters.q ? `“${parameters.q}”` : 'Search'),
    update({parameters}) {
      asked = parameters;
      if (words.value !== (asked.q ?? '')) words.value = asked.q ?? '';
      if (!asked.q) words.focus();
      return show();
    },
    refresh: show,
    close: () => region.stop(),
  };
}

function result(one) {
  return el('li', {},
    el('h2', {},
      historyLink(one.url, {class: null, 'data-key': `result-${one.url}`}, one.title || one.url)),
    el('p', {class: 'where'}, el('span', {class: 'url'}, one.url), ' ', outLink(one.url)),
    el('p', {class: 'snippet'},
      one.snippet.map(({text, mark}) => (mark ? el('mark', {}, text) : text))));
}

function hints() {
  const example = (q, about) => {
    const link = el('a', {href: href('search', {q})}, el('code', {}, q));
    return el('div', {}, el('dt', {}, link), el('dd', {}, about));
  };
  return [
    el('p', {},
      el('strong', {}, 'Type words, and the pages that hold them all appear, the best first.')),
    el('p', {}, 'A word in the title counts more than one in the text. Press ', el('kbd', {}, '/'),
      ' anywhere to come here, and ', el('kbd', {}, '↓'), ' to go to the results.'),
    el('dl', {class: 'syntax'}, example('intitle:index', 'in the title'),
      example('inurl:docs', 'in the URL'),
      example('site:example.com', 'of a host and what is below it'),
      example('lang:en', 'in a language'),
      example('after:2026-01-31', 'fetched on that day or later')),
  ];
}
