'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { bench, plain, ok, refused, timeout, failure, prediction, catalogue, run, accepted } = require('./load.js');

const FLASK = ':8081/classify';
const KLEIN = ':8082/classify';

function trained() {
  const it = bench();
  it.heard('flask', ok(catalogue(1)));
  it.heard('klein', ok(catalogue(1)));
  return it;
}

test('classify sends the values of the form and shows the answer', () => {
  const { asking, waiting, answer, state, said } = trained();
  asking.classify(false);
  assert.deepEqual(plain(waiting[0].body), { data: [2, 4], model: 'soil' });
  assert.equal(waiting[0].timeout, 8000);
  answer(FLASK, ok(prediction(2)));
  assert.equal(state().answers.flask.body.label, 'sand');
  assert.deepEqual(said(), ['Sending request to the server at http://localhost:8081/classify', 'Status: 200 (OK), processing prediction from Flask model.']);
  assert.equal(state().in_flight, 0);
});

test('several requests fly at once, and the latest wins whatever the order of the replies', () => {
  const { asking, waiting, answer, dispatch, state } = trained();
  asking.classify(false);
  dispatch({ type: 'field_changed', name: 'count', text: '5' });
  asking.classify(false);
  assert.equal(waiting.length, 2);
  waiting[1].done(ok(prediction(1)));
  waiting[0].done(ok(prediction(0)));
  assert.equal(state().answers.flask.body.class, 1);
  assert.deepEqual(plain(state().answers.flask.data), [2, 5]);
  assert.equal(state().in_flight, 0);
  assert.ok(answer);
});

test('the checks stop a request, with their words, in their order', () => {
  const it = bench();
  it.heard('flask', ok(catalogue(0)));
  it.dispatch({ type: 'field_changed', name: 'count', text: '5abc' });
  it.dispatch({ type: 'field_changed', name: 'depth_m', text: '' });
  it.asking.classify(false);
  it.heard('flask', ok(catalogue(1)));
  it.asking.classify(false);
  it.dispatch({ type: 'field_changed', name: 'count', text: '5' });
  it.asking.classify(false);
  assert.deepEqual(it.said(), ['Flask test accuracy is 0%, please train the model first.', 'Please enter integer/float values.', 'Please do not leave a blank field.']);
  assert.equal(it.waiting.length, 0);
});

test('a moving slider asks when it stands still, and not before there is a model', () => {
  const { asking, waiting, pass, heard } = bench();
  asking.classifySoon();
  pass(500);
  assert.equal(waiting.length, 0);
  heard('flask', ok(catalogue(1)));
  asking.classifySoon();
  pass(50);
  asking.classifySoon();
  pass(79);
  assert.equal(waiting.length, 0);
  pass(1);
  assert.equal(waiting.length, 1);
});

test('a slow server is not buried under requests of a moving slider', () => {
  const { asking, waiting, pass, answer, dispatch, state } = trained();
  for (let i = 0; i < 10; i += 1) {
    dispatch({ type: 'field_changed', name: 'count', text: String(i) });
    asking.classifySoon();
    pass(100);
  }
  assert.equal(waiting.length, 3);
  answer(FLASK, ok(prediction(0)));
  assert.equal(waiting.length, 3, 'the last position is asked for as soon as there is room');
  assert.deepEqual(plain(waiting[2].body.data), [2, 9]);
  [0, 0, 0].forEach(() => answer(FLASK, ok(prediction(1))));
  assert.deepEqual(plain(state().answers.flask.data), [2, 9]);
  assert.equal(waiting.length, 0);
});

test('when the chosen backend does not answer the other one is asked, and the page says so', () => {
  const { asking, answer, state, said } = trained();
  asking.classify(false);
  answer(FLASK, refused());
  answer(KLEIN, ok(prediction(1)));
  assert.equal(state().answers.flask.backend, 'klein');
  assert.ok(said().includes('Flask does not answer, asking Klein instead.'));
  assert.equal(state().sample, null);
});

test('a timeout counts as no answer', () => {
  const { asking, answer, state } = trained();
  asking.classify(false);
  answer(FLASK, timeout());
  answer(KLEIN, ok(prediction(1)));
  assert.equal(state().answers.flask.backend, 'klein');
  assert.equal(state().links.flask.reach, 'busy');
});

test('a backend known to be away is not waited for', () => {
  const { asking, waiting, heard, said } = trained();
  heard('flask', refused());
  asking.classify(false);
  assert.match(waiting[0].url, /:8082/);
  assert.ok(said().includes('Flask does not answer, asking Klein instead.'));
  waiting.shift().done(refused());
  assert.equal(waiting[0].timeout, 1000);
});

