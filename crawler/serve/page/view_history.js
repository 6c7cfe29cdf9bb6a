// The history of one URL: how it was found, what was decided and by which rule, what the response
// was, and the pages that link to it or that it links to.
import {ask} from './api.js';
import {announce, el, swap} from './dom.js';
import {drawNeighbours} from './graph.js';
import {breakable, kStates, outLink, reasonText, stateBadge, withLinks} from './parts.js';
import {empty, Region} from './region.js';
import {go, href} from './router.js';

const kNeighbours = 16;  // on each side of the graph

export function open(main) {
  const title = el('h1', {tabindex: '-1'});
  const where = el('p', {class: 'where'});
  const fields = new Region();
  const around = new Region();
  const input = el('input', {
    type: 'text',
    inputmode: 'url',
    name: 'url',
    spellcheck: 'false',
    autocomplete: 'off',
    placeholder: 'https://…'
  });
  let url = '';
  const form = el('form', {class: 'filters', 'aria-label': 'Another URL'},
    el('label', {class: 'field field-url'},
      el('span', {}, 'The history of another URL, seen or not'), input),
    el('button', {type: 'submit'}, 'Show'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (input.value.trim()) go(href('url', {url: input.value.trim()}));
  });
  main.append(el('div', {class: 'heading'}, title), where, fields.node, el('h2', {}, 'Neighbours'),
    around.node, form);

  async function show() {
    let seen = true;
    if (!url) {
      title.textContent = 'The history of a URL';
      fields.say(empty('No URL is chosen.', 'Type one below.'));
      around.say();
      return;
    }
    const fetch = async (signal) => {
      const history = await ask('why', {url}, signal);
      seen = history.seen;
      return history;
    };
    const shown = await fields.show(fetch, (history) => {
      const named = history.fields.find(({name}) => name === 'title')?.value;
      if (named) title.textContent = named;
      announce(`The history of ${named || url}.`);
      return drawFields(history);
    });
    if (!shown)
      around.say();
    else if (!seen)
      around.say(el('p', {class: 'empty'}, 'The crawl found no link to it.'));
    else
      await around.show(
        (signal) => ask('neighbours', {url, limit: kNeighbours}, signal), drawNeighbours);
  }

  return {
    title: () => url || 'A URL',
    update({parameters}) {
      const next = parameters.url ?? '';
      if (next !== url) {
        fields.say();
        around.say();
        scrollTo(0, 0);
        if (url && document.activeElement === document.body) title.focus({preventScroll: true});
      }
      url = next;
      swap(title, breakable(url));
      swap(where, [el('span', {class: 'url'}, breakable(url)), ' ', outLink(url)]);
      return show();
    },
    refresh: show,
    close() {
      fields.stop();
      around.stop();
    },
  };
}

const kLong = 30;  // characters of a value that is below its name in a narrow window

// Fields of one name are together, and links are below their number. The URL and the title are the
// heading.
function drawFields(history) {
  const groups = new Map();
  for (const {name, value} of history.fields) {
    if (name === 'url' || name === 'title') continue;
    const group = name === 'link' && groups.has('linked from') ? 'linked from' : name;
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push(value);
  }
  return [
    history.seen ? null
               : el('p', {class: 'notice'},
                   'The crawl never saw this URL. A crawl would decide now:'),
    el('dl', {class: 'url-history'},
      [...groups].map(
        ([name, values]) =>
          el('div', {class: values.some((value) => value.length > kLong) ? 'entry long' : 'entry'},
            el('dt', {}, name), values.map((value) => el('dd', {}, content(name, value)))))),
  ];
}

function content(name, value) {
  if (name === 'state' && kStates.includes(value)) return stateBadge(value);
  if (name === 'reason') return reasonText(value);
  return withLinks(value);
}
