'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { bench, plain, ok, refused, timeout, failure, prediction, catalogue, run, point, DETAIL } = require('./load.js');

const answered = (seq, index, more) => ({ type: 'classify_answered', seq, slot: 'flask', backend: 'flask', data: [2, 4], reply: ok(prediction(index)), ...more });

/** What the runner notes of one backend, told at once. */
const noted = (backend, ...notes) => ({ type: 'burst_noted', backend, notes, now: 0, agreement: { same: 0, apart: 0, differs: 0, first: '' } });
const sent = (kind, from) => ({ kind, from, late: 0 });

test('fields start with the example of the signature', () => {
  assert.deepEqual(plain(bench().state().texts), { soil: { depth_m: '2.0', count: '4' } });
});

test('reduce changes nothing in the state it is given', () => {
  const { app, state } = bench();
  const freeze = (value) => { if (value && typeof value === 'object' && !Object.isFrozen(value)) { Object.freeze(value); Object.values(value).forEach(freeze); } return value; };
  let now = freeze(state());
  [{ type: 'field_changed', name: 'count', text: '5' }, { type: 'ask_chosen', ask: 'both' }, { type: 'ask_opened', slot: 'flask', seq: 1 },
    { type: 'request_sent', url: 'u' }, answered(1, 0), { type: 'ask_closed', slot: 'flask' }, { type: 'polled', backend: 'klein', seq: 2, reply: refused() },
    { type: 'sampled', seq: 3, class: 1 }, { type: 'mock_started', id: 3 }, { type: 'burst_chosen', choice: 'steady' }, { type: 'burst_started' },
    noted('flask', { kind: 'classify', from: 0, late: 0 }), noted('flask', { index: 0, to: 3, status: 500 }), { type: 'burst_ended' }]
    .forEach((event) => { now = freeze(app.state.reduce(now, event)); });
  assert.throws(() => app.state.reduce(now, { type: 'no such event' }));
});

test('a late reply never overwrites a newer one', () => {
  const { dispatch, state } = bench();
  dispatch(answered(2, 1));
  dispatch(answered(1, 0));
  assert.equal(state().answers.flask.body.class, 1);
  dispatch(answered(3, 2));
  assert.equal(state().answers.flask.body.class, 2);
});

test('a late error never overwrites a newer prediction, nor a late silence', () => {
  const { dispatch, state } = bench();
  dispatch(answered(5, 1));
  dispatch(answered(4, 0, { reply: failure(500, 'Internal Server Error'), problem: {} }));
  dispatch({ type: 'slot_unreachable', seq: 3, slot: 'flask', backend: 'flask', data: [] });
  dispatch({ type: 'sampled', seq: 3, class: 0 });
  assert.equal(state().answers.flask.kind, 'prediction');
  assert.equal(state().sample, null);
});

test('a reply to another model is nobody’s answer', () => {
  const { dispatch, state } = bench();
  dispatch({ type: 'described', detail: { ...DETAIL, name: 'other' } });
  dispatch({ type: 'model_chosen', model: 'other', seq: 7 });
  dispatch(answered(7, 1));
  assert.deepEqual(plain(state().answers), {});
  dispatch(answered(8, 1));
  assert.equal(state().answers.flask.seq, 8);
});

test('an HTTP error is an error, never a sample', () => {
  const { dispatch, state } = bench();
  dispatch(answered(1, 0, { reply: failure(500, 'Internal Server Error'), problem: { title: 'Server error' } }));
  assert.equal(state().answers.flask.kind, 'error');
  assert.equal(state().sample, null);
  assert.equal(state().line.text, 'Status: 500 (Internal Server Error), Flask reports an error.');
});

test('a 200 that holds no prediction is an error', () => {
  ['text', null, {}, { data: 3, class: 0, probabilities: {} }, { data: 'x', class: 0.5, probabilities: {} }, { data: 'x', class: 0 }].forEach((body) => {
    const { dispatch, state } = bench();
    dispatch(answered(1, 0, { reply: ok(body), problem: { title: 'Unexpected answer' } }));
    assert.equal(state().answers.flask.kind, 'error');
  });
});

