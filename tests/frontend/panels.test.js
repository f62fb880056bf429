'use strict';
/* The pure modules behind the panels: runs in words, curves, planes, parameters, versions. */
const test = require('node:test');
const assert = require('node:assert/strict');
const { bench, plain, ok, failure, refused, catalogue, run, point, DETAIL } = require('./load.js');

const read = (text) => text.replace(/[\u00a0\u202f]/g, ' ');
const curve = (...points) => ({ unit: 'epoch', n_training: 73, n_validation: 32, points });

test('a run is told in words, whatever became of it', () => {
  const { app } = bench();
  const words = (more) => read(app.runWords.progress(run(more)));
  assert.equal(words({ elapsed_s: 3.2, remaining_s: 9 }), 'cross-validation · 25 % · 3 s so far · about 9 s left');
  assert.equal(words({ remaining_s: null, step: '' }), '25 % · 1 s so far');
  assert.equal(words({ state: 'SCHEDULED' }), 'Waiting for its turn');
  assert.equal(words({ state: 'FINISHED', version: 4, promoted: true }), 'Finished after 1 s: version 4, which became champion');
  assert.equal(words({ state: 'FINISHED', version: 4, promoted: false }), 'Finished after 1 s: version 4 is stored, the champion stays');
  assert.equal(words({ state: 'FAILED', reason: 'the process that ran it ended' }), 'Failed after 1 s: the process that ran it ended');
  assert.equal(words({ state: 'CANCELLED' }), 'Cancelled after 1 s, during: cross-validation');
});

test('a run tells who asked for it, and with what', () => {
  const { app, state } = bench();
  assert.equal(app.runWords.about(state(), run({ params: { depth: 3 } })), 'asked for by Flask · becomes champion · depth 3');
  assert.equal(app.runWords.by(state(), 'command line (ada)'), 'command line (ada)');
  assert.equal(app.runWords.by(state(), null), '–');
  assert.equal(app.runWords.recipe(state(), run()), 'Rule');
  assert.equal(app.runWords.recipe(state(), run({ recipe: 'gone' })), 'gone');
});

test('a curve is lines, a table and CSV of the same figures', () => {
  const { app } = bench();
  const given = curve(point(1, 0.9), point(2, 0.8));
  assert.deepEqual(plain(app.curve.lines(given, app.curve.measures(given)[0])), [
    { title: 'training', points: [{ x: 1, y: 0.9 }, { x: 2, y: 0.8 }] }, { title: 'validation', points: [{ x: 1, y: 1 }, { x: 2, y: 0.9 }] },
  ]);
  assert.deepEqual(plain(app.curve.lines(given, app.curve.measures(given)[1])[0].points[0]), { x: 1, y: 50 });
  assert.deepEqual(plain(app.curve.headers(given)), ['Epochs', 'Log loss, training (nats)', 'Log loss, validation (nats)', 'Accuracy, training (%)', 'Accuracy, validation (%)']);
  assert.deepEqual(plain(app.curve.rows(given))[1], ['2', '0.800', '0.900', '50.0', '40.0']);
  assert.equal(app.curve.csv(given).split('\r\n')[1], '1,0.9,1,0.5,0.4');
  assert.equal(read(app.curve.reading(given, app.curve.measures(given)[1], 0)), 'Epochs 1: training 50.0 %, validation 40.0 %');
});

test('a figure that is missing is a dash, not a number', () => {
  const { app } = bench();
  assert.deepEqual(plain(app.curve.rows(curve({ step: 3, training_loss: null })))[0], ['3', '–', '–', '–', '–']);
});

function planes() {
  const it = bench();
  it.app.state.learn(it.app.regions.reducers);
  return it;
}

test('a plane has the last two features at first, and what is chosen then', () => {
  const { app, dispatch, state } = planes();
  const names = () => plain(app.regions.axes(state()).map((input) => input.name));
  assert.deepEqual(names(), ['depth_m', 'count']);
  dispatch({ type: 'axes_chosen', x: 'count', y: 'depth_m' });
  assert.deepEqual(names(), ['count', 'depth_m']);
  dispatch({ type: 'axes_chosen', x: 'count', y: 'gone' });
  assert.deepEqual(names(), ['depth_m', 'count']);
  assert.ok(app.regions.isPossible(DETAIL));
  assert.ok(!app.regions.isPossible({ ...DETAIL, task: 'regression' }));
  const unknown = DETAIL.signature.inputs.map((input) => ({ ...input, minimum: null, maximum: null }));
  assert.ok(!app.regions.isPossible({ ...DETAIL, signature: { ...DETAIL.signature, inputs: unknown } }));
  [{ categories: ['a', 'b'] }, { may_be_missing: true }].forEach((more) => {
    const inputs = DETAIL.signature.inputs.map((input) => ({ ...input, ...more }));
    assert.ok(!app.regions.isPossible({ ...DETAIL, signature: { ...DETAIL.signature, inputs } }));
  });
});

