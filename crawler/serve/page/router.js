// The address, after '#/', holds the name of the view and its parameters. So Back works, and a
// filter can be bookmarked.

let shown = () => {};

export function href(view, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  return `#/${view}${query.size ? `?${query}` : ''}`;
}

// {view: 'report', rest: 'broken-links', parameters: {...}} of #/report/broken-links?...
export function place() {
  const [path, query = ''] = splitOnce(location.hash.replace(/^#\/?/, ''), '?');
  const [view, rest = ''] = splitOnce(path, '/');
  return {view, rest, parameters: Object.fromEntries(new URLSearchParams(query))};
}

// Goes to `address`. `replace`: in the place of the present entry of the history, as while one
// types.
export function go(address, replace = false) {
  if (address === location.hash) return;
  if (replace)
    history.replaceState(null, '', address);
  else
    history.pushState(null, '', address);
  shown();
}

// `show` is called for each new address.
export function onPlace(show) {
  shown = show;
  addEventListener('hashchange', show);
  show();
}

function splitOnce(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
