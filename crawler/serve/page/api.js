// Requests to the API of weft serve.

// An error reply, with the server's message.
class ApiError extends Error {
  constructor(message, near = null, hint = null, status = 0) {
    super(message);
    this.near = near;
    this.hint = hint;
    this.status = status;
  }
}

// /api/`path` with `parameters` (those that are empty are left out). Throws ApiError, with status 0
// where there was no reply.
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
      throw new ApiError('The reply of weft serve is incomplete.', null, null, response.status);
    throw new ApiError('weft serve does not answer. Is it still running?');
  }
  if (!response.ok)
    throw new ApiError(
      answer.error ?? `Status ${response.status}`, answer.near, answer.hint, response.status);
  return answer;
}

// The summary of the crawl, which several views use: requested once for each change of the file.
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

// The last reply of /api/changes.
export const known = {
  change: undefined,
  live: false
};