test('a sample goes as soon as any backend answers', () => {
  const { dispatch, state, heard } = bench();
  dispatch({ type: 'mock_started', id: 1 });
  dispatch({ type: 'sampled', seq: 1, class: 2 });
  heard('klein', refused());
  assert.ok(state().sample && state().mock);
  heard('klein', ok(catalogue(1)));
  assert.equal(state().sample, null);
  assert.equal(state().mock, null);
  dispatch({ type: 'mock_done', id: 1, accuracy: 95 });
  assert.equal(state().mock, null, 'a mock-up that was cleared stays cleared');
});

test('a backend that is slow is busy, one that refuses is down, one that stays silent is down at last', () => {
  const { state, heard } = bench();
  const reach = () => state().links.flask.reach;
  heard('flask', ok(catalogue(1)));
  assert.equal(reach(), 'up');
  heard('flask', timeout());
  assert.equal(reach(), 'busy');
  [1, 2, 3].forEach(() => heard('flask', timeout()));
  assert.equal(reach(), 'down');
  heard('flask', ok(catalogue(1)));
  heard('flask', refused());
  assert.equal(reach(), 'down');
});

test('old news about a backend does not count', () => {
  const { dispatch, state } = bench();
  dispatch({ type: 'polled', backend: 'flask', seq: 5, reply: ok(catalogue(1)) });
  dispatch({ type: 'polled', backend: 'flask', seq: 4, reply: refused() });
  assert.equal(state().links.flask.reach, 'up');
});

test('what ended does not begin again, and points add up', () => {
  const { app, dispatch, state } = bench();
  const told = (more) => dispatch({ type: 'run_told', run: run(more), backend: 'flask' });
  const curve = (...points) => ({ unit: 'epoch', n_training: 3, n_validation: 2, points });
  told({ curve: curve(point(1, 0.9), point(2, 0.8)) });
  assert.equal(app.runs.lastStep(state().runs.r1), 2);
  told({ curve: curve(point(2, 0.8), point(4, 0.5)) });
  assert.deepEqual(plain(state().runs.r1.curve.points.map((one) => one.step)), [1, 2, 4]);
  told({ state: 'CANCELLED', curve: null });
  assert.equal(state().runs.r1.curve.points.length, 3);
  told({ curve: curve(point(5, 0.4)) });
  assert.equal(state().runs.r1.state, 'CANCELLED');
});

test('a list of runs replaces what was known of that model, but not what a run told', () => {
  const { app, dispatch, state } = bench();
  dispatch({ type: 'run_told', run: run({ curve: { unit: 'epoch', points: [point(1, 0.9)] } }), backend: 'flask' });
  dispatch({ type: 'run_told', run: run({ id: 'old', state: 'FINISHED' }), backend: 'flask' });
  dispatch({ type: 'run_told', run: run({ id: 'other', model: 'tree', state: 'FINISHED' }), backend: 'flask' });
  dispatch({ type: 'runs_listed', model: 'soil', backend: 'klein', runs: [run({ id: 'new', created_at: '2026-02-01T00:00:00Z', state: 'FINISHED' }), run({ progress: 0.9 })] });
  assert.deepEqual(plain(app.runs.all(state()).map((one) => one.id)), ['new', 'r1']);
  assert.equal(state().runs.r1.curve.points.length, 1);
  assert.equal(state().runs.r1.via, 'klein');
  assert.ok(state().runs.other);
  assert.deepEqual(plain(app.runs.followed(state())), ['r1']);
});

test('a run on show that only the list has told of is asked about once, for its curve', () => {
  const { app, dispatch, state } = bench();
  const { curve, regions, ...summary } = run({ id: 'old', state: 'FINISHED' });
  const list = () => dispatch({ type: 'runs_listed', model: 'soil', backend: 'klein', runs: [summary] });
  list();
  list();
  assert.deepEqual(plain(app.runs.followed(state())), ['old']);
  dispatch({ type: 'run_told', run: { ...summary, curve: null, regions: [] }, backend: 'klein' });
  assert.deepEqual(plain(app.runs.followed(state())), []);
  list();
  assert.deepEqual(plain(app.runs.followed(state())), []);
});

