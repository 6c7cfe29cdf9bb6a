// One URL's whole story: how it was found, what was decided and by which rule, what came of it, and
// the pages around it.
import {ask} from './api.js';
import {announce, el, swap} from './dom.js';
import {drawNeighbours} from './graph.js';
import {breakable, kStates, outLink, reasonText, stateBadge, withLinks} from './parts.js';
import {empty, Region} from './region.js';
import {go, href} from './router.js';

const kNeighbours = 16;  // each way: as many as a picture shows without a crowd

export function open(main) {
  const title = el('h1', {tabindex: '-1'});
  const where = el('p', {class: 'where'});
  const facts = new Region();
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
    el('label', {class: 'field field-url'}, el('span', {}, 'The story of another URL, seen or not'),
      input),
    el('button', {type: 'submit'}, 'Tell'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (input.value.trim()) go(href('url', {url: input.value.trim()}));
  });
  main.append(el('div', {class: 'heading'}, title), where, facts.node, el('h2', {}, 'Around it'),
    around.node, form);

  async function show() {
    let seen = true;
    if (!url) {
      title.textContent = 'The story of a URL';
      facts.say(empty('Which one?', 'Type its address below.'));
      around.say();
      return;
    }
    const fetch = async (signal) => {
      const story = await ask('why', {url}, signal);
      seen = story.seen;
      return story;
    };
    const told = await facts.show(fetch, (story) => {
      const named = story.fields.find(({name}) => name === 'title')?.value;
      if (named) title.textContent = named;
      announce(`The story of ${named || url}.`);
      return drawFacts(story);
    });
    if (!told)
      around.say();
    else if (!seen)
      around.say(el('p', {class: 'empty'}, 'No link to it is known.'));
    else
      await around.show(
        (signal) => ask('neighbours', {url, limit: kNeighbours}, signal), drawNeighbours);
  }

  return {
    title: () => url || 'A URL',
    update({parameters}) {
      const next = parameters.url ?? '';
      if (next !== url) {
        facts.say();
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
      facts.stop();
      around.stop();
    },
  };
}

const kLong = 30;  // characters of a fact that no longer stands beside its name in a narrow window

// Facts of one name stand together, and links with what is said about them. The URL and the title
// are the heading.
function drawFacts(story) {
  const groups = new Map();
  for (const {name, value} of story.fields) {
    if (name === 'url' || name === 'title') continue;
    const group = name === 'link' && groups.has('linked from') ? 'linked from' : name;
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push(value);
  }
  return [
    story.seen ? null
               : el('p', {class: 'notice'},
                   'The crawl never saw this URL. This is what would be decided about it now:'),
    el('dl', {class: 'facts'},
      [...groups].map(
        ([name, values]) =>
          el('div', {class: values.some((value) => value.length > kLong) ? 'fact long' : 'fact'},
            el('dt', {}, name), values.map((value) => el('dd', {}, content(name, value)))))),
  ];
}

function content(name, value) {
  if (name === 'state' && kStates.includes(value)) return stateBadge(value);
  if (name === 'reason') return reasonText(value);
  return withLinks(value);
}