test('the cells of a plane lie row by row from the lowest values, a little beyond the training range', () => {
  const { app, state } = planes();
  const rows = app.regions.rows(state());
  assert.equal(rows.length, 1024);
  const [low, high] = app.regions.span(DETAIL.signature.inputs[0]);
  assert.deepEqual([low, high], [0.6, 9.4]);
  assert.ok(rows[0][0] > low && rows[0][0] < rows[1][0] && rows[31][0] < high);
  assert.equal(rows[0][1], rows[31][1]);
  assert.ok(rows[32][1] > rows[0][1]);
});

test('features that are not on the plane are as in the form, or as in the example', () => {
  const { app, dispatch, state } = planes();
  const third = { name: 'ph', title: 'pH', unit: '', minimum: 4, maximum: 9, step: 0.1, example: 7 };
  const detail = { ...plain(DETAIL), signature: { ...plain(DETAIL.signature), inputs: [third, ...plain(DETAIL.signature.inputs)] } };
  dispatch({ type: 'described', detail });
  dispatch({ type: 'field_changed', name: 'ph', text: '5.5' });
  assert.ok(app.regions.rows(state()).every((row) => row[0] === 5.5));
  dispatch({ type: 'field_changed', name: 'ph', text: 'x' });
  assert.ok(app.regions.rows(state()).every((row) => row[0] === 7));
});

test('what a run learned is read off, also with its axes the other way round', () => {
  const { app } = planes();
  const [x, y] = DETAIL.signature.inputs;
  const learned = run({ regions: [{ x: 'depth_m', y: 'count', resolution: 2, classes: '01a2' }] });
  assert.deepEqual(plain(app.regions.ofRun(learned, x, y)), { resolution: 2, cells: [0, 1, 10, 2] });
  assert.deepEqual(plain(app.regions.ofRun(learned, y, x)), { resolution: 2, cells: [0, 10, 1, 2] });
  assert.equal(app.regions.ofRun(run(), x, y), null);
});

test('a plane says which class a point lies in, and how much each has', () => {
  const { app } = planes();
  const plane = { resolution: 2, cells: [0, 1, 1, 2] };
  assert.equal(app.regions.at(plane, 0.9, 0.1), 1);
  assert.equal(app.regions.at(plane, 0.9, 0.9), 2);
  assert.equal(app.regions.at(plane, 1.2, 0.5), -1);
  assert.equal(app.regions.at(plane, NaN, 0.5), -1);
  assert.deepEqual(plain(app.regions.shares(plane, 3)), [0.25, 0.5, 0.25]);
});

test('while a run learns its plane is on show, then the champion’s; a late answer is not', () => {
  const { app, dispatch, state } = planes();
  const shown = () => app.regions.shown(state());
  dispatch({ type: 'plane_answered', seq: 2, model: 'soil', x: 'depth_m', y: 'count', version: 3, plane: { resolution: 1, cells: [0] } });
  dispatch({ type: 'plane_answered', seq: 1, model: 'soil', x: 'depth_m', y: 'count', version: 2, plane: { resolution: 1, cells: [1] } });
  assert.equal(shown().version, 3);
  dispatch({ type: 'run_told', backend: 'flask', run: run({ regions: [{ x: 'depth_m', y: 'count', resolution: 1, classes: '2' }] }) });
  assert.deepEqual(plain(shown().plane.cells), [2]);
  dispatch({ type: 'run_told', backend: 'flask', run: run({ state: 'FINISHED' }) });
  assert.equal(shown().version, 3);
  dispatch({ type: 'axes_chosen', x: 'count', y: 'depth_m' });
  assert.equal(shown().plane, null, 'an answer about other axes');
});