test('the list does not tell the end of a run that goes on: its last points are still to come', () => {
  const { app, dispatch, state } = bench();
  dispatch({ type: 'run_told', run: run({ curve: { unit: 'epoch', points: [point(1, 0.9)] } }), backend: 'flask' });
  const { curve, regions, ...summary } = run({ state: 'FINISHED' });
  dispatch({ type: 'runs_listed', model: 'soil', backend: 'klein', runs: [summary] });
  assert.deepEqual(plain(app.runs.followed(state())), ['r1']);
  dispatch({ type: 'run_told', run: { ...summary, curve: { unit: 'epoch', points: [point(2, 0.8)] }, regions: [] }, backend: 'klein' });
  assert.equal(state().runs.r1.state, 'FINISHED');
  assert.equal(app.runs.lastStep(state().runs.r1), 2);
});

test('lines clear, the history stays and is bounded', () => {
  const { dispatch, state } = bench();
  dispatch({ type: 'ask_chosen', ask: 'klein' });
  const { line } = state();
  assert.equal(line.text, 'Changed back-end server to Klein.');
  dispatch({ type: 'ask_chosen', ask: 'both' });
  dispatch({ type: 'line_cleared', id: line.id });
  assert.equal(state().line.text, 'Changed back-end server to Flask and Klein.', 'a newer line is not cleared early');
  dispatch({ type: 'line_cleared', id: state().line.id });
  assert.equal(state().line, null);
  assert.equal(state().log.length, 2);
  for (let i = 0; i < 500; i += 1) dispatch({ type: 'request_sent', url: 'u' });
  assert.equal(state().log.length, 200);
});

test('the address can only choose what there is', () => {
  const { dispatch, state, heard } = bench();
  dispatch({ type: 'located', seq: 0, model: 'nothing', texts: { depth_m: '3', evil: '1' }, ask: 'elsewhere', unusable: ['count'] });
  assert.equal(state().ask, 'flask');
  heard('flask', ok(catalogue(1)));
  assert.equal(state().model, 'soil');
  assert.match(state().line.text, /No model is called "nothing"/);
  dispatch({ type: 'located', seq: 0, model: 'soil', texts: { depth_m: '3', evil: '1' }, ask: 'both', unusable: [] });
  assert.deepEqual(plain(state().texts.soil), { depth_m: '3', count: '4' });
  assert.equal(state().ask, 'both');
});

test('a catalogue of another shape is no catalogue', () => {
  [null, 'x', {}, { models: 'x' }].forEach((body) => {
    const { app, state, heard } = bench();
    heard('flask', ok(body));
    assert.equal(app.select.champion(state(), 'flask'), undefined);
  });
  const { app, state, heard } = bench();
  heard('flask', ok({ models: [null, 3, { name: 'soil' }, { name: 'soil', title: 'Soil', champion: null }] }));
  assert.equal(app.select.champion(state(), 'flask'), null);
});

test('a description that says nothing new leaves the form alone', () => {
  const { app, dispatch, state } = bench();
  const before = app.select.inputs(state());
  dispatch({ type: 'described', detail: { ...plain(DETAIL), champion: { number: 3 } } });
  assert.equal(app.select.inputs(state()), before);
  dispatch({ type: 'described', detail: { ...plain(DETAIL), description: 'new' } });
  assert.notEqual(app.select.inputs(state()), before);
});

test('the bars of "Many at once" share one axis', () => {
  const { app, dispatch, state } = bench();
  dispatch({ type: 'burst_started' });
  dispatch(noted('flask', sent('train', 0), sent('classify', 10), { index: 1, to: 110, status: 200 }));
  dispatch(noted('klein', sent('classify', 0), { index: 0, to: 52, status: 409 }));
  assert.equal(state().in_flight, 1);
  dispatch(noted('flask', { index: 0, to: 100, status: 200 }));
  const layout = app.burst.layout(state());
  assert.ok(Math.abs(layout.end - 114.4) < 1e-9);
  const bars = layout.groups[0].bars;
  assert.ok(Math.abs(bars[1].x - 10 / 114.4) < 1e-9 && Math.abs(bars[1].width - 100 / 114.4) < 1e-9);
  assert.equal(layout.groups[0].summary.during, 0);
  assert.deepEqual(plain(layout.groups[1].summary.statuses), [{ status: 409, count: 1 }]);
  assert.equal(state().line.text, 'Requests to Klein fail.');
  assert.equal(state().in_flight, 0);
});
