'use strict';
/* A table on its way to a model, and a model on its way out: state and requests, without a page. */
const test = require('node:test');
const assert = require('node:assert/strict');
const { bench, load, plain, run, ok, failure, catalogue, DETAIL } = require('./load.js');

const column = (name, more) => ({ name, kind: 'number', missing: 0, minimum: 1, maximum: 5.25, n_categories: 0, counts: [], unfit: '', task: 'regression', ...more });
const KIND = column('kind', { kind: 'category', task: 'classification', n_categories: 6, counts: ['a', 'b', 'c', 'd', 'e'].map((category, i) => ({ category, n_rows: 9 - i })) });
const OVERVIEW = { n_rows: 60, columns: [column('rooms'), column('id', { kind: 'unusable', unfit: 'is empty', task: null, minimum: null, maximum: null }), KIND], name: 'flats', title: 'Flats', target: 'kind' };
const FILE = { name: 'flats.csv', size: 100 };
const MODEL = { ...DETAIL, name: 'flats', title: 'Flats', defined: true };

function page() {
  const found = bench();
  found.app.state.learn({ ...found.app.add.reducers, ...found.app.removing.reducers });
  found.heard('flask', ok(catalogue(1)));
  found.heard('klein', ok(catalogue(1)));
  found.adding = found.app.createAddRunner(found.tools);
  found.removing = found.app.createRemovingRunner(found.tools);
  found.add = () => found.app.add.of(found.state());
  return found;
}

function withTable() {
  const found = page();
  found.adding.choose(FILE);
  found.answer('/tables', ok(OVERVIEW));
  return found;
}

test('the address of "add a model" is no model, and any model leads away from it', () => {
  const { app, dispatch, state } = page();
  const locate = (hash) => dispatch({ type: 'located', seq: 1, ...app.address.parse(hash) });
  locate('#+add');
  assert.deepEqual([state().adding, state().model], [true, 'soil']);
  locate('#soil?depth_m=3');
  assert.deepEqual([state().adding, state().model], [false, 'soil']);
});

test('a file is sent as it is, and its columns are told in words', () => {
  const { app, adding, waiting, answer, add, said, state } = page();
  adding.choose(FILE);
  assert.equal(add().busy, 'reading');
  const [request] = waiting;
  assert.deepEqual([request.method, request.text, request.type], ['POST', FILE, 'text/csv']);
  assert.match(request.url, /\/tables\?file=flats\.csv$/);
  answer('/tables', ok(OVERVIEW));
  assert.deepEqual(plain(add().wishes), { name: 'flats', title: 'Flats', target: 'kind', task: '', drop: [] });
  assert.deepEqual(OVERVIEW.columns.map((one) => app.add.kind(one)), ['numbers', '–', 'categories']);
  assert.deepEqual([app.add.values(OVERVIEW.columns[0]), app.add.values(KIND)], ['1 to 5.25', 'a (9), b (8), c (7), d (6), 2 more']);
  assert.deepEqual(plain(app.add.targets(OVERVIEW).map((one) => one.name)), ['rooms', 'kind']);
  assert.equal(said().pop(), 'flats.csv holds 60 rows, 3 columns.');
  assert.equal(state().in_flight, 0);
});

test('what a person wishes is asked for, and nothing before they say so', () => {
  const { adding, dispatch, waiting, add } = withTable();
  assert.equal(waiting.length, 0);
  dispatch({ type: 'wished', wish: { name: 'my-flats', task: 'regression' } });
  ['rooms', 'kind'].forEach((name) => dispatch({ type: 'column_used', column: name, yes: false }));
  assert.deepEqual(plain(add().wishes.drop), ['rooms', 'kind']);
  adding.train();
  adding.train(); // pressed twice
  assert.equal(waiting.length, 1);
  const url = new URL(waiting[0].url);
  assert.deepEqual([url.pathname, waiting[0].text], ['/models', FILE]);
  assert.deepEqual(Array.from(url.searchParams), [['file', 'flats.csv'], ['name', 'my-flats'], ['title', 'Flats'], ['target', 'kind'], ['task', 'regression'], ['drop', 'rooms']]);
});

