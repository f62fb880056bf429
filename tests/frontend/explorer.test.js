'use strict';
/* Batches of images, what they were taken for, and when which is asked for. */
const test = require('node:test');
const assert = require('node:assert/strict');
const { bench, plain, ok, failure, catalogue, DETAIL } = require('./load.js');

const inputs = [0, 1, 2, 3].map((i) => ({ name: 'p' + i, title: 'P' + i, unit: '', minimum: 0, maximum: 16, step: 1, example: 0, role: 'pixel' }));
const IMAGES = { ...DETAIL, signature: { ...DETAIL.signature, inputs } };
const row = (number, label, predicted, probabilities) => ({ row: number, inputs: [0, 1, 2, 16], label, predicted, probabilities });
const ROWS = [row(4, 'clay', 'clay', [1, 0, 0]), row(5, 'clay', 'sand', [0.2, 0.2, 0.6]), row(9, 'loam', 'sand', [0.1, 0.3, 0.6]), row(2, 'sand', 'clay', [0.5, 0.1, 0.4])];
const BATCH = { model: 'soil', version: 1, protocol: 'stratified 5-fold', classes: ['clay', 'loam', 'sand'], available: 9, n: 4, correct: 1, interval: { low: 0.05, high: 0.7, level: 0.95, method: 'Wilson' }, rows: ROWS };

function page(detail) {
  const found = bench({ detail: detail || IMAGES });
  found.app.state.learn(found.app.explorer.reducers);
  found.runner = found.app.createExplorerRunner(found.tools);
  found.heard('flask', ok(catalogue(1)));
  found.dispatch({ type: 'tab_chosen', tab: 'explorer' });
  found.ask = () => { found.runner.follow(); found.pass(100); };
  return found;
}

test('only models of images have an explorer, and others show their first tab', () => {
  const images = page();
  const titles = (state) => plain(images.app.select.tabs(state).map((one) => one.id));
  assert.ok(titles(images.state()).includes('explorer'));
  const other = page(DETAIL);
  assert.ok(!titles(other.state()).includes('explorer'));
  const locate = (found, hash) => { found.dispatch({ type: 'located', seq: 1, ...found.app.address.parse(hash) }); return found.state().tab; };
  assert.deepEqual([locate(images, '#soil?tab=explorer'), locate(other, '#soil?tab=explorer'), locate(other, '#soil?tab=burst')], ['explorer', 'training', 'burst']);
  images.dispatch({ type: 'tab_chosen', tab: 'explorer' });
  images.dispatch({ type: 'model_chosen', model: 'nothing known of it', seq: 2 });
  assert.equal(images.state().tab, 'training');
});

test('mistakes are counted by what the images were taken for', () => {
  const { explorer } = page().app;
  assert.deepEqual(plain(explorer.wrong(BATCH).map((one) => one.row)), [5, 9, 2]);
  assert.deepEqual(plain(explorer.mistakes(BATCH)), [{ name: 'clay', count: 1, labels: ['sand'] }, { name: 'loam', count: 0, labels: [] }, { name: 'sand', count: 2, labels: ['clay', 'loam'] }]);
  assert.equal(explorer.rightWords(BATCH).replace(/\s/g, ' '), '25.0 %: 1 of 4 right, 95 % interval 5.0 to 70.0 % (Wilson)');
  assert.deepEqual([explorer.wrongWords(BATCH), explorer.howMany(BATCH), explorer.share(ROWS[1], BATCH.classes)], ['3 of 4 wrong', '4 of the 9 that were kept', 0.6]);
});

test('a batch is asked for when what is wanted has stood still, and the latest wins', () => {
  const { app, dispatch, waiting, ask, answer, state } = page();
  ask();
  dispatch({ type: 'explorer_wished', wish: { chosen: 2 } });
  ask();
  ask();
  assert.deepEqual(waiting.map((one) => one.url.replace(/^.*\/models/, '')), ['/soil/versions/1/held-out?n=300&seed=0', '/soil/versions/1/held-out?n=300&seed=0&class=sand']);
  answer('class=sand', ok(BATCH));
  answer('seed=0', ok({ ...BATCH, n: 99 }));
  assert.equal(app.explorer.batch(state()).n, 4);
  assert.ok(!app.explorer.of(state()).busy);
  dispatch({ type: 'explorer_wished', wish: { picked: 2 } });
  dispatch({ type: 'explorer_wished', wish: { seed: 1 } });
  ask();
  answer('seed=1', ok(BATCH));
  assert.equal(app.explorer.of(state()).picked, 0);
});

test('a version without such answers is told of', () => {
  const { app, ask, answer, state } = page();
  ask();
  answer('held-out', failure(404, 'Not Found', { detail: 'no answers were kept' }));
  assert.equal(app.explorer.of(state()).problem.problem.detail, 'no answers were kept');
  assert.equal(app.explorer.batch(state()), null);
});

test('arrow keys lead round the gallery', () => {
  const { moved } = page().app.explorer;
  assert.deepEqual([moved(0, 'ArrowRight', 3), moved(2, 'ArrowDown', 3), moved(0, 'ArrowLeft', 3), moved(1, 'Home', 3), moved(1, 'End', 3), moved(1, 'x', 3)], [1, 0, 2, 0, 2, -1]);
});
