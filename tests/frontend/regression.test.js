'use strict';
/* A model that answers with a number. */
const test = require('node:test');
const assert = require('node:assert/strict');
const { bench, plain, ok, refused, run, accepted, DETAIL } = require('./load.js');

const read = (text) => text.replace(/[\u00a0\u202f]/g, ' ');
const FLASK = ':8081/models/soil/predict';
const KLEIN = ':8082/models/soil/predict';
const output = { name: 'depth', title: 'Depth of the water', classes: [], unit: 'm', minimum: 2, maximum: 12 };
const PRICE = { ...DETAIL, task: 'regression', signature: { ...DETAIL.signature, output } };
const interval = (low, high) => ({ low, high, level: 0.95, method: 'delta method over rows' });
const score = {
  protocol: '5-fold x 10', n: 400, rmse: 1.5, mae: 1.1, r2: 0.8, rmse_interval: interval(1.4, 1.6), r2_interval: interval(0.75, 0.85),
  residuals: [[2, 3], [4, 4.5], [12, 10]],
};
const catalogue = (number) => ({ models: [{ name: 'soil', title: 'Soil', task: 'regression', champion: number ? { number, recipe: 'rule', metrics: { holdout: score, cross_validation: score } } : null }] });
const estimate = (value, half) => ({ task: 'regression', model: 'soil', version: 1, unit: 'm', level: 0.9, predictions: [value], intervals: [[value - half, value + half]], warnings: [{ path: 'rows[0][1]', feature: 'count', message: 'far' }], rows_with_warnings: 1 });

function trained(number) {
  const it = bench({ detail: PRICE });
  it.heard('flask', ok(catalogue(number === undefined ? 1 : number)));
  it.heard('klein', ok(catalogue(number === undefined ? 1 : number)));
  return it;
}

test('one row is asked for where batches are, and the value is shown with its interval', () => {
  const { app, asking, waiting, answer, state, said } = trained();
  asking.classify(false);
  assert.deepEqual(plain(waiting[0].body), { rows: [[2, 4]] });
  answer(FLASK, ok(estimate(7.123, 1.9)));
  const { body, kind } = state().answers.flask;
  assert.equal(kind, 'prediction');
  assert.equal(read(app.select.task(state()).label(body, output)), '7.1 m');
  assert.equal(read(app.select.task(state()).sure(body, output)), '90 % interval 5.2 to 9.0 m');
  assert.equal(app.features.indexOfPath(body.warnings[0].path), 1);
  assert.equal(read(app.speech(state())), '7.1 m, 90 % interval 5.2 to 9.0 m, answered by Flask, with 1 warnings.');
  assert.equal(said().at(-1), 'Status: 200 (OK), processing prediction from Flask model.');
  assert.equal(app.select.agreedClass(state()), -1);
});

test('an answer without a number or an interval is an error', () => {
  [{}, { task: 'regression', predictions: [1] }, { task: 'regression', predictions: ['1'], intervals: [[0, 2]] }, { data: 'x', class: 0, probabilities: {} }].forEach((body) => {
    const { asking, answer, state } = trained();
    asking.classify(false);
    answer(FLASK, ok(body));
    assert.equal(state().answers.flask.problem.title, 'Unexpected answer');
  });
});

test('what is made up is a number within the training range, and said to be random', () => {
  const { app, asking, answer, state, said } = trained();
  asking.classify(false);
  answer(FLASK, refused());
  answer(KLEIN, refused());
  const { sample } = state();
  assert.ok(sample.value >= 2 && sample.value <= 12);
  const told = app.select.task(state()).madeUp(sample, output);
  assert.match(read(told.label), /^\d+\.?\d* m$/);
  assert.match(read(told.why), /every number from 2\.0 to 12\.0 m, the range of the training data, was equally likely/);
  assert.equal(said().at(-1), 'Status: 0 (no response from the server), returning random prediction.');
});

test('without a version there is nothing to ask, in words that know no accuracy', () => {
  const { asking, waiting, said } = trained(0);
  asking.classify(false);
  assert.equal(waiting.length, 0);
  assert.equal(said().at(-1), 'Flask has no trained model yet, please train the model first.');
});

