/* Pure: from an HTTP error to words: what happened, where, and what to do now. */
'use strict';

/**
 * @typedef {Object} Problem
 * @property {string} title
 * @property {string} detail
 * @property {{path: string, message: string}[]} errors
 * @property {string} advice
 * @property {string} link      an address worth opening, or ''
 * @property {string} request_id
 */

app.problems = (function () {
  const TITLES = {
    0: 'No answer', 400: 'Not understood', 403: 'Not allowed', 404: 'Not found', 409: 'Not trained yet',
    413: 'Too large', 429: 'Busy', 500: 'Server error', 503: 'Not available', 507: 'Store is full',
  };

  function retry(reply) {
    const wait = Number(reply.retry_after);
    return wait > 0 ? 'Try again in ' + wait + ' s.' : 'Try again in a moment.';
  }

  /** What the reader can do, by status. A page opened as a file has no address that a server could allow. */
  function advise(reply, place) {
    if (reply.status === 403 && place.is_file) return 'Open ' + place.base_url + '/ to train.';
    if (reply.status === 403) return 'This server may ask for a token: enter it in the settings.';
    if (reply.status === 409) return 'Press Train first.';
    if (reply.status === 429 || reply.status === 503 || reply.status === 507) return retry(reply);
    if (reply.status >= 500) return 'Try again; the server’s log tells more.';
    return '';
  }

  const text = (value) => (typeof value === 'string' ? value : '');

  function listed(errors) {
    if (!Array.isArray(errors)) return [];
    return errors.filter((item) => item && typeof item === 'object')
      .map((item) => ({ path: text(item.path), message: text(item.message) }));
  }

  /**
   * @param {Object} reply as `app.api` gives it
   * @param {{is_file: boolean, base_url: string}} place
   * @returns {Problem}
   */
  function explain(reply, place) {
    const body = reply.body && typeof reply.body === 'object' ? reply.body : {};
    return {
      title: TITLES[reply.status] || text(body.title) || 'Error',
      detail: text(body.detail),
      errors: listed(body.errors),
      advice: advise(reply, place),
      link: reply.status === 403 && place.is_file ? place.base_url + '/' : '',
      request_id: text(body.request_id) || text(reply.request_id),
    };
  }

  /** What a browser says nothing about: pages of this address may not change anything there. */
  function notFromHere(place) {
    const found = explain({ status: 403, body: { detail: 'Pages of this address may not change anything there.' } }, { ...place, is_file: true });
    return { ...found, advice: 'Open ' + found.link + ' and do it there.' };
  }

  /** A 200 whose body is not what the contract says: an error as well, never shown as an answer. */
  function strange(what) {
    return { title: 'Unexpected answer', detail: what, errors: [], advice: 'Is this the address of a Duet backend?', link: '', request_id: '' };
  }

  return { explain, notFromHere, strange };
}());
