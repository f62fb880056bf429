/* Asks how the training runs are getting on, and which there are. No document. */
'use strict';

/** @param {import('./asking.js').Tools} tools */
app.createFollowing = function createFollowing(tools) {
  const { dispatch, state, send, clock } = tools;
  const TIMES = app.config.TIMES;
  /** Rounds without any answer after which nobody is asked about a run any more. */
  const MOST_MISSES = 6;
  const waiting = {};
  const misses = {};
  let running = true;

  const base = (id) => app.select.backend(state(), id).base_url;

  /** Whoever told of the run last, or after a miss the next one that may be there. */
  function whomToAsk(run) {
    const others = state().backends.map((one) => one.id).filter((id) => id !== run.via);
    const ids = [run.via].concat(others);
    const there = ids.filter((id) => !app.select.isDown(state(), id));
    return there.length ? there[(misses[run.id] || 0) % there.length] : run.via;
  }

  function heard(id, backend, reply) {
    if (reply.status === 200 && app.runs.isRun(reply.body)) {
      misses[id] = 0;
      dispatch({ type: 'run_told', run: reply.body, backend });
      return;
    }
    misses[id] = (misses[id] || 0) + 1;
    if (reply.status === 404 || misses[id] >= MOST_MISSES) dispatch({ type: 'run_lost', run: id });
  }

  function ask(id) {
    const run = state().runs[id];
    const backend = whomToAsk(run);
    const url = base(backend) + '/runs/' + encodeURIComponent(id) + '?since=' + app.runs.lastStep(run);
    waiting[id] = () => {};
    send({ method: 'GET', url, timeout: TIMES.poll }, (reply) => {
      heard(id, backend, reply);
      waiting[id] = clock.after(TIMES.follow, () => { delete waiting[id]; watch(); });
    });
  }

  /** Each run that goes on is asked about, one request at a time. */
  function watch() {
    if (running) app.runs.followed(state()).filter((id) => !waiting[id]).forEach(ask);
  }

  /** The champion that a run made is in the list of models a moment later. */
  let cancelSettling = null;
  function settle() {
    if (cancelSettling || !app.select.isSettling(state())) return;
    tools.poll();
    cancelSettling = clock.after(TIMES.follow, () => { cancelSettling = null; settle(); });
  }

  /** Whoever is there tells of all runs of the model, also of those that others started. */
  function list() {
    const model = state().model;
    const there = app.select.slots(state()).concat(state().backends.map((one) => one.id)).find((id) => app.select.isAnswering(state(), id));
    if (!there || !running) return;
    send({ method: 'GET', url: base(there) + '/runs?model=' + encodeURIComponent(model), timeout: TIMES.poll }, (reply) => {
      const runs = reply.status === 200 && reply.body && reply.body.runs;
      if (Array.isArray(runs)) dispatch({ type: 'runs_listed', model, backend: there, runs: runs.filter(app.runs.isRun) });
    });
  }

  function visible(yes) {
    running = yes;
    watch();
    list();
  }

  return { watch, settle, list, visible };
};