test('a champion’s plane is asked for once, and again when a slider has moved what it depends on', () => {
  const { app, tools, heard, waiting, pass, dispatch, answer } = planes();
  const runner = app.createTrainingRunner(tools);
  const look = () => { runner.follow(); pass(200); };
  look();
  assert.equal(waiting.length, 0, 'nobody is there');
  heard('flask', ok(catalogue(1)));
  look();
  look();
  assert.deepEqual(waiting.map((one) => one.url), ['http://localhost:8081/models/soil/predict']);
  answer('/predict', ok({ predictions: Array(1024).fill('loam'), version: 1 }));
  dispatch({ type: 'field_changed', name: 'count', text: '5' });
  look();
  assert.equal(waiting.length, 0, 'it is on an axis');
  heard('flask', ok(catalogue(2)));
  look();
  assert.equal(waiting.length, 1);
});

test('the chart library is asked for with the first curve, and not loaded where it is missing', () => {
  const { app, tools, dispatch, state, waiting, answer } = planes();
  app.state.learn(app.curve.reducers);
  const loaded = [];
  tools.load = (files, done) => { loaded.push(...files); done(true); };
  const runner = app.createTrainingRunner(tools);
  dispatch({ type: 'run_told', backend: 'flask', run: run() });
  runner.follow();
  assert.equal(waiting.length, 0);
  dispatch({ type: 'run_told', backend: 'flask', run: run({ curve: curve(point(1, 0.9)) }) });
  runner.follow();
  runner.follow();
  assert.deepEqual(waiting.map((one) => one.method), ['HEAD']);
  answer('vendor/', failure(404, 'Not Found'));
  assert.equal(state().charts, false);
  assert.deepEqual(loaded, []);
  tools.is_file = true;
  app.createTrainingRunner(tools).follow();
  assert.equal(state().charts, true);
  assert.equal(loaded.length, 1);
});

const RECIPE = { name: 'rule', title: 'Rule', hyperparameters: [
  { name: 'depth', kind: 'int', default: 3, meaning: 'questions in a row', minimum: 1, maximum: 9, choices: [] },
  { name: 'way', kind: 'choice', default: 'a', meaning: 'how', minimum: null, maximum: null, choices: ['a', 'b'] }] };

function withSettings() {
  const it = bench();
  it.app.state.learn(it.app.trainWith.reducers);
  it.dispatch({ type: 'described', detail: { ...plain(DETAIL), recipes: [RECIPE] } });
  return it;
}

test('settings hold what was typed: numbers as numbers, the rest for the backend to judge, blanks not at all', () => {
  const { app, dispatch, state } = withSettings();
  assert.deepEqual(plain(app.trainWith.settings(state())), { promote: 'if-not-worse' });
  dispatch({ type: 'train_with_typed', name: 'depth', text: ' 4 ' });
  dispatch({ type: 'train_with_typed', name: 'way', text: 'b' });
  dispatch({ type: 'train_with_seed_typed', text: '7x' });
  dispatch({ type: 'train_with_promotion_chosen', promote: 'never' });
  assert.deepEqual(plain(app.trainWith.settings(state())), { promote: 'never', params: { depth: 4, way: 'b' }, seed: '7x' });
  dispatch({ type: 'train_with_reset' });
  assert.deepEqual(plain(app.trainWith.settings(state())), { promote: 'if-not-worse' });
  assert.equal(app.trainWith.hint(RECIPE.hyperparameters[0]), 'questions in a row, 1 to 9');
  assert.equal(app.trainWith.hint(RECIPE.hyperparameters[1]), 'how');
});

test('what a backend objects to stands beside the field that its path names', () => {
  const { app, asking, answer, heard, state } = withSettings();
  heard('flask', ok(catalogue(1)));
  asking.train({ params: { depth: 99 } });
  answer('/runs', failure(400, 'Bad Request', { detail: 'no', errors: [{ path: 'params.depth', message: 'must lie between 1 and 9' }] }));
  assert.equal(app.trainWith.complaint(state(), 'params.depth'), 'must lie between 1 and 9');
  assert.equal(app.trainWith.complaint(state(), 'seed'), '');
});

