'use strict';
/* Loads the page's classic scripts, in the page's own order, into a context without a document. */

const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const FRONTEND = path.join(__dirname, '..', '..', 'frontend');

/** What a page loads, read from its own markup, so that the order is tested as well. */
function scripts(page) {
  const markup = fs.readFileSync(path.join(FRONTEND, page || 'index.html'), 'utf8');
  return Array.from(markup.matchAll(/<script defer src="([^"]+)"><\/script>/g), (match) => match[1]);
}

/** The scripts of a part that is loaded later. */
const later = (app) => Object.values(app.lazy.PARTS).flat().filter((name, i, all) => name.endsWith('.js') && all.indexOf(name) === i);

const NEEDS_DOCUMENT = /view(_\w+)?\.js$|app\.js$/;

/** @param {Object} [globals] more globals for the scripts @param {string} [page] its file @returns {Object} the page's global `app` */
function load(globals, page) {
  const context = vm.createContext({ URL, URLSearchParams, console, ...globals });
  context.window = context;
  const run = (names) => names.filter((name) => !NEEDS_DOCUMENT.test(name)).forEach((name) => {
    vm.runInContext(fs.readFileSync(path.join(FRONTEND, name), 'utf8'), context, { filename: name });
  });
  run(scripts(page));
  if (context.app.lazy) run(later(context.app));
  return context.app;
}

/** Values from another context have other prototypes: compare them as plain data. */
const plain = (value) => JSON.parse(JSON.stringify(value));

/** A model with two inputs and three classes, none of which the page knows. */
const DETAIL = Object.freeze({
  name: 'soil', title: 'Soil', task: 'classification', description: '', default_recipe: 'rule',
  signature: {
    inputs: [
      { name: 'depth_m', title: 'Depth', unit: 'm', minimum: 1, maximum: 9, step: 0.5, example: 2 },
      { name: 'count', title: 'Count', unit: '', minimum: 0, maximum: 10, step: 1, example: 4 },
    ],
    output: { name: 'kind', title: 'Kind', classes: [{ name: 'clay', label: 'Clay' }, { name: 'loam', label: 'Loam' }, { name: 'sand', label: 'Sand' }] },
  },
  examples: [{ title: 'clay', row: [3, 5] }, { title: 'sand', row: [7.5, 1] }],
  recipes: [{ name: 'rule', title: 'Rule', hyperparameters: [] }],
});

const METRICS = { holdout: { accuracy: 0.9, correct: 9, n: 10, protocol: 'p', interval: { low: 0.6, high: 0.98, level: 0.95, method: 'Wilson' } } };

const ok = (body, ms) => ({ status: 200, reason: 'OK', body, cause: '', ms: ms || 2, timing: { parse: 0.004, inference: 0.003, total: 0.02 }, server: 'Duet/1 Some/2.0', request_id: '', retry_after: '' });
const refused = () => ({ status: 0, reason: '', body: null, cause: 'refused', ms: 1, timing: {}, server: '', request_id: '', retry_after: '' });
const timeout = () => ({ ...refused(), cause: 'timeout' });
const failure = (status, reason, body) => ({ ...ok(body || { title: reason, status, detail: 'why' }), status, reason });

const prediction = (index, version) => ({
  data: DETAIL.signature.output.classes[index].label, label: DETAIL.signature.output.classes[index].name, class: index,
  probabilities: { clay: 0.2, loam: 0.3, sand: 0.5 }, model: 'soil', version: version || 1, warnings: [],
});

/** A run as a backend tells it. */
const run = (more) => ({ id: 'r1', model: 'soil', recipe: 'rule', params: {}, seed: 0, promote: 'always', by: 'flask', state: 'RUNNING', created_at: '2026-01-01T00:00:00Z',
  started_at: '2026-01-01T00:00:00Z', finished_at: null, progress: 0.25, step: 'cross-validation', elapsed_s: 1, remaining_s: 3, curve: null, regions: [], version: null, promoted: null, reason: null, url: '/runs/r1', ...more });
const accepted = (more) => ({ ...ok(run(more)), status: 202, reason: 'Accepted' });
const point = (step, loss) => ({ step, training_loss: loss, training_accuracy: 0.5, validation_loss: loss + 0.1, validation_accuracy: 0.4 });

const catalogue = (number) => ({ models: [{ name: 'soil', title: 'Soil', task: 'classification', champion: number ? { number, recipe: 'rule', metrics: METRICS } : null }] });

/** A page's logic without a page: requests wait until the test answers them, time stands until it is moved. */
function bench(options) {
  const given = options || {};
  const app = load(given.globals);
  app.state.learn({ ...app.burst.reducers, ...app.createChartLibrary.reducers });
  const waiting = [];
  const timers = [];
  let now = 0;
  let seq = 0;
  let state = app.state.initial({ backends: app.config.backends({ protocol: 'file:', hostname: '', search: '' }, {}), details: [given.detail || DETAIL] });
  const dispatch = (event) => { state = app.state.reduce(state, { at: now, ...event }); };
  const tools = {
    dispatch, state: () => state, next: () => { seq += 1; return seq; }, is_file: false, poll: () => {},
    token: () => given.token || '', random: app.sampling.seeded(7),
    send: (request, done) => waiting.push({ ...request, done }),
    clock: {
      now: () => now, ticks: () => now,
      after(ms, run) { const timer = { at: now + ms, run }; timers.push(timer); return () => timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0); },
    },
  };
  const pass = (ms) => {
    const end = now + ms;
    for (;;) {
      const due = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      timers.splice(timers.indexOf(due), 1);
      now = due.at;
      due.run();
    }
    now = end;
  };
  /** Answers the oldest request to an address that contains `part`. */
  const answer = (part, reply) => {
    const index = waiting.findIndex((request) => request.url.includes(part));
    if (index < 0) throw new Error('nothing waits for ' + part + ', only for ' + waiting.map((one) => one.url).join(' '));
    waiting.splice(index, 1)[0].done(reply);
  };
  const heard = (backend, reply) => dispatch({ type: 'polled', backend, seq: tools.next(), reply });
  const said = () => plain(state.log.map((line) => line.text));
  const following = app.createFollowing(tools);
  return { app, tools, dispatch, waiting, answer, pass, heard, said, following, state: () => state, now: () => now, asking: app.createAsking(tools) };
}

module.exports = { load, later, plain, scripts, bench, DETAIL, METRICS, FRONTEND, ok, refused, timeout, failure, prediction, catalogue, run, accepted, point };
