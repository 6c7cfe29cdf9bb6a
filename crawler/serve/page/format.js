// Figures, times and sizes as people read them.

const kWhole = new Intl.NumberFormat('en');
const kCompact = new Intl.NumberFormat('en', {notation: 'compact', maximumFractionDigits: 1});
const kFraction = new Intl.NumberFormat('en', {maximumFractionDigits: 3});
const kSmall = new Intl.NumberFormat('en', {maximumSignificantDigits: 3});

export function count(value) {
  return kWhole.format(value);
}

// 1.3K: where there is no room for more.
export function compact(value) {
  return kCompact.format(value);
}

export function number(value) {
  if (Number.isInteger(value)) return kWhole.format(value);
  return Math.abs(value) < 1 ? kSmall.format(value) : kFraction.format(value);
}

export function plural(value, one, many = one + 's') {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function share(value, whole) {
  if (!whole) return '0 %';
  const percent = (100 * value) / whole;
  if (value > 0 && percent < 0.1) return '< 0.1 %';
  return `${percent >= 10 || percent === 0 ? percent.toFixed(0) : percent.toFixed(1)} %`;
}

export function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 || Number.isInteger(value) ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

export function milliseconds(value) {
  if (value >= 10000) return `${(value / 1000).toFixed(1)} s`;
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(1)} ms`;
}

export function microseconds(value) {
  if (value < 1000) return `${value} µs`;
  if (value < 1000000) return `${trim(value / 1000)} ms`;
  return `${trim(value / 1000000)} s`;
}

function trim(value) {
  return value >= 10 ? value.toFixed(0) : String(Number(value.toFixed(1)));
}

// '2026-11-20T08:40:59.009Z' as '2026-11-20 08:40:59'.
export function time(text) {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)/.exec(text);
  return parts ? `${parts[1]} ${parts[2]}` : text;
}

export function duration(from, to) {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  if (!(seconds >= 0)) return '';
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}

// The middle of a text left out, so that it has at most `length` characters.
export function shortened(text, length) {
  if (text.length <= length) return text;
  const head = Math.max(1, Math.floor((length - 1) * 0.6));
  const tail = length - 1 - head;
  return text.slice(0, head) + '…' + (tail > 0 ? text.slice(-tail) : '');
}

const kStatusNames = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  410: 'Gone',
  418: 'I\'m a Teapot',
  429: 'Too Many Requests',
  451: 'Unavailable For Legal Reasons',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

export function statusName(status) {
  return kStatusNames[status] ?? '';
}

// 'http_error' as 'http error'.
export function words(name) {
  return name.replaceAll('_', ' ');
}
