// The whole crawl in figures.
import {askSummary} from './api.js';
import {barTable, card, columnChart, stackedBar} from './charts.js';
import {el} from './dom.js';
import {bytes, compact, count, duration, microseconds} from './format.js';
import {plural, share, statusName, time} from './format.js';
import {heading, kStates, reasonText, stateBadge, statusClass} from './parts.js';
import {Region} from './region.js';
import {href} from './router.js';

const kReasons = 14;  // rows of a chart; the rest is one row

export function open(main) {
  const region = new Region();
  main.append(heading('Overview'), region.node);
  const update = () => region.show((signal) => askSummary(signal), draw);
  return {title: () => 'Overview', update, refresh: update, close: () => region.stop()};
}

function draw(summary) {
  return [
    runs(summary),
    tiles(summary.totals),
    states(summary.totals),
    el('div', {class: 'cards'}, statuses(summary.statuses), reasons(summary.reasons)),
    el('div', {class: 'cards'}, depths(summary.depths), sizes(summary.sizes),
      latencies(summary.latencies)),
  ];
}

function runState(run, live) {
  if (run.ended_at) return run.outcome ?? 'ended';
  return live ? 'running' : 'stopped without an end';
}

function runs(summary) {
  const last = summary.runs.at(-1);
  if (!last) return el('p', {class: 'lead'}, 'No crawl was started on this file yet.');
  const until = last.ended_at ? `, took ${duration(last.started_at, last.ended_at)}` : '';
  return el('div', {class: 'runs'},
    el('p', {class: 'lead'}, `Run ${last.id} `, el('strong', {}, runState(last, summary.live)),
      ` · started ${time(last.started_at)} UTC${until}`),
    el('p', {}, el('code', {class: 'command'}, last.command_line)),
    summary.runs.length < 2 ? null : allRuns(summary));
}

function allRuns(summary) {
  const head = ['Run', 'Started (UTC)', 'Time', 'Outcome', 'Command'].map(
    (name) => el('th', {scope: 'col'}, name));
  const row = (run, index) =>
    el('tr', {}, el('th', {scope: 'row'}, String(run.id)), el('td', {}, time(run.started_at)),
      el('td', {}, run.ended_at ? duration(run.started_at, run.ended_at) : '–'),
      el('td', {}, runState(run, summary.live && index === summary.runs.length - 1)),
      el('td', {}, el('code', {}, run.command_line)));
  return el('details', {'data-key': 'runs'},
    el('summary', {'data-key': 'runs-summary'}, `All ${summary.runs.length} runs`),
    el('div', {class: 'scroll'},
      el('table', {class: 'plain'}, el('thead', {}, el('tr', {}, head)),
        el('tbody', {}, summary.runs.map(row)))));
}

function tiles(totals) {
  const tile = (name, value, exact) =>
    el('div', {class: 'tile'}, el('dt', {}, name), el('dd', {title: exact}, value));
  const whole = (name, value) =>
    tile(name, value >= 1e7 ? compact(value) : count(value), count(value));
  return el('dl', {class: 'tiles'}, whole('URLs seen', totals.urls),
    whole('Responses', totals.pages), whole('Hosts', totals.hosts), whole('Links', totals.links),
    tile('On the wire', bytes(totals.wire_bytes), `${count(totals.wire_bytes)} bytes`),
    tile('Bodies, decoded', bytes(totals.body_bytes), `${count(totals.body_bytes)} bytes`));
}

function states(totals) {
  const entry = (state) => el('li', {},
    el('a', {href: href('pages', {state}), 'data-key': `state-${state}`}, stateBadge(state)),
    el('span', {class: 'figure'}, count(totals[state])),
    el('span', {class: 'figure faint'}, share(totals[state], totals.urls)));
  return el('section', {class: 'card states'}, el('h2', {}, 'URLs by state'),
    stackedBar(kStates.map((state) => ({value: totals[state], kind: state})), 18),
    el('ul', {class: 'legend'}, kStates.map(entry)));
}

function statuses(list) {
  const bars = list.map(({status, count: value}) => ({
    label: el('a', {href: href('pages', {status}), 'data-key': `status-${status}`},
      el('strong', {}, String(status)), ` ${statusName(status)}`),
    value,
    kind: statusClass(status),
  }));
  return card('HTTP status', null,
    bars.length ? barTable(bars, 'Responses by HTTP status', 'Status') : noResponse());
}

function reasons(list) {
  const order = [...list]
                  .filter(({state, reason}) => reason || state === 'queued')
                  .sort((a, b) => b.count - a.count);
  const bars = order.slice(0, kReasons).map(({state, reason, count: value}) => ({
    label: el('a', {href: href('pages', {state, reason}), 'data-key': `reason-${state}-${reason}`},
      stateBadge(state), ' ', reasonText(reason) || 'its turn has not come'),
    value,
    kind: state,
  }));
  const rest = order.slice(kReasons);
  if (rest.length)
    bars.push({
      label: plural(rest.length, 'other reason'),
      value: rest.reduce((sum, one) => sum + one.count, 0)
    });
  return card('Reasons', null,
    bars.length ? barTable(bars, 'URLs by state and reason', 'Reason')
                : el('p', {class: 'empty'}, 'No URL yet.'));
}

function depths(list) {
  if (!list.length) return card('Depth', null, el('p', {class: 'empty'}, 'No URL yet.'));
  const columns = list.map(({depth, count: value}) => ({
    label: String(depth),
    name: `Depth ${depth}`,
    value,
    href: href('pages', {depth}),
  }));
  return card('Depth', 'URLs by the number of links from a seed',
    columnChart(columns, 'URLs by depth', 'Depth'));
}

function sizes(list) {
  if (!list.length) return card('Size', null, noResponse());
  const columns = filled(list, 'from', 'to').map(({from, to, count: value}) => ({
    label: bytes(from).replace(/iB$/, '').replace(' ', ''),
    name: `${bytes(from)} to ${bytes(to)}`,
    value,
  }));
  return card('Size', 'Responses by the size of their body; sizes double from column to column',
    columnChart(columns, 'Responses by size', 'Size of the body'));
}

function latencies(list) {
  if (!list.length) return card('Time', null, noResponse());
  const columns =
    filled(list, 'from_us', 'to_us').map(({from_us: from, to_us: to, count: value}) => ({
      label: microseconds(from).replace(' ', ''),
      name: `${microseconds(from)} to ${microseconds(to)}`,
      value,
    }));
  return card('Time',
    'Responses by the time until they were complete; times double from column to column',
    columnChart(columns, 'Responses by time', 'Time'));
}

// Powers of two without a response are in the chart too, so that its axis is even.
function filled(list, from, to) {
  const out = [];
  for (const one of [...list].sort((a, b) => a[from] - b[from])) {
    let last = out.at(-1);
    while (last && last[to] > 0 && last[to] < one[from]) {
      last = {[from]: last[to], [to]: last[to] * 2, count: 0};
      out.push(last);
    }
    out.push(one);
  }
  return out;
}

function noResponse() {
  return el('p', {class: 'empty'}, 'No response yet.');
}