test('a new model is shown with its training', () => {
  const { app, adding, answer, add, state } = withTable();
  adding.train();
  answer('/models', { ...ok({ model: MODEL, run: run({ id: 'r9', model: 'flats' }) }), status: 202 });
  assert.deepEqual([state().model, state().adding, state().tab, state().shown_run], ['flats', false, 'training', 'r9']);
  assert.ok(app.select.isTraining(state()));
  assert.deepEqual([add().file, state().in_flight], ['', 0]);
});

test('what is wrong is told where it was asked, and the wishes stay', () => {
  const { adding, answer, add, state } = withTable();
  adding.train();
  answer('/models', failure(409, 'Conflict', { detail: 'the name is taken' }));
  assert.deepEqual([add().problem.problem.title, add().problem.problem.advice, add().wishes.name], ['The name is taken', '', 'flats']);
  adding.choose(FILE);
  assert.equal(add().problem, null);
  answer('/tables', failure(413, 'Content Too Large', { detail: 'the body is larger than 9 bytes' }));
  assert.match(add().problem.problem.advice, /duet add/);
  adding.choose(FILE);
  answer('/tables', failure(400, 'Bad Request', { detail: 'd', errors: [{ path: "row 12, column 'a'", message: "'x' is not a number" }] }));
  assert.deepEqual(plain(add().problem.problem.errors), [{ path: "row 12, column 'a'", message: "'x' is not a number" }]);
  assert.equal(state().in_flight, 0);
});

test('an answer about an earlier file is nobody’s answer', () => {
  const { adding, waiting, add, answer, state } = page();
  adding.choose(FILE);
  adding.choose({ name: 'other.csv', size: 1 });
  answer('file=flats.csv', ok(OVERVIEW));
  assert.deepEqual([add().overview, add().busy], [null, 'reading']);
  answer('file=other.csv', ok({ ...OVERVIEW, n_rows: 7 }));
  assert.equal(add().overview.n_rows, 7);
  assert.deepEqual([waiting.length, state().in_flight], [0, 0]);
});

test('a page opened as a file says where to go', () => {
  const { app, tools, dispatch, add } = page();
  const adding = app.createAddRunner({ ...tools, is_file: true });
  adding.choose(FILE);
  assert.match(add().problem.problem.advice, /^Open http:/);
  dispatch({ type: 'ticked' });
});

test('a removed model is forgotten at once', () => {
  const { removing, dispatch, answer, app, state, said } = page();
  const both = { models: catalogue(1).models.concat({ name: 'flats', title: 'Flats', task: 'classification', champion: null }) };
  ['flask', 'klein'].forEach((id) => dispatch({ type: 'polled', backend: id, seq: 1e6, reply: ok(both) }));
  dispatch({ type: 'described', detail: MODEL });
  dispatch({ type: 'model_chosen', model: 'flats', seq: 1e6 });
  removing.ask();
  assert.equal(state().dialog, 'remove');
  removing.confirm();
  answer('/models/flats', failure(409, 'Conflict', { detail: 'why' }));
  assert.equal(state().dialog, 'remove');
  assert.equal(state().removal_problem.problem.detail, 'why');
  removing.confirm();
  answer('/models/flats', ok({ model: 'flats' }));
  assert.deepEqual([state().dialog, state().model, state().details.flats], ['', 'soil', undefined]);
  assert.deepEqual(plain(app.select.models(state()).map((one) => one.name)), ['soil']);
  assert.equal(said().pop(), 'Flats is gone.');
});

test('no model can be called like the address', () => {
  assert.doesNotMatch(load().address.ADD, /^[a-z]/);
});
