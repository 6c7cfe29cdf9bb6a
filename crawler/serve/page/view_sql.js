// Read-only SQL, with the file's schema beside it.
import {ask, known} from './api.js';
import {announce, el} from './dom.js';
import {milliseconds, plural} from './format.js';
import {heading} from './parts.js';
import {empty, Region, trouble} from './region.js';
import {go, href} from './router.js';
import {dataTable} from './table.js';

const kRows = 1000;
const kWide = 960;  // of the window, from which the schema is beside the statement
const kExamples = [
  [
    'Failures by reason', `SELECT reason, count(*) AS urls
FROM urls
WHERE state = 'failed'
GROUP BY reason
ORDER BY urls DESC`
  ],
  [
    'Slowest pages', `SELECT url, total_ms, body_bytes
FROM page_list
ORDER BY total_ms DESC
LIMIT 20`
  ],
  [
    'Most linked', `SELECT u.url, count(*) AS links
FROM links l JOIN urls u ON u.id = l.to_id
GROUP BY u.id
ORDER BY links DESC
LIMIT 20`
  ],
  [
    'Without a title', `SELECT url, content_type
FROM page_list
WHERE status = 200 AND title IS NULL`
  ],
];

export function open(main) {
  const schema = new Region({class: 'region schema'});
  const answer = new Region({class: 'region answer'});
  const stale = el('p', {class: 'notice', hidden: true},
    'The file has changed since. Run the statement again for current rows.');
  const box = el('textarea', {
    id: 'sql',
    rows: 7,
    spellcheck: 'false',
    autocapitalize: 'off',
    autocomplete: 'off',
    'aria-describedby': 'sql-keys',
    placeholder: 'SELECT url, title FROM page_list LIMIT 20',
    onkeydown: (event) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      submit();
    },
  });
  let answered;  // the change of the file that the answer is of
  let asked = '';
  const run = el('button', {type: 'submit', class: 'main'}, 'Run');
  const keys = el('span', {id: 'sql-keys', class: 'faint'}, el('kbd', {}, 'Ctrl'), ' ',
    el('kbd', {}, 'Enter'), ' runs it. The file can only be read.');
  const form = el('form', {}, el('label', {'for': 'sql', class: 'unseen'}, 'SQL'), box,
    el('p', {class: 'row'}, run, keys));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  const examples = el('p', {class: 'examples'}, el('span', {class: 'faint'}, 'Try: '),
    kExamples.map(([title, q]) => el('a', {href: href('sql', {q})}, title)));
  // Before the result in keyboard order; beside both where the window is wide.
  const side = el('details', {class: 'side', open: innerWidth >= kWide},
    el('summary', {}, el('h2', {}, 'Schema')),
    el('p', {class: 'about'}, 'A click on a name puts it where the cursor is.'), schema.node);
  main.append(heading('SQL'),
    el('div', {class: 'beside sql'}, el('div', {class: 'ask'}, form, examples), side,
      el('div', {class: 'told'}, stale, answer.node)));
  schema.show((signal) => ask('schema', {}, signal),
    (tables) => tables.map((table) => drawTable(table, insert)));

  function insert(name) {
    const before = box.value.slice(0, box.selectionStart);
    const space = before && !/[\s(.,]$/.test(before) ? ' ' : '';
    box.setRangeText(space + name, box.selectionStart, box.selectionEnd, 'end');
    box.focus();
  }

  // The same statement is run again.
  function submit() {
    if (box.value.trim() === '') return;
    if (box.value === asked)
      show();
    else
      go(href('sql', {q: box.value}));
  }

  async function show() {
    stale.hidden = true;
    answered = known.change;
    const q = asked;
    announce('Running.');
    // An error in the statement is a result like another.
    const fetch = (signal) => ask('sql', {q, limit: kRows}, signal).catch((error) => {
      if (!error.status) throw error;
      return {refused: {message: error.message, near: error.near, hint: error.hint}};
    });
    await answer.show(fetch, (rows) => (rows.refused ? mistake(q, rows.refused) : result(rows)));
  }

  function mistake(q, refused) {
    announce(refused.message);
    const error = Object.assign(new Error(refused.message), refused);
    const at = refused.near ? placeOf(q, refused.near) : -1;
    if (at < 0) return [trouble(error)];
    const end = at + refused.near.length;
    return [
      trouble(error),
      el('pre', {class: 'statement'}, q.slice(0, at), el('mark', {class: 'near'}, q.slice(at, end)),
        q.slice(end)),
    ];
  }

  return {
    title: () => 'SQL',
    update({parameters}) {
      asked = parameters.q ?? '';
      if (box.value !== asked) box.value = asked;
      if (asked) return show();
      answer.say(empty('No statement yet.', 'Write one above, or choose an example.'));
    },
    refresh() {
      if (asked && known.change !== answered) stale.hidden = false;
    },
    close() {
      schema.stop();
      answer.stop();
    },
  };
}

function result(rows) {
  const took = `${plural(rows.rows.length, 'row')} in ${milliseconds(rows.ms)}`;
  announce(took);
  return [
    el('p', {class: 'faint count'}, took, rows.notice ? ` · ${rows.notice}` : ''),
    rows.rows.length ? dataTable(rows, {key: 'sql', caption: 'Result', raw: true})
                     : empty('No rows.'),
  ];
}

// Where `word` stands in `text` as a whole word, in any case; else anywhere.
function placeOf(text, word) {
  const [low, sought] = [text.toLowerCase(), word.toLowerCase()];
  const letter = /[\p{L}\p{N}_]/u;
  for (let at = low.indexOf(sought); at >= 0; at = low.indexOf(sought, at + 1))
    if (!letter.test(low[at - 1] ?? ' ') && !letter.test(low[at + sought.length] ?? ' ')) return at;
  return low.indexOf(sought);
}

function drawTable(table, insert) {
  const insertButton = (text) => {
    const key = `schema-${table.name}-${text}`;
    return el('button',
      {type: 'button', class: 'insert', 'data-key': key, onclick: () => insert(text)}, text);
  };
  const column = ({name, type, about}) => el('li', {}, insertButton(name), ' ',
    el('span', {class: 'type'}, type), about ? el('span', {class: 'faint'}, ` ${about}`) : null);
  return el('details', {'data-key': `schema-${table.name}`},
    el('summary', {'data-key': `schema-summary-${table.name}`},
      el('span', {class: 'table'}, table.name), ' ', el('span', {class: 'faint'}, table.kind)),
    table.about ? el('p', {class: 'about'}, table.about) : null,
    el('ul', {},
      el('li', {}, insertButton(table.name), el('span', {class: 'faint'}, ` the ${table.kind}`)),
      table.columns.map(column)));
}