test('only when nobody answers there is a sample', () => {
  const { asking, answer, state, said } = trained();
  asking.classify(false);
  answer(FLASK, refused());
  assert.equal(state().sample, null);
  answer(KLEIN, refused());
  assert.ok([0, 1, 2].includes(state().sample.class));
  assert.equal(said().at(-1), 'Status: 0 (no response from the server), returning random prediction.');
});

test('an HTTP error is shown and neither retried elsewhere nor replaced', () => {
  const { asking, answer, waiting, state } = trained();
  asking.classify(false);
  answer(FLASK, failure(500, 'Internal Server Error', { detail: 'broken', request_id: 'ab12' }));
  assert.equal(waiting.length, 0);
  assert.equal(state().sample, null);
  assert.equal(state().answers.flask.problem.request_id, 'ab12');
});

test('both means both: each answers for itself, one that is away does not hide the other', () => {
  const { asking, answer, dispatch, state } = trained();
  dispatch({ type: 'ask_chosen', ask: 'both' });
  asking.classify(false);
  answer(FLASK, ok(prediction(1)));
  answer(KLEIN, refused());
  assert.equal(state().answers.flask.kind, 'prediction');
  assert.equal(state().answers.klein.kind, 'unreachable');
  assert.equal(state().sample, null);
  asking.classify(false);
  answer(FLASK, refused());
  answer(KLEIN, refused());
  assert.ok(state().sample);
});

test('nobody asked, nobody samples: a slider that moves while all are away makes nothing up', () => {
  const { asking, answer, state } = trained();
  asking.classify(true);
  answer(FLASK, refused());
  answer(KLEIN, refused());
  assert.equal(state().sample, null);
  assert.equal(state().answers.flask.kind, 'unreachable');
});

test('train asks for a run, follows it and tells the result once the version is seen', () => {
  const { asking, following, waiting, answer, heard, pass, dispatch, state, said } = trained();
  dispatch({ type: 'recipe_chosen', recipe: 'rule' });
  asking.train();
  asking.train();
  assert.equal(waiting.length, 1, 'a second press waits for the first training');
  assert.equal(waiting[0].url, 'http://localhost:8081/models/soil/runs');
  assert.deepEqual(plain(waiting[0].body), { promote: 'always', recipe: 'rule' });
  answer('/models/soil/runs', accepted());
  following.watch();
  following.watch();
  assert.deepEqual(waiting.map((one) => one.url), ['http://localhost:8081/runs/r1?since=0'], 'one question at a time');
  answer('/runs/r1', ok(run({ progress: 0.5 })));
  pass(500);
  answer('/runs/r1', ok(run({ state: 'FINISHED', progress: 1, version: 2, promoted: true })));
  assert.equal(said().at(-1), 'The model is now training.', 'its version is not in the list of models yet');
  heard('flask', ok(catalogue(2)));
  assert.deepEqual(said(), ['Sending request to the server at http://localhost:8081/models/soil/runs', 'The model is now training.', 'Done! Updated Flask test accuracy above.']);
  assert.deepEqual(plain(state().training), {});
  pass(5000);
  assert.equal(waiting.length, 0, 'nobody asks for what has ended');
});

test('settings go along, in place of the usual ones', () => {
  const { asking, waiting } = trained();
  asking.train({ params: { depth: 3 }, seed: 7, promote: 'never' });
  assert.deepEqual(plain(waiting[0].body), { promote: 'never', params: { depth: 3 }, seed: 7 });
});

test('a training that another backend does is credited to that backend', () => {
  const { asking, answer, dispatch, said } = trained();
  asking.train();
  answer(':8081/models', refused());
  answer(':8082/models', accepted());
  dispatch({ type: 'run_told', run: run({ state: 'FINISHED', version: 1, promoted: true }), backend: 'klein' });
  assert.equal(said().at(-1), 'Done! Updated Klein test accuracy above.');
});

test('both train for themselves', () => {
  const { asking, waiting, dispatch, state } = trained();
  dispatch({ type: 'ask_chosen', ask: 'both' });
  asking.train();
  assert.deepEqual(waiting.map((one) => one.url), ['http://localhost:8081/models/soil/runs', 'http://localhost:8082/models/soil/runs']);
  waiting.shift().done(accepted());
  waiting.shift().done(accepted({ id: 'r2' }));
  assert.deepEqual(plain(state().training).klein.run, 'r2');
});

