/* Pure: training runs as the backends tell them, whoever started them. Questions to the state, and reducers. */
'use strict';

/**
 * @typedef {Object} Run  as GET /runs/<id> answers, and
 * @property {string} via  the backend that told of it last
 */

app.runs = (function () {
  const STATES = ['SCHEDULED', 'RUNNING', 'FINISHED', 'FAILED', 'CANCELLED'];

  /** The parts of a run that the page relies on. */
  const isRun = (body) => Boolean(body) && typeof body.id === 'string' && typeof body.model === 'string' && STATES.includes(body.state);

  const isActive = (run) => run.state === 'SCHEDULED' || run.state === 'RUNNING';

  /** The runs of the model on show, the newest first. */
  const all = (state) => Object.values(state.runs).filter((run) => run.model === state.model).sort((a, b) => (a.created_at < b.created_at ? 1 : -1));

  /** The run whose curve is on show: the chosen one, else the newest. */
  const shown = (state) => all(state).find((run) => run.id === state.shown_run) || all(state)[0];

  /** The ids of those that are worth asking about: they go on, or only the list of runs has told of them, which leaves out curves. */
  function followed(state) {
    const mine = Object.values(state.training).map((one) => one.run);
    const on_show = shown(state);
    const goesOn = (run) => isActive(run) && (run.model === state.model || mine.includes(run.id));
    return Object.values(state.runs).filter((run) => goesOn(run) || (run === on_show && run.curve === undefined)).map((run) => run.id);
  }

  const lastStep = (run) => (run && run.curve && run.curve.points.length ? run.curve.points[run.curve.points.length - 1].step : 0);

  /** Only the points since the last ones were asked for. */
  function joined(known, told) {
    if (!told) return known || null;
    if (!known) return told;
    const last = known.points.length ? known.points[known.points.length - 1].step : -1;
    return { ...told, points: known.points.concat(told.points.filter((point) => point.step > last)) };
  }

  /** What ended doesn't begin again: an answer from before the end may come late. */
  function merge(known, told) {
    if (!known) return told;
    if (!isActive(known) && isActive(told)) return known;
    // A list leaves out curves: of what goes on, the run's own answer tells the end, with the last points.
    if (isActive(known) && told.curve === undefined) return known;
    const regions = told.regions && told.regions.length ? told.regions : known.regions;
    return { ...told, curve: told.curve === undefined ? known.curve : joined(known.curve, told.curve), regions };
  }

  function put(state, run, via) {
    return { ...state, runs: { ...state.runs, [run.id]: { ...merge(state.runs[run.id], run), via } } };
  }

  function listed(state, event) {
    const others = Object.entries(state.runs).filter(([, run]) => run.model !== event.model || isActive(run));
    const kept = { ...state, runs: Object.fromEntries(others.concat(event.runs.filter((run) => state.runs[run.id]).map((run) => [run.id, state.runs[run.id]]))) };
    return event.runs.reduce((next, run) => put(next, run, event.backend), kept);
  }

  const without = (object, key) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

  const reducers = {
    runs_listed: listed,
    run_told: (state, event, say) => app.training.settle(put(state, event.run, event.backend), event, say),
    /** Nobody knows it any more, or nobody answers. */
    run_lost(state, event, say) {
      const slot = Object.keys(state.training).find((one) => state.training[one].run === event.run);
      const next = { ...state, runs: without(state.runs, event.run), training: slot ? without(state.training, slot) : state.training };
      return slot ? say(next, event, app.messages.runLost(app.select.title(state, state.training[slot].backend)), 'warn') : next;
    },
    run_chosen: (state, event) => ({ ...state, shown_run: event.run }),
    run_refused: (state, event, say) => say({ ...state, run_problem: { backend: event.backend, problem: event.problem } }, event, event.problem.title, 'error'),
  };

  return { isRun, isActive, all, followed, shown, lastStep, reducers };
}());