const score = { protocol: 'p', accuracy: 0.9, correct: 9, n: 10, interval: { low: 0.6, high: 0.98, level: 0.95, method: 'Wilson' }, confusion: [[5, 0], [1, 4]] };
const version = (number) => ({ model: 'soil', number, created_at: '2026-01-01T00:00:00Z', by: 'flask', recipe: 'rule', params: { depth: number }, metrics: { cross_validation: score, holdout: score } });
const LIST = { model: 'soil', champion: 3, previous: 2, versions: [3, 2, 1].map(version), promotions: [] };
const COMPARISON = {
  model: 'soil', versions: [version(2), version(3)], same_data: true,
  figures: [{ name: 'accuracy', values: [0.9, 0.95], difference: 0.05, better: 3 }, { name: 'log_loss', values: [0.5, 0.5], difference: 0, better: null }],
  parameters: [{ name: 'params.depth', values: [2, null] }],
  agreement: { data: 'Soil', n: 150, same: 148, share: 148 / 150, right: [147, 149], fitted: [true, true] },
};

function history() {
  const it = bench();
  it.app.state.learn(it.app.versions.reducers);
  it.heard('flask', ok(catalogue(3)));
  it.heard('klein', ok(catalogue(3)));
  it.dispatch({ type: 'tab_chosen', tab: 'versions' });
  return { ...it, runner: it.app.createVersionsRunner(it.tools) };
}

test('the versions are listed once, and again when there is another champion', () => {
  const { runner, waiting, answer, heard, state, app } = history();
  runner.follow();
  runner.follow();
  assert.deepEqual(waiting.map((one) => one.url), ['http://localhost:8081/models/soil/versions']);
  answer('/versions', ok(LIST));
  assert.equal(app.versions.answer(state()).previous, 2);
  assert.deepEqual(plain(app.versions.pair(state())), [2, 3]);
  heard('flask', ok(catalogue(2)));
  runner.follow();
  assert.equal(waiting.length, 1);
});

test('promoting and rolling back put the champion, and say who answers now', () => {
  const { runner, waiting, answer, said } = history();
  runner.promote(2);
  runner.promote('previous');
  assert.equal(waiting.length, 1, 'one at a time');
  assert.deepEqual(plain([waiting[0].method, waiting[0].url, waiting[0].body]), ['PUT', 'http://localhost:8081/models/soil/champion', { version: 2 }]);
  answer('/champion', ok({ model: 'soil', champion: 2, before: 3 }));
  assert.equal(said().at(-1), 'Version 2 answers from now on, instead of version 3.');
  assert.match(waiting[0].url, /versions$/);
});

test('a refused promotion says what to do; a page without an address does not even ask', () => {
  const { runner, answer, state } = history();
  runner.promote(2);
  answer('/champion', failure(409, 'Conflict', { detail: 'its golden rows differ' }));
  assert.equal(state().versions.problem.problem.detail, 'its golden rows differ');
  runner.promote(2);
  answer('/champion', refused());
  assert.match(state().versions.problem.problem.advice, /Open http:\/\/localhost:8081\/ and do it there/);
  const file = history();
  file.tools.is_file = true;
  file.runner.promote(2);
  assert.equal(file.waiting.length, 0);
  assert.equal(file.state().versions.problem.problem.title, 'Not allowed');
});

test('two versions stand side by side, with differences in words', () => {
  const { app, runner, answer, dispatch, state } = history();
  dispatch({ type: 'versions_answered', model: 'soil', answer: LIST });
  runner.compare();
  answer('/models/soil/versions/2/compare/3', ok(COMPARISON));
  const { comparison } = state().versions;
  assert.deepEqual(plain(app.versions.figures(comparison)).map((one) => [read(one.difference), one.better]), [['+5.0 %', 3], ['none', null]]);
  assert.deepEqual(plain(app.versions.parameters(comparison)), [{ name: 'params.depth', values: ['2', '–'] }]);
  assert.match(read(app.versions.agreement(comparison)), /same class to 148 of the 150 rows of Soil \(98\.7 %\)\. Version 2 is right on 147, version 3 on 149\. Both were fitted/);
  dispatch({ type: 'pair_chosen', pair: [1, 3] });
  assert.equal(state().versions.comparison, null);
  assert.deepEqual(plain(app.versions.pair(state())), [1, 3]);
});

test('an answer that is no list of versions is an error', () => {
  const { runner, answer, state } = history();
  runner.follow();
  answer('/versions', ok({ models: [] }));
  assert.equal(state().versions.problem.problem.title, 'Unexpected answer');
  assert.equal(state().versions.answer, null);
});
