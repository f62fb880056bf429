/* Where the backends are: the page's own host by default, the settings or the address instead. */
'use strict';

var app = window.app || {};

/**
 * @typedef {Object} Backend
 * @property {string} id
 * @property {string} title      how people call it
 * @property {string} mode       how it serves requests, shown as it stands
 * @property {number} port       where it listens unless told otherwise
 * @property {string} colour     CSS value, the same wherever the backend is drawn
 * @property {string} mark       id of its shape in the page: doubles the colour
 * @property {string} [base_url] filled in by `backends`
 */

app.config = (function () {
  /** @type {ReadonlyArray<Backend>} the first one is asked at arrival */
  const CATALOGUE = Object.freeze([
    Object.freeze({ id: 'flask', title: 'Flask', mode: 'synchronous', port: 8081, colour: 'var(--flask)', mark: 'mark-disc' }),
    Object.freeze({ id: 'klein', title: 'Klein', mode: 'asynchronous', port: 8082, colour: 'var(--klein)', mark: 'mark-diamond' }),
  ]);

  /** The first one is open at arrival; `only` names what of app.features must be true of the model's inputs. */
  const TABS = Object.freeze([{ id: 'training', title: 'Training' }, { id: 'burst', title: 'Many at once' }, { id: 'explain', title: 'Explain' },
    { id: 'explorer', title: 'Explorer', only: 'isImage' }, { id: 'batch', title: 'Batch' }, { id: 'versions', title: 'Versions' }, { id: 'card', title: 'Model card' }]);

  /** Milliseconds. A backend known to be away gets less time to answer than one that was there. */
  const TIMES = Object.freeze({
    classify: 8000, train: 120000, poll: 3000, known_down: 1000,
    poll_up: 4000, poll_down: 2000, follow: 500,
    debounce: 80, status: 2500, mock_training: 5000, announce: 700, head_start: 150,
  });

  const KEYS = Object.freeze({ bases: 'duet.bases', theme: 'duet.theme', shortcuts: 'duet.shortcuts', token: 'duet.token' });

  /**
   * A base URL as the page keeps it: no slash at the end, no user name, query or hash.
   * @param {unknown} text
   * @returns {string|null} null when it is not an http(s) URL
   */
  function readBase(text) {
    let url;
    try { url = new URL(String(text).trim()); } catch (error) { return null; }
    const usable = (url.protocol === 'http:' || url.protocol === 'https:') && !url.username && !url.password;
    return usable ? url.origin + url.pathname.replace(/\/+$/, '') : null;
  }

  /** @param {{protocol: string, hostname: string}} place the page's own location @param {number} port */
  function defaultBase(place, port) {
    const remote = place.protocol === 'http:' || place.protocol === 'https:';
    return (remote ? place.protocol : 'http:') + '//' + ((remote && place.hostname) || 'localhost') + ':' + port;
  }

  /**
   * The address wins over the settings, the settings over the page's host.
   * @param {{protocol: string, hostname: string, search: string}} place
   * @param {Object<string, unknown>} saved base URLs by backend, from the settings
   * @returns {Backend[]}
   */
  function backends(place, saved) {
    const asked = new URLSearchParams(place.search || '');
    return CATALOGUE.map((backend) => Object.assign({}, backend, {
      base_url: readBase(asked.get(backend.id)) || readBase(saved[backend.id]) || defaultBase(place, backend.port),
    }));
  }

  /** The query without the backends: they are in the settings once somebody saved them there. */
  function searchWithoutBases(search) {
    const kept = new URLSearchParams(search || '');
    CATALOGUE.forEach((backend) => kept.delete(backend.id));
    const text = kept.toString();
    return text ? '?' + text : '';
  }

  /**
   * A token goes only to the addresses it was entered for: a link with ?flask=... can't fetch it.
   * @param {{token?: string, bases?: string[]}} saved
   * @param {string} base_url
   */
  function tokenFor(saved, base_url) {
    const meant = Array.isArray(saved.bases) && saved.bases.includes(base_url);
    return meant && typeof saved.token === 'string' ? saved.token : '';
  }

  /** Browsers may refuse storage altogether (private windows, file://): then nothing is kept. */
  function load(storage, key) {
    try {
      const value = JSON.parse(storage().getItem(key) || '{}');
      return value && typeof value === 'object' ? value : {};
    } catch (error) { return {}; }
  }

  function save(storage, key, value) {
    try { storage().setItem(key, JSON.stringify(value)); return true; } catch (error) { return false; }
  }

  function forget(storage, key) {
    try { storage().removeItem(key); } catch (error) { /* nothing was kept */ }
  }

  return { CATALOGUE, TABS, TIMES, KEYS, readBase, defaultBase, backends, searchWithoutBases, tokenFor, load, save, forget };
}());
