'use strict';
/* Why an answer is what it is: when it is asked for, and in which words it is told. */
const test = require('node:test');
const assert = require('node:assert/strict');
const { bench, plain, ok, failure, prediction, catalogue, DETAIL } = require('./load.js');

const read = (text) => text.replace(/[\u00a0\u202f]/g, ' ');
const contribution = (feature, value, found, error) => ({ feature, value, contribution: found, standard_error: error || 0 });
const FOUND = { method: 'shapley', output: 'sand', prediction: 0.5, base: 0.3, n_background: 12, contributions: [contribution('depth_m', 2, -0.1), contribution('count', 4, 0.3)] };

function opened(options) {
  const it = bench(options);
  it.app.state.learn(it.app.explanation.reducers);
  const runner = it.app.createExplanationRunner(it.tools);
  it.heard('flask', ok(catalogue(1)));
  const classify = (index, data) => {
    it.dispatch({ type: 'classify_answered', seq: it.tools.next(), slot: 'flask', backend: 'flask', data: data || [2, 4], reply: ok(prediction(index)), problem: null, quiet: true });
    runner.follow();
  };
  it.dispatch({ type: 'tab_chosen', tab: 'explain' });
  return { ...it, runner, classify, words: it.app.explanation, slot: () => plain(it.app.explanation.of(it.state()).slots.flask) };
}

const asked = (it) => it.waiting.filter((one) => one.method === 'POST');

test('an answer is explained once it stays, by who gave it, as the version that gave it', () => {
  const it = opened();
  it.classify(0, [1, 4]);
  it.pass(100);
  it.classify(2);
  it.pass(100);
  assert.deepEqual(asked(it), []);
  it.pass(200);
  assert.deepEqual(plain(asked(it).map((one) => one.body)), [{ data: [2, 4], model: 'soil', version: 1, explain: true }]);
  it.runner.follow();
  it.pass(1000);
  assert.equal(asked(it).length, 1);
  it.answer('/classify', ok({ ...prediction(2), explanation: FOUND }));
  assert.deepEqual(it.slot().found, FOUND);
});

test('what comes too late for another answer is not shown, and what went wrong is', () => {
  const it = opened();
  it.classify(2);
  it.pass(300);
  it.classify(0, [1, 4]);
  it.answer('/classify', ok({ ...prediction(2), explanation: FOUND }));
  assert.equal(it.slot().found, undefined);
  it.pass(300);
  it.answer('/classify', failure(409, 'Conflict', { detail: 'no rows were kept' }));
  assert.equal(it.slot().problem.detail, 'no rows were kept');
});

test('nothing is asked while the panel is closed, nor about what is made up', () => {
  const it = opened();
  it.dispatch({ type: 'tab_chosen', tab: 'training' });
  it.classify(2);
  it.pass(1000);
  it.dispatch({ type: 'tab_chosen', tab: 'explain' });
  it.dispatch({ type: 'sampled', seq: it.tools.next() + 1, sample: { class: 1 } });
  it.runner.follow();
  it.pass(1000);
  assert.deepEqual(asked(it), []);
  assert.match(it.words.why(it.state(), 'flask'), /made up/);
});

test('contributions are told from the strongest on, and add up in words', () => {
  const it = opened();
  const bars = plain(it.words.bars(it.state(), FOUND)).map((one) => [one.title, one.label, one.words].map(read));
  assert.deepEqual(bars, [['Count 4', '+30.0 %', 'pushes towards sand by 30.0 %'], ['Depth 2.0 m', '−10.0 %', 'pushes away from sand by 10.0 %']]);
  assert.match(read(it.words.sentence(it.state(), FOUND)), /12 rows .* sand is 30\.0 %\. These values make it 50\.0 %, .*\+20\.0 %/);
  assert.doesNotMatch(it.words.method(it.state(), FOUND), /random/);
  const sampled = { ...FOUND, permutations: 96, contributions: [contribution('count', null, 0.2, 0.004)] };
  assert.match(read(it.words.method(it.state(), sampled)), /96 were drawn at random; the largest standard error is 0\.40 %/);
  assert.equal(it.words.rows(it.state(), sampled)[0][0], 'Count missing');
});

test('of many inputs the weakest are told together', () => {
  const it = opened();
  const many = { ...FOUND, contributions: Array.from({ length: 30 }, (_, i) => contribution('x' + i, 1, (i + 1) / 1000)) };
  const bars = it.words.bars(it.state(), many);
  assert.equal(bars.length, 12);
  assert.equal(bars[11].title, 'the 19 others');
  assert.ok(Math.abs(bars.reduce((sum, one) => sum + one.contribution, 0) - 0.465) < 1e-9);
});

test('a map is told by its strongest cell', () => {
  const it = opened();
  assert.equal(read(it.words.strongest({ map: [[0, 0.25], [-0.5, 0]] })), 'Most is lost around row 1, column 2: 25.0 %.');
  assert.match(it.words.strongest({ map: [[0, 0], [0, -1]] }), /Nothing is lost/);
});

test('what the champion rests on is asked for once, and told the most important first', () => {
  const it = opened();
  it.runner.follow();
  it.runner.follow();
  const found = { metric: 'accuracy', figure: 0.9, protocol: 'shuffled', n: 10, repeats: 5, features: [{ feature: 'depth_m', loss: -0.01, sd: 0.002 }, { feature: 'count', loss: 0.4, sd: 0.05 }] };
  assert.deepEqual(it.waiting.map((one) => one.url.replace(/^.*\d{4}/, '')), ['/models/soil/versions/1']);
  it.answer('/versions/1', ok({ importance: found }));
  assert.equal(it.words.importance(it.state()).version, 1);
  const bars = plain(it.words.importanceBars(it.state(), found)).map((one) => [one.title, one.label, one.spread].map(read));
  assert.deepEqual(bars, [['Count', '40.0 %', '± 5.0 %'], ['Depth', '−1.0 %', '± 0.2 %']]);
  assert.match(read(it.words.importanceSentence(it.state(), found)), /accuracy of 90\.0 % falls .* n 10/);
  assert.equal(DETAIL.name, 'soil');
});
