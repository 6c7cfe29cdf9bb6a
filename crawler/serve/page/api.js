// Questions to weft serve.

// An answer that is an error, in the server's words.
class ApiError extends Error {
  constructor(message, near = null, hint = null, status = 0) {
    super(message);
    this.near = near;
    this.hint = hint;
    this.status = status;
  }
}

// /api/`path` with `parameters` (those that are empty are left out). Throws ApiError, with status 0
// where there was no answer at all.
export async function ask(path, parameters = {}, signal = undefined) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined && value !== null && value !== '') query.set(name, value);
  const address = `/api/${path}${query.size ? `?${query}` : ''}`;
  let response;
  let answer;
  try {
    response = await fetch(address, {signal});
    answer = await response.json();
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    if (response)
      throw new ApiError('weft serve gave an answer that is cut off.', null, null, response.status);
    throw new ApiError('weft serve does not answer. Was it ended?');
  }
  if (!response.ok)
    throw new ApiError(
      answer.error ?? `Status ${response.status}`, answer.near, answer.hint, response.status);
  return answer;
}

// Facts about the crawl that several views want, asked for once a change of the file.
let summary;
let summaryOf;

export async function askSummary(signal) {
  const change = known.change;
  if (summary === undefined || summaryOf !== change) {
    summary = await ask('summary', {}, signal);
    summaryOf = change;
  }
  return summary;
}

// What the last look at /api/changes told.
export const known = {
  change: undefined,
  live: false
};