test('a run that fails says why, one that is cancelled or not promoted says so', () => {
  const ended = (more) => {
    const it = trained();
    it.asking.train();
    it.answer('/runs', accepted());
    it.dispatch({ type: 'run_told', run: run(more), backend: 'flask' });
    assert.deepEqual(plain(it.state().training), {});
    return it;
  };
  const failed = ended({ state: 'FAILED', reason: 'the process that ran it ended' });
  assert.equal(failed.state().train_problems.flask.problem.detail, 'the process that ran it ended');
  assert.equal(failed.said().at(-1), 'The training on Flask failed.');
  assert.equal(ended({ state: 'CANCELLED' }).said().at(-1), 'The training on Flask was cancelled.');
  assert.equal(ended({ state: 'FINISHED', version: 5, promoted: false }).said().at(-1), 'Done! Flask keeps its champion; version 5 is stored.');
});

test('when the backend that runs it goes away the other one is asked, and at last nobody', () => {
  const { asking, following, answer, waiting, heard, pass, state } = trained();
  asking.train();
  answer('/runs', accepted());
  following.watch();
  answer(':8081/runs/r1', refused());
  heard('flask', refused());
  pass(500);
  assert.match(waiting[0].url, /:8082\/runs\/r1/);
  answer(':8082/runs/r1', ok(run({ state: 'FAILED', reason: 'the process that ran it ended' })));
  assert.match(state().train_problems.flask.problem.detail, /process/);

  const lonely = trained();
  lonely.asking.train();
  lonely.answer('/runs', accepted());
  lonely.following.watch();
  for (let i = 0; i < 6; i += 1) { lonely.answer('/runs/r1', refused()); lonely.pass(500); }
  assert.equal(lonely.waiting.length, 0);
  assert.equal(lonely.said().at(-1), 'Nothing is heard of the training on Flask any more.');
});

test('runs that others started are found and followed', () => {
  const { following, waiting, answer, state, app } = trained();
  following.list();
  answer(':8081/runs?model=soil', ok({ runs: [run({ by: 'command line (ada)' }), null, { id: 3 }] }));
  following.watch();
  assert.deepEqual(waiting.map((one) => one.url), ['http://localhost:8081/runs/r1?since=0']);
  assert.equal(app.runs.shown(state()).by, 'command line (ada)');
});

test('with all servers away, Train is a labelled mock-up of five seconds that trains nothing', () => {
  const { app, asking, answer, pass, state, said } = trained();
  asking.train();
  answer(':8081/models', refused());
  answer(':8082/models', refused());
  assert.equal(said().at(-1), 'The model is now training (mock-up because server is down).');
  pass(4999);
  assert.equal(state().mock.accuracy, null);
  pass(1);
  assert.ok(state().mock.accuracy >= 90 && state().mock.accuracy <= 99);
  assert.equal(app.select.champion(state(), 'flask').number, 1, 'never counted as training');
});

test('a backend that returns ends the mock-up', () => {
  const { asking, answer, pass, heard, state } = trained();
  asking.train();
  answer(':8081/models', refused());
  answer(':8082/models', refused());
  heard('klein', ok(catalogue(1)));
  pass(6000);
  assert.equal(state().mock, null);
});

test('a refused training says what to do', () => {
  const { app, asking, answer, state } = trained();
  asking.train();
  answer('/runs', failure(403, 'Forbidden'));
  assert.equal(state().train_problems.flask.problem.title, 'Not allowed');
  const file = app.problems.explain(failure(403, 'Forbidden'), { is_file: true, base_url: 'http://localhost:8081' });
  assert.equal(file.advice, 'Open http://localhost:8081/ to train.');
  assert.match(app.problems.explain({ ...failure(503, 'x'), retry_after: '5' }, {}).advice, /5 s/);
});

test('problems survive bodies of any shape', () => {
  const { app } = bench();
  ['text', null, [], { errors: 'x' }, { errors: [null, 3, { path: 5 }], detail: 7 }].forEach((body) => {
    const problem = app.problems.explain({ ...failure(400, 'Bad Request'), body }, {});
    assert.equal(problem.detail, '');
  });
});

test('polling asks again after two seconds when a backend is down, after four when it is up', () => {
  const it = bench();
  const polling = it.app.createPolling(it.tools);
  polling.start();
  assert.deepEqual(it.waiting.map((one) => one.url), ['http://localhost:8081/models', 'http://localhost:8082/models']);
  it.answer(':8081/models', refused());
  it.answer(':8082/models', ok(catalogue(1)));
  it.answer('/models/soil', failure(404, 'Not Found'));
  it.pass(2000);
  assert.equal(it.waiting.length, 1);
  assert.match(it.waiting[0].url, /8081/);
  it.pass(2000);
  assert.equal(it.waiting.length, 2);
  polling.stop();
  it.answer(':8081/models', refused());
  it.pass(10000);
  assert.equal(it.waiting.length, 1, 'nobody is asked while nobody looks');
});
