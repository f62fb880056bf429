/* Pure: what is known of each backend. Part of `reduce`; the rest is in state.js. */
'use strict';

/**
 * @typedef {Object} Link
 * @property {'unknown'|'up'|'busy'|'down'} reach  busy: connected, but no answer in time
 * @property {number} seq         of the request that told so: older news don't count
 * @property {number} misses      answers missed in a row
 * @property {string} server      the Server header
 * @property {Object[]|null} catalogue  GET /models, with each model's champion
 */

app.links = (function () {
  /** A synchronous server that trains misses polls without being away. */
  const MISSES_OF_THE_DEAD = 4;
  const KEPT_TIMES = 50;

  /** @returns {Link} */
  const initial = () => ({ reach: 'unknown', seq: 0, misses: 0, server: '', catalogue: null });

  function patch(state, id, change) {
    return { ...state, links: { ...state.links, [id]: { ...state.links[id], ...change } } };
  }

  function reachAfter(state, event) {
    const link = state.links[event.backend];
    if (event.reply.status > 0) return { reach: 'up', misses: 0, server: event.reply.server || link.server };
    if (event.reply.cause !== 'timeout') return { reach: 'down', misses: 0 };
    const misses = link.misses + 1;
    return { reach: misses >= MISSES_OF_THE_DEAD || link.reach === 'down' ? 'down' : 'busy', misses };
  }

  /** Notes whether a backend answered; anything made up goes away as soon as one does. */
  function heard(state, event) {
    if (event.seq < state.links[event.backend].seq) return state;
    const next = patch(state, event.backend, { ...reachAfter(state, event), seq: event.seq });
    return event.reply.status > 0 ? { ...next, sample: null, mock: null } : next;
  }

  const isEntry = (one) => Boolean(one) && typeof one === 'object' && typeof one.name === 'string' && typeof one.title === 'string';

  function polled(state, event) {
    const next = heard(state, event);
    const models = event.reply.status === 200 && event.reply.body && event.reply.body.models;
    const link = state.links[event.backend];
    if (!Array.isArray(models) || event.seq < link.seq) return next;
    return patch(next, event.backend, { catalogue: models.filter(isEntry) });
  }

  /** Times of answered classifications; the first apart from the later ones, as it also opens the connection. */
  function timed(state, id, ms) {
    const old = state.times[id];
    const time = old
      ? { first: old.first, last: ms, later: old.later.concat(ms).slice(-KEPT_TIMES) }
      : { first: ms, last: ms, later: [] };
    return { ...state, times: { ...state.times, [id]: time } };
  }

  return { initial, heard, polled, timed };
}());