test('a training ends with a new test error, a mock-up with a made-up one', () => {
  const { asking, answer, heard, dispatch, pass, said } = trained();
  asking.train();
  answer('/runs', accepted());
  dispatch({ type: 'run_told', run: run({ state: 'FINISHED', version: 2, promoted: true }), backend: 'flask' });
  heard('flask', ok(catalogue(2)));
  assert.equal(said().at(-1), 'Done! Updated Flask test error above.');
  asking.train();
  answer(':8081/models', refused());
  answer(':8082/models', refused());
  pass(5000);
  assert.match(read(said().at(-1)), /^Mock-up done: R² 0\.9\d is a random number, no model was trained\.$/);
});

test('its curve is one of errors', () => {
  const { app } = bench();
  const curve = { unit: 'fold', n_training: 8, n_validation: 2, loss: 'rmse', points: [{ step: 1, training_loss: 1.234, training_accuracy: null, validation_loss: 2.5, validation_accuracy: null }] };
  assert.deepEqual(plain(app.curve.headers(curve, 'm')), ['Fold', 'RMSE, training (m)', 'RMSE, validation (m)']);
  assert.deepEqual(plain(app.curve.headers(curve, '')), ['Fold', 'RMSE, training', 'RMSE, validation']);
  assert.deepEqual(plain(app.curve.rows(curve)), [['1', '1.234', '2.500']]);
  assert.equal(app.curve.csv(curve), 'step,training_loss,validation_loss\r\n1,1.234,2.5\r\n');
});

test('what it predicted stands against what is true, in a picture, in words and as a table', () => {
  const { app, state } = trained();
  const found = app.residuals.shown(state());
  const [low, high] = app.residuals.span(found);
  assert.ok(low < 2 && high > 12);
  assert.equal(read(app.residuals.words(found, output)), 'Predicted against true, 3 of 400 rows: half of the predictions are off by less than 1.0 m, 2 are too high and 1 too low. 1.50 m RMSE.');
  assert.deepEqual(plain(app.residuals.headers(output)), ['True, m', 'Predicted, m', 'Difference, m']);
  assert.deepEqual(plain(app.residuals.rows(found))[2], ['12', '10.00', '−2.00']);
  assert.equal(app.residuals.csv(found), 'true,predicted\r\n2,3\r\n4,4.5\r\n12,10\r\n');
  assert.deepEqual(plain(app.ticks(low, high)), [5, 10]);
  const other = bench();
  other.heard('flask', ok({ models: [{ name: 'soil', title: 'Soil', champion: { number: 1, recipe: 'rule', metrics: { cross_validation: {}, holdout: {} } } }] }));
  assert.equal(other.app.residuals.shown(other.state()), null);
});

test('two versions differ in errors, and their values are so far apart', () => {
  const { app } = bench();
  const comparison = {
    versions: [{ number: 1 }, { number: 2 }], figures: [{ name: 'rmse', values: [1.5, 1.25], difference: -0.25, better: 2 }, { name: 'r2', values: [0.8, 0.85], difference: 0.05, better: 2 }],
    agreement: { task: 'regression', data: 'Soil', n: 400, mean_difference: 0.5, largest_difference: 2, rmse: [1.4, 1.2], fitted: [true, false] },
  };
  assert.deepEqual(plain(app.versions.figures(comparison, 'm')).map((one) => [one.title, read(one.difference)]), [['RMSE, cross-validated', '−0.2500 m'], ['R², cross-validated', '+0.050']]);
  assert.match(read(app.versions.agreement(comparison, 'm')), /^On the 400 rows of Soil their values are 0\.5000 m apart on average, and 2\.000 m at most\. .* Version 1 was fitted on these very rows/);
});

test('a race takes classes only', () => {
  const { app, tools, waiting } = trained();
  const burst = app.createBurst(tools);
  assert.equal(burst.isReady(), false);
  burst.start();
  assert.equal(waiting.length, 0);
});

test('a value that was never measured has no interval, and says so', () => {
  const { app, asking, answer, state } = trained();
  asking.classify(false);
  answer(FLASK, ok({ ...estimate(7.123, 1.9), level: null, intervals: [], warnings: [], rows_with_warnings: 0 }));
  const { body, kind } = state().answers.flask;
  assert.equal(kind, 'prediction');
  assert.equal(read(app.select.task(state()).label(body, output)), '7.1230 m');
  assert.equal(app.select.task(state()).sure(body, output), 'never measured');
});
