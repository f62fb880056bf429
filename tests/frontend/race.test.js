'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { bench, load, plain, ok, refused, failure, prediction, catalogue, DETAIL } = require('./load.js');

const FLASK = ':8081/classify';
const KLEIN = ':8082/classify';

/** A race that is about to start; the chart library is missing. */
function ready(choice, more) {
  const it = bench();
  ['flask', 'klein'].forEach((backend) => it.heard(backend, ok(catalogue(1))));
  it.dispatch({ type: 'burst_chosen', choice });
  Object.entries(more || {}).forEach(([name, text]) => it.dispatch({ type: 'burst_typed', name, text }));
  const burst = it.app.createBurst(it.tools);
  const start = () => { burst.start(); it.answer('vendor/', failure(404, 'Not Found')); };
  return { ...it, burst, start, bars: (id) => plain(it.state().burst.runs[id]), shown: () => it.state().burst };
}

function answerAll(it, part, reply) {
  while (it.waiting.some((request) => request.url.includes(part))) it.answer(part, reply);
}

test('twelve requests go to one backend after the other, without waiting for a reply', () => {
  const it = ready('once');
  it.start();
  assert.equal(it.waiting.length, 12);
  assert.ok(it.waiting.every((request) => request.url.includes(FLASK)));
  it.pass(30);
  for (let i = 0; i < 12; i += 1) it.answer(FLASK, ok(prediction(0)));
  assert.equal(it.bars('flask').filter((bar) => bar.status === 200 && bar.to === 30).length, 12);
  assert.equal(it.waiting.length, 12);
  for (let i = 0; i < 12; i += 1) it.answer(KLEIN, i ? refused() : failure(500, 'Internal Server Error'));
  assert.equal(it.shown().running, false);
  assert.deepEqual(plain(it.app.burst.layout(it.state()).groups[1].summary.statuses), [{ status: 500, count: 1 }, { status: 0, count: 11 }]);
  assert.equal(it.state().in_flight, 0);
  assert.equal(it.state().line.text, 'Answered: Flask 12 of 12, Klein 0 of 12.');
});

test('with "train meanwhile" the training has a head start', () => {
  const it = ready('once');
  it.dispatch({ type: 'burst_training_chosen', on: true });
  it.start();
  assert.deepEqual(it.waiting.map((one) => one.url), ['http://localhost:8081/train']);
  it.pass(150);
  assert.equal(it.waiting.length, 13);
  it.answer('/train', failure(403, 'Forbidden'));
  it.pass(400);
  assert.ok(!it.said().includes('Requests to Flask fail.'));
  assert.equal(it.app.burst.layout(it.state()).groups[0].summary.trained.status, 403);
});

test('with a rate, latency counts from when a request was due, also while it waits in the page', () => {
  const it = ready('hand', { parallel: '1', rate: '10', seconds: '1' });
  it.start();
  it.pass(350);
  assert.equal(it.waiting.length, 1, 'one at a time');
  answerAll(it, FLASK, ok(prediction(0)));
  it.pass(200);
  const bars = it.bars('flask');
  assert.deepEqual(bars.slice(0, 4).map((bar) => [bar.from, bar.to]), [[0, 350], [100, 350], [200, 350], [300, 350]]);
  assert.deepEqual(bars.map((bar) => bar.late), bars.map(() => 0), 'the queue is not the fault of the page');
});

test('a timer that comes late is counted as the lateness of the page', () => {
  const it = ready('hand', { parallel: '9', rate: '10', seconds: '1' });
  const after = it.tools.clock.after;
  it.tools.clock.after = (ms, run) => after(ms === 100 ? 140 : ms, run);
  it.start();
  it.pass(400);
  assert.equal(it.bars('flask')[1].late, 40);
  assert.equal(it.app.burst.lateness(it.state()), 40);
});

