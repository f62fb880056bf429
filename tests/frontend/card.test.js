'use strict';
/* The model card: which version is shown, and what it says of it. */
const test = require('node:test');
const assert = require('node:assert/strict');
const { bench, plain, ok, failure, catalogue, DETAIL } = require('./load.js');

const read = (text) => text.replace(/[\u00a0\u202f]/g, ' ');
const INTERVAL = { low: 0.943, high: 0.993, level: 0.95, method: 'Wilson' };
const INPUTS = DETAIL.signature.inputs.map((input) => ({ ...input, categories: [], may_be_missing: false }));
const card = (version, more) => ({
  model: 'soil', version, title: 'Soil', description: 'Tells soils apart.', task: 'classification', limits: ['Mind.'], data: null, data_sha256: 'd', inputs: INPUTS,
  output: DETAIL.signature.output, training: { recipe: 'rule', title: 'Rule', hyperparameters: [], seed: 0, run: 'r', selection: null },
  evaluation: { figures: [{ name: 'accuracy', value: 0.98, unit: '', protocol: '5-fold', n: 150, interval: INTERVAL }, { name: 'log_loss', value: 0.05397, unit: '', protocol: '5-fold', n: 150, interval: null }], confusion: null, residuals: null },
  asking: { path: '/models/soil/predict', body: '{"rows": [["it\'s", 4]]}' }, engines: [], artefacts: {}, libraries: {}, ...more,
});
const LIST = { model: 'soil', champion: 2, previous: 1, versions: [{ number: 3 }, { number: 2 }, { number: 1 }], promotions: [] };

function panel() {
  const it = bench();
  it.app.state.learn(it.app.card.reducers);
  const runner = it.app.createCardRunner(it.tools);
  it.heard('flask', ok(catalogue(2)));
  it.dispatch({ type: 'tab_chosen', tab: 'card' });
  return { ...it, runner };
}

test('a prediction interval is promised only where it was measured', () => {
  const { app } = panel();
  const output = { name: 'rent', title: 'Rent', classes: [], unit: '', minimum: null, maximum: null };
  assert.equal(app.card.output(card(1, { output })), 'Rent, a number, with a prediction interval.');
  assert.equal(app.card.output(card(1, { output, evaluation: null })), 'Rent, a number.');
});

test('the card of the champion is asked for, and that of the version that is chosen then, each once', () => {
  const { app, runner, answer, dispatch, waiting, state } = panel();
  runner.follow();
  answer('/models/soil/versions', ok(LIST));
  runner.follow();
  runner.follow();
  assert.deepEqual(waiting.map((one) => one.url.replace(/.*:\d+/, '')), ['/models/soil/versions/2/card']);
  answer('/versions/2/card', ok(card(2)));
  assert.equal(app.card.shown(state()).version, 2);
  dispatch({ type: 'card_chosen', number: 3 });
  assert.equal(app.card.shown(state()), null);
  runner.follow();
  answer('/versions/3/card', ok(card(3)));
  runner.follow();
  assert.equal(app.card.shown(state()).version, 3);
  assert.equal(waiting.length, 0);
});

test('the Markdown of the card on show is asked for by its media type', () => {
  const { runner, answer, waiting } = panel();
  runner.follow();
  answer('/versions', ok(LIST));
  runner.follow();
  answer('/card', ok(card(2)));
  const told = [];
  runner.markdown((text) => told.push(text));
  assert.equal(waiting[0].accept, 'text/markdown');
  answer('/versions/2/card', { ...ok(null), text: '---\nlibrary_name: "sklearn"\n' });
  assert.equal(told.length, 1);
});

test('what is no card, or refused, is said', () => {
  const { runner, answer, state } = panel();
  runner.follow();
  answer('/versions', ok(LIST));
  runner.follow();
  answer('/card', failure(404, 'Not Found'));
  assert.equal(state().card.problem.problem.title, 'Not found');
});

test('figures have protocol, n and interval, and inputs what was seen', () => {
  const { app } = panel();
  assert.deepEqual(plain(app.card.figures(card(1))).map((row) => row.map(read)), [
    ['Accuracy', '98.0 %', '94.3 to 99.3 % (95 %, Wilson)', '150', '5-fold'], ['Log loss (nats)', '0.05397', '–', '150', '5-fold'],
  ]);
  assert.deepEqual(plain(app.card.inputs(card(1))), [['depth_m', 'Depth', 'm', '1 to 9'], ['count', 'Count', '', '0 to 10']]);
  const wide = card(1, { inputs: Array.from({ length: 784 }, (_, i) => ({ ...INPUTS[0], name: 'pixel' + i })) });
  assert.equal(app.card.inputs(wide).length, 8);
  assert.equal(app.card.more(wide), 'and 776 more, up to pixel783.');
});

test('a request by curl keeps its quotes within those of the shell', () => {
  const { app } = panel();
  assert.equal(app.card.curl(card(1), 'http://localhost:8081'), 'curl -s http://localhost:8081/models/soil/predict -d \'{"rows": [["it\'"\'"\'s", 4]]}\'');
});
