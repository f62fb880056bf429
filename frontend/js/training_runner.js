/* What the panel "Training" asks the backends: to cancel a run, and which class the champion gives to each cell of a plane. No document. */
'use strict';

/** @param {import('./asking.js').Tools} tools */
app.createTrainingRunner = function createTrainingRunner(tools) {
  const { dispatch, state, send, clock, next } = tools;
  const TIMES = app.config.TIMES;
  const select = app.select;
  const library = app.createChartLibrary(tools);
  let asked_for = '';
  let cancelWait = () => {};

  function cancel(id) {
    const run = state().runs[id];
    app.change(tools, { method: 'DELETE', backend: run.via, path: '/runs/' + encodeURIComponent(id) }, (reply, problem) => {
      if (problem) dispatch({ type: 'run_refused', backend: run.via, problem });
      else if (app.runs.isRun(reply.body)) dispatch({ type: 'run_told', run: reply.body, backend: run.via });
    });
  }

  /** The first of the asked backends that can answer for the model. */
  const answering = () => select.slots(state()).concat(state().backends.map((one) => one.id))
    .find((id) => select.isAnswering(state(), id) && select.champion(state(), id));

  function askPlane(backend) {
    const now = state();
    const seq = next();
    const [x, y] = app.regions.axes(now).map((input) => input.name);
    const url = select.backend(now, backend).base_url + '/models/' + encodeURIComponent(now.model) + '/predict';
    send({ method: 'POST', url, timeout: TIMES.classify, body: { rows: app.regions.rows(now) } }, (reply) => {
      if (reply.status !== 200 || !Array.isArray(reply.body && reply.body.predictions)) return;
      dispatch({ type: 'plane_answered', seq, model: now.model, x, y, version: reply.body.version, plane: app.regions.ofPredictions(now, reply.body.predictions) });
    });
  }

  /** Asks when what the plane depends on has changed and stood still for a moment. */
  function followPlane() {
    const now = state();
    const backend = answering();
    if (now.tab !== 'training' || !backend || !app.regions.isPossible(select.detail(now))) return;
    const axes = app.regions.axes(now).map((input) => input.name);
    const others = select.inputs(now).filter((input) => !axes.includes(input.name)).map((input) => select.texts(now)[input.name]);
    const key = JSON.stringify([now.model, axes, others, backend, select.champion(now, backend).number]);
    if (key === asked_for) return;
    asked_for = key;
    cancelWait();
    cancelWait = clock.after(TIMES.debounce, () => askPlane(backend));
  }

  function followCurve() {
    const run = app.runs.shown(state());
    if (run && run.curve) library.need();
  }

  function follow() {
    followPlane();
    followCurve();
  }

  return { cancel, follow };
};