test('without a rate each asks again when it is answered, and not at once when it was refused', () => {
  const it = ready('hand', { parallel: '2', rate: ' ', seconds: '1' });
  it.start();
  assert.equal(it.waiting.length, 2);
  it.answer(FLASK, ok(prediction(0)));
  assert.equal(it.waiting.length, 2);
  it.answer(FLASK, refused());
  assert.equal(it.waiting.length, 1);
  it.pass(250);
  assert.equal(it.waiting.length, 2);
  it.pass(1000);
  answerAll(it, FLASK, ok(prediction(0)));
  assert.ok(it.waiting.every((request) => request.url.includes(KLEIN)), 'time is up');
});

test('both at once get the same rows in the same order, and stop ends what is on its way', () => {
  const it = ready('steady');
  it.dispatch({ type: 'burst_turns_chosen', on: false });
  it.start();
  it.pass(600);
  const rows = (part) => plain(it.waiting.filter((request) => request.url.includes(part)).map((request) => request.body.data));
  assert.ok(rows(FLASK).length > 20);
  assert.deepEqual(rows(FLASK), rows(KLEIN));
  assert.ok(new Set(rows(FLASK).map(String)).size > 10);
  it.burst.stop();
  assert.equal(it.shown().running, false);
  assert.equal(it.state().in_flight, 0);
  const sent = it.bars('flask').length;
  answerAll(it, FLASK, ok(prediction(0)));
  it.pass(5000);
  assert.equal(it.bars('flask').length, sent);
  assert.equal(it.bars('flask')[0].to, null);
});

test('a backend that is gone fails, and answers again when it is back, while the other goes on', () => {
  const it = ready('hand', { parallel: '4', rate: '10', seconds: '1' });
  it.dispatch({ type: 'burst_turns_chosen', on: false });
  it.start();
  const turn = (flask) => { answerAll(it, FLASK, flask); answerAll(it, KLEIN, ok(prediction(0))); it.pass(100); };
  [ok(prediction(0)), refused(), refused()].concat(new Array(9).fill(ok(prediction(0)))).forEach(turn);
  assert.deepEqual(plain(it.app.burst.figures(it.state())).map((one) => [one.backend.id, one.n, one.failed]), [['flask', 8, 2], ['klein', 10, 0]]);
  assert.ok(it.said().includes('Requests to Flask fail.'));
  assert.equal(it.shown().running, false);
});

test('the lamp says at once which answers to which row differ', () => {
  const it = ready('once');
  it.dispatch({ type: 'burst_turns_chosen', on: false });
  it.start();
  const row = plain(it.waiting.find((request) => request.url.includes(FLASK)).body.data);
  it.answer(FLASK, ok(prediction(0)));
  it.answer(KLEIN, ok(prediction(1)));
  it.pass(400);
  const tally = it.shown().agreement;
  assert.equal(it.app.agreement.summary(tally), '1 of 1 pairs of answers disagree.');
  assert.match(tally.first.replaceAll('\u00a0', ' '), new RegExp('Flask \\(version 1\\) says clay and Klein \\(version 1\\) says loam for the row Depth ' + row[0].toFixed(1) + ' m, Count ' + row[1] + '\\.'));
});

test('the same version owes the same probabilities, another one only the class, and none while it changes', () => {
  const { agreement } = load();
  const told = (version, label, p) => agreement.told({ label, version, probabilities: { clay: p } });
  const judge = (...given) => plain(agreement.judge(...given)).verdict;
  assert.equal(judge(told(1, 'clay', 0.2), told(1, 'clay', 0.2), false), 'same');
  assert.equal(judge(told(1, 'clay', 0.2), told(1, 'clay', 0.2000000001), false), 'differs');
  assert.equal(judge(told(1, 'clay', 0.2), told(2, 'clay', 0.3), false), 'apart');
  assert.equal(judge(told(1, 'clay', 0.2), told(2, 'loam', 0.3), false), 'differs');
  assert.equal(judge(told(1, 'clay', 0.2), told(2, 'loam', 0.3), true), 'apart');
  assert.equal(judge(told(1, 'clay', 0.2), agreement.told(null), false), 'differs');
  const batch = (...classes) => agreement.told({ version: 1, predictions: classes, probabilities: classes.map(() => [0.5]) });
  assert.deepEqual(plain(agreement.judge(batch('a', 'b'), batch('a', 'c'), false)), { verdict: 'differs', at: 1 });
  assert.equal(judge(batch('a', 'b'), batch('a'), false), 'differs');
});

