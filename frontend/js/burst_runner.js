/* Sends the many requests of the panel "Many at once". No document. */
'use strict';

/** @param {import('./asking.js').Tools} tools */
app.createBurst = function createBurst(tools) {
  const { dispatch, state, send, clock } = tools;
  const TIMES = app.config.TIMES;
  const TICK_MS = 100;

  /** The values in the form, or the model's example while they are no numbers. */
  function rowToSend() {
    const inputs = app.select.inputs(state());
    return inputs.map((input, i) => {
      const value = app.select.reading(state()).values[i];
      return Number.isNaN(value) ? input.example : value;
    });
  }

  /** Sends one request and draws it; `left` counts those under way. */
  function fire(run, kind, path, body, token) {
    const index = run.sent;
    run.sent += 1;
    run.left += 1;
    run.notes.push({ type: 'burst_sent', backend: run.id, kind, from: clock.ticks() - run.start });
    send({ method: 'POST', url: run.base_url + path, timeout: TIMES.train, body, token }, (reply) => {
      run.left -= 1;
      run.notes.push({ type: 'burst_answered', backend: run.id, index, to: clock.ticks() - run.start, status: reply.status });
      if (run.left === 0 && run.all_sent) run.finished();
    });
  }

  function fireAll(run) {
    const body = { data: rowToSend(), model: state().model };
    for (let i = 0; i < app.burst.REQUESTS; i += 1) fire(run, 'classify', '/classify', body);
    run.all_sent = true;
  }

  /** What was noted is drawn now and then, so that drawing doesn't hold up the requests. */
  function draw(run) {
    dispatch({ type: 'burst_noted', notes: run.notes.splice(0) });
  }

  function watch(run) {
    run.stopWatch = clock.after(TICK_MS, () => {
      draw(run);
      dispatch({ type: 'burst_ticked', now: clock.ticks() - run.start });
      watch(run);
    });
  }

  /** One backend after the other: side by side they would compete for the same machine. */
  function runOn(ids, finished) {
    if (!ids.length) { finished(); return; }
    const backend = app.select.backend(state(), ids[0]);
    const run = { id: backend.id, base_url: backend.base_url, start: clock.ticks(), sent: 0, left: 0, all_sent: false, notes: [] };
    run.finished = () => { run.stopWatch(); draw(run); runOn(ids.slice(1), finished); };
    dispatch({ type: 'burst_run_started', url: run.base_url + '/classify' });
    watch(run);
    if (!app.burst.of(state()).with_training) { fireAll(run); return; }
    fire(run, 'train', '/train', { data: 'train', model: state().model }, tools.token(run.base_url));
    // The training gets a head start, so that it is under way when the others arrive.
    clock.after(TIMES.head_start, () => fireAll(run));
  }

  function start() {
    if (app.burst.of(state()).running || !app.select.detail(state())) return;
    dispatch({ type: 'burst_started' });
    runOn(state().backends.map((one) => one.id), () => {
      dispatch({ type: 'burst_ended' });
      tools.poll();
    });
  }

  return { start };
};
