/* Sends the many requests of the panel "Many at once". No document. */
'use strict';

/** @param {import('./asking.js').Tools} tools */
app.createBurst = function createBurst(tools) {
  const { dispatch, state, send, clock } = tools;
  const TIMES = app.config.TIMES;
  const TICK_MS = 400;
  /** Whoever asks again when it is answered doesn't hurry after a refusal. */
  const REST_MS = 250;
  const library = app.createChartLibrary(tools);
  let race = null;

  const elapsed = (run) => clock.ticks() - run.start;

  /** The first answer to a question waits for the other backend's. */
  function hold(run, number, question, body) {
    const mine = { title: run.title, told: app.agreement.told(body) };
    const other = race.answers.get(number);
    if (!other) { race.answers.set(number, mine); return; }
    race.answers.delete(number);
    race.agreement = app.agreement.add(race.agreement, [other, mine], question, race.inputs, race.plan.train_at !== null);
  }

  /** Sends one request and notes it; `left` counts those under way. */
  function fire(run, request, times, answered) {
    const mine = race;
    const index = run.fired;
    run.fired += 1;
    run.left += 1;
    run.notes.push({ kind: request.kind, ...times });
    send({ method: 'POST', url: run.base_url + request.path, timeout: TIMES.train, body: request.body, token: request.token }, (reply) => {
      if (race !== mine) return;
      run.left -= 1;
      run.notes.push({ index, to: elapsed(run), status: reply.status });
      answered(reply);
      pump(run);
    });
  }

  function train(run) {
    const at = elapsed(run);
    run.train_due = false;
    fire(run, { kind: 'train', path: '/train', body: { data: 'train', model: race.plan.model }, token: tools.token(run.base_url) }, { from: at, late: 0 }, () => {});
  }

  function ask(run, due) {
    const now = elapsed(run);
    const number = run.asked;
    const question = run.question();
    const { model, schedule } = race.plan;
    const request = question.kind === 'predict'
      ? { path: '/models/' + encodeURIComponent(model) + '/predict', body: { rows: question.rows } }
      : { path: '/classify', body: { data: question.rows[0], model } };
    run.asked += 1;
    run.free -= 1;
    fire(run, { kind: question.kind, ...request }, { from: schedule ? due : now, late: schedule ? now - Math.max(due, run.freed_at) : 0 }, (reply) => {
      if (!run.free) run.freed_at = elapsed(run);
      run.free += 1;
      if (reply.status === 200) hold(run, number, question, reply.body);
      else run.rest_until = elapsed(run) + REST_MS;
    });
  }

  const nextDue = (run) => app.racePlan.due(race.plan, run.asked, elapsed(run), run.rest_until);

  /** Sends what is due, and comes back when more is. */
  function pump(run) {
    run.cancelWait();
    let due = nextDue(run);
    for (; run.free && due <= elapsed(run); due = nextDue(run)) ask(run, due);
    if (due === undefined && !run.left && !run.train_due) { run.finished(); return; }
    if (run.free && due !== undefined) run.cancelWait = clock.after(Math.max(0, due - elapsed(run)), () => pump(run));
  }

  /** What was noted is drawn now and then, so that drawing doesn't hold up the requests. */
  function draw(run) {
    dispatch({ type: 'burst_noted', backend: run.id, notes: run.notes.splice(0), now: elapsed(run), agreement: race.agreement });
  }

  function watch(run) {
    run.cancelWatch = clock.after(TICK_MS, () => { draw(run); watch(run); });
  }

  function quieten(run) {
    run.cancelWait();
    run.cancelWatch();
    run.cancelTraining();
    draw(run);
  }

  function runOn(id, finished) {
    const { plan, inputs } = race;
    const { title, base_url } = app.select.backend(state(), id);
    const nothing = () => {};
    const run = {
      id, title, base_url, start: clock.ticks(), fired: 0, asked: 0, left: 0, free: plan.parallel, freed_at: 0, rest_until: 0, train_due: plan.train_at !== null,
      question: app.racePlan.questions(plan, inputs), notes: [], cancelWait: nothing, cancelWatch: nothing, cancelTraining: nothing,
    };
    run.finished = () => { quieten(run); race.runs = race.runs.filter((one) => one !== run); finished(); };
    race.runs.push(run);
    dispatch({ type: 'burst_run_started', url: base_url, count: plan.schedule ? plan.schedule.length : 0 });
    watch(run);
    if (plan.train_at === 0) train(run);
    else if (run.train_due) run.cancelTraining = clock.after(plan.train_at, () => train(run));
    pump(run);
  }

  function end() {
    race = null;
    dispatch({ type: 'burst_ended' });
    tools.poll();
  }

  /** One backend after the other: side by side they compete for the same machine. */
  function inTurns(ids) {
    if (ids.length) runOn(ids[0], () => inTurns(ids.slice(1)));
    else end();
  }

  function allAtOnce(ids) {
    ids.forEach((id) => runOn(id, () => { if (!race.runs.length) end(); }));
  }

  const isReady = () => !app.burst.of(state()).running && app.select.detail(state()) && app.racePlan.takes(app.select.output(state())) && app.racePlan.command(app.burst.of(state()), state().model)
    && app.racePlan.isPossible(app.burst.of(state()).choice);

  function start() {
    if (!isReady()) return;
    const chosen = app.burst.of(state());
    race = { plan: app.racePlan.plan(chosen, state().model), inputs: app.select.inputs(state()), runs: [], answers: new Map(), agreement: app.agreement.initial() };
    library.need();
    dispatch({ type: 'burst_started' });
    (chosen.in_turns ? inTurns : allAtOnce)(state().backends.map((one) => one.id));
  }

  /** What is on its way by then is waited for no longer. */
  function stop() {
    if (!race) return;
    race.runs.forEach(quieten);
    end();
  }

  return { start, stop, isReady };
};
