// What several views share: links, states, statuses.
import {el, unseen} from './dom.js';
import {statusName, words} from './format.js';
import {href} from './router.js';

export function isWeb(text) {
  return typeof text === 'string' && /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}

// A URL of the crawl, as a link to its history in this page.
export function historyLink(url, attributes = {}, text = breakable(url)) {
  return el('a', {href: href('url', {url}), class: 'url', ...attributes}, text);
}

// A URL that is broken into lines after its slashes first.
export function breakable(url) {
  const pieces = url.split(/(?<=[^/]\/)(?=[^/])/);
  return pieces.flatMap((piece, index) => (index ? [el('wbr'), piece] : [piece]));
}

// A link to the URL itself, where it is http(s).
export function outLink(url, text = 'Open') {
  if (!isWeb(url)) return null;
  const attributes = {href: url, class: 'out', target: '_blank', rel: 'noreferrer noopener'};
  return el('a', {...attributes, title: 'Opens in a new tab'}, text,
    el('span', {'aria-hidden': 'true'}, ' ↗'), unseen(' (opens in a new tab)'));
}

// A text in which URLs are links to their histories.
export function withLinks(text) {
  return String(text).split(/(https?:\/\/[^\s"'<>]+)/i).map((piece, index) => {
    if (index % 2 === 0) return piece || null;
    const end = piece.search(/[),.;:!?\]]+$/);
    const url = end < 0 ? piece : piece.slice(0, end);
    return isWeb(url) ? [historyLink(url), end < 0 ? null : piece.slice(end)] : piece;
  });
}

// The states that a URL can have: a sign and a word beside the colour.
export const kStates = ['done', 'failed', 'skipped', 'queued'];
const kSigns = {done: '✓', failed: '✕', skipped: '–', queued: '○'};

export function stateBadge(state) {
  return el('span', {class: `badge ${kStates.includes(state) ? state : ''}`},
    el('span', {class: 'sign', 'aria-hidden': 'true'}, kSigns[state] ?? '·'), state);
}

export function statusClass(status) {
  if (status >= 400) return 'failed';
  if (status >= 300) return 'moved';
  return status >= 200 ? 'done' : 'skipped';
}

export function statusBadge(status) {
  return el('span', {class: `status ${statusClass(status)}`, title: statusName(status) || null},
    String(status));
}

export function reasonText(reason) {
  return reason ? words(reason) : '';
}

export function none() {
  return el('span', {class: 'none'}, '–');
}

export function heading(text, ...more) {
  return el('div', {class: 'heading'}, el('h1', {tabindex: '-1'}, text), ...more);
}