test('every scenario of the command is a choice, and becomes a bounded plan', () => {
  const { racePlan, scenarios } = load();
  const names = racePlan.CHOICES().map((one) => one.name);
  assert.deepEqual(plain(names), ['once', ...scenarios.map((one) => one.name), 'hand']);
  scenarios.filter((one) => racePlan.isPossible(one.name)).forEach((one) => {
    const plan = racePlan.plan({ choice: one.name, hand: {}, with_training: racePlan.trains(one.name) }, 'soil');
    assert.ok(plan.schedule.length > 50 && plan.schedule.length <= racePlan.MOST_REQUESTS, one.name);
    assert.ok(plan.schedule.every((at, i) => at >= (plan.schedule[i - 1] || 0) && at <= plan.ends && plan.ends <= 10000), one.name);
    assert.equal(plan.train_at !== null, one.plan.train !== '', one.name);
    assert.ok(racePlan.about(one.name).startsWith(one.look_at));
  });
  assert.equal(racePlan.isPossible('cold-start'), false);
});

test('a scenario with batches sends them beside single rows', () => {
  const { racePlan } = load();
  const next = racePlan.questions({ share: 0.1, batch_rows: 1000 }, plain(DETAIL.signature.inputs));
  const made = Array.from({ length: 500 }, next);
  const batches = made.filter((one) => one.kind === 'predict');
  assert.ok(batches.length > 25 && batches.length < 80);
  assert.equal(batches[0].rows.length, 1000);
  assert.ok(made.every((one) => one.rows.every(([depth, count]) => depth >= 1 && depth <= 9 && count >= 0 && count <= 10)));
});

test('what is typed must make sense, and all that does not is named', () => {
  const { racePlan } = load();
  assert.equal(racePlan.read({ parallel: '12', rate: '', seconds: '5' }).problem, '');
  assert.equal(racePlan.read({ parallel: '1.5', rate: '101', seconds: '' }).problem,
    'Parallel requests must be a whole number from 1 to 64; Requests per second must be a number from 1 to 100, or blank; Seconds must be a number from 1 to 30.');
  const it = ready('hand', { seconds: 'x' });
  it.burst.start();
  assert.equal(it.waiting.length, 0);
});

test('the command asks for what was chosen', () => {
  const { racePlan } = load();
  const hand = { parallel: '8', rate: '', seconds: '2.5' };
  const command = (choice, with_training, more) => racePlan.command({ choice, with_training, hand: { ...hand, ...more } }, 'soil');
  assert.equal(command('steady', true), 'duet compare steady --model soil --train request');
  assert.equal(command('one-at-a-time', true), 'duet compare one-at-a-time --model soil');
  assert.equal(command('hand', false), 'duet compare steady --model soil --connections 8 --seconds 2.5 --rounds 4');
  assert.equal(command('hand', false, { rate: '40' }), 'duet compare steady --model soil --rate 40 --arrivals constant --seconds 2.5 --rounds 4');
  assert.equal(command('hand', false, { rate: 'x' }), '');
});

test('percentiles are by nearest rank, of what was answered', () => {
  const { app, dispatch, state } = bench();
  const times = Array.from({ length: 100 }, (_, i) => i + 1);
  const notes = times.map(() => ({ kind: 'classify', from: 0, late: 0 })).concat(times.map((to, index) => ({ index, to, status: to > 99 ? 0 : 200 })));
  dispatch({ type: 'burst_noted', backend: 'flask', now: 100, notes, agreement: app.agreement.initial() });
  const { backend, ...figures } = plain(app.burst.figures(state())[0]);
  assert.deepEqual(figures, { kind: 'classify', n: 99, failed: 1, p50: 50, p90: 90, p99: 99, max: 99 });
  assert.equal(app.burst.layout(state()).groups[0].bars.length, 40);
  assert.deepEqual(plain(app.burst.dots(state())), [], 'all at once');
});
