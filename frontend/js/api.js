/* The only XMLHttpRequest: one request in, one reply out, whatever happens. No document. */
'use strict';

/**
 * @typedef {Object} Reply
 * @property {number} status      0 when no answer came
 * @property {string} reason      'OK', 'Internal Server Error' ...
 * @property {unknown} body       parsed JSON, null when there is none
 * @property {string} text        the body as it came
 * @property {string} cause       '' | 'refused' | 'timeout': why the status is 0
 * @property {number} ms          from sending to the last byte, as the page sees it
 * @property {Object<string, number>} timing  where the server says its time went, in ms: parse, inference, total
 * @property {string} server      who answered, in its own words
 * @property {string} request_id
 * @property {string} retry_after
 */

app.api = (function () {
  // A form's type keeps the request "simple": no preflight doubles the time of a request to the other port.
  const CONTENT_TYPE = 'application/x-www-form-urlencoded';

  // HTTP/2 has no reason phrases; these are the ones that the backends send.
  const REASONS = {
    200: 'OK', 202: 'Accepted', 400: 'Bad Request', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 409: 'Conflict',
    413: 'Content Too Large', 415: 'Unsupported Media Type', 429: 'Too Many Requests', 500: 'Internal Server Error',
    503: 'Service Unavailable', 507: 'Insufficient Storage',
  };

  function parse(text) {
    try { return JSON.parse(text); } catch (error) { return null; }
  }

  /** 'parse;dur=0.004, total;dur=0.020' as {parse: 0.004, total: 0.02} (Server Timing, section 3). */
  function timing(headers) {
    // Asked for by name, a header that a server does not expose would be an error in the console.
    const stages = ((/^server-timing: (.*)$/im.exec(headers) || [])[1] || '').split(',').map((part) => part.trim().split(';dur='));
    return Object.fromEntries(stages.filter((stage) => stage.length === 2).map(([name, ms]) => [name, Number(ms)]));
  }

  function answered(xhr, ms) {
    return {
      status: xhr.status, reason: REASONS[xhr.status] || xhr.statusText, body: parse(xhr.responseText), text: xhr.responseText, cause: '', ms,
      timing: timing(xhr.getAllResponseHeaders()),
      server: xhr.getResponseHeader('Server') || '',
      request_id: xhr.getResponseHeader('X-Request-Id') || '',
      retry_after: xhr.getResponseHeader('Retry-After') || '',
    };
  }

  function silent(cause, ms) {
    return { status: 0, reason: '', body: null, text: '', cause, ms, timing: {}, server: '', request_id: '', retry_after: '' };
  }

  /**
   * @param {{method: string, url: string, timeout: number, body?: Object, text?: string|Blob, type?: string, token?: string, accept?: string}} request
   *   timeout in ms; `text` (or a file) is sent as it is, as JSON or what `type` says
   * @param {function(Reply): void} done called exactly once, never before `send` returns
   */
  function send(request, done) {
    const xhr = new XMLHttpRequest();
    const start = performance.now();
    const finish = (make) => () => done(make(performance.now() - start));
    xhr.onload = finish((ms) => answered(xhr, ms));
    xhr.onerror = finish((ms) => silent('refused', ms));
    xhr.ontimeout = finish((ms) => silent('timeout', ms));
    xhr.open(request.method, request.url, true);
    xhr.timeout = request.timeout;
    if (request.accept) xhr.setRequestHeader('Accept', request.accept);
    if (request.token) xhr.setRequestHeader('Authorization', 'Bearer ' + request.token);
    if (request.text !== undefined) { xhr.setRequestHeader('Content-Type', request.type || 'application/json'); xhr.send(request.text); return; }
    if (request.body === undefined) { xhr.send(); return; }
    xhr.setRequestHeader('Content-Type', CONTENT_TYPE);
    xhr.send(JSON.stringify(request.body));
  }

  return { send };
}());
