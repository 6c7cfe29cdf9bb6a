// A part of the page that shows the reply to a request: it says that it waits, what went wrong,
// and is drawn again only where the reply differs.
import {el, swap} from './dom.js';

// Before that, a wait is not worth a word.
const kSlowMs = 200;

export class Region {
  constructor(attributes = {}) {
    this.node = el('div', {class: 'region', ...attributes});
    this.shown = undefined;
    this.abort = undefined;
  }

  // `fetch(signal)` gets the reply, `draw(reply)` makes nodes of it. A later request cancels an
  // earlier one. True if this reply is now shown, new or not.
  async show(fetch, draw) {
    this.stop();
    const abort = new AbortController();
    this.abort = abort;
    const slow = setTimeout(() => this.#wait(), kSlowMs);
    try {
      const answer = await fetch(abort.signal);
      if (abort.signal.aborted) return false;
      const text = JSON.stringify(answer);
      if (text !== this.shown) swap(this.node, draw(answer));
      this.shown = text;
      return true;
    } catch (error) {
      if (abort.signal.aborted) return false;
      this.shown = undefined;
      swap(this.node, trouble(error));
      return false;
    } finally {
      clearTimeout(slow);
      if (this.abort === abort) this.node.removeAttribute('aria-busy');
    }
  }

  // Cancels the request under way.
  stop() {
    this.abort?.abort();
    this.abort = undefined;
  }

  // What is shown while nothing was requested.
  say(...children) {
    this.stop();
    this.node.removeAttribute('aria-busy');
    this.shown = undefined;
    swap(this.node, children);
  }

  #wait() {
    this.node.setAttribute('aria-busy', 'true');
    if (!this.node.firstChild) swap(this.node, el('p', {class: 'empty'}, 'Loading …'));
  }
}

// An error, and what would be right.
export function trouble(error) {
  if (!(error instanceof Error) || error.near === undefined) console.error(error);
  return el('div', {class: 'error', role: 'alert'}, el('p', {}, el('strong', {}, error.message)),
    error.hint ? el('p', {}, error.hint) : null);
}

export function empty(title, ...more) {
  return el('div', {class: 'empty'}, el('p', {}, el('strong', {}, title)),
    ...more.map((text) => el('p', {}, text)));
}
