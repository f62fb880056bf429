/* Pure: trainings that this page asked for, their results, and the mock-up when there is no server. Part of `reduce`. */
'use strict';

/* Each reducer gets (state, event, say, count) from state.js. */
app.training = (function () {
  const without = (object, key) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

  function close(state, slot) {
    return { ...state, training: without(state.training, slot) };
  }

  function withProblem(state, slot, backend, problem) {
    return { ...state, train_problems: { ...state.train_problems, [slot]: { backend, problem } } };
  }

  /** Milliseconds after which somebody else must have made another version the champion. */
  const LONGEST_UNSEEN = 5000;

  /** Its version has become champion, and the backend's own list says so. */
  function isShown(state, one, run, at) {
    const champion = app.select.champion(state, one.backend, run.model);
    return Boolean(champion && champion.number >= run.version) || app.select.isDown(state, one.backend) || at - one.ended_at > LONGEST_UNSEEN;
  }

  /** Stays a training until its version is seen. */
  function settleFinished(state, event, say, slot, run) {
    const one = { ended_at: event.at, ...state.training[slot] };
    const title = app.select.title(state, one.backend);
    if (!run.promoted) return say(close(state, slot), event, app.messages.kept(title, run.version), 'ok');
    if (isShown(state, one, run, event.at)) return say(close(state, slot), event, app.messages.done(title, app.tasks.of(state.details[run.model]).updated), 'ok');
    return { ...state, training: { ...state.training, [slot]: one } };
  }

  /** A run that ended is told of once, when what it brought can be seen. */
  function settleOne(state, event, say, slot) {
    const one = state.training[slot];
    const run = state.runs[one.run];
    const title = app.select.title(state, one.backend);
    if (!run || app.runs.isActive(run)) return state;
    if (run.state === 'CANCELLED') return say(close(state, slot), event, app.messages.cancelled(title), 'warn');
    if (run.state === 'FAILED') {
      const problem = { title: 'The training failed', detail: run.reason || '', errors: [], advice: '', link: '', request_id: '' };
      return say(withProblem(close(state, slot), slot, one.backend, problem), event, app.messages.trainingFailed(title), 'error');
    }
    return settleFinished(state, event, say, slot, run);
  }

  function settle(state, event, say) {
    return Object.keys(state.training).reduce((next, slot) => settleOne(next, event, say, slot), state);
  }

  return {
    settle,

    reducers: {
      train_opened(state, event) {
        return { ...state, problem: null, mock: null, run_problem: null, now: event.at, train_problems: without(state.train_problems, event.slot) };
      },
      train_sent(state, event, say, count) {
        const training = { ...state.training, [event.slot]: { backend: event.backend, started_at: event.at, run: '' } };
        const next = say({ ...count(state, 'in_flight', 1), training }, event, app.messages.sending(event.url));
        return app.select.isDown(state, event.backend) ? next : say(next, event, app.messages.TRAINING);
      },
      train_answered(state, event, say, count) {
        const next = app.links.heard(count(state, 'in_flight', -1), event);
        const run = event.reply.body;
        if (event.reply.status === 202 && app.runs.isRun(run)) {
          const training = { ...next.training, [event.slot]: { ...next.training[event.slot], run: run.id } };
          return { ...next, training, shown_run: run.id, runs: { ...next.runs, [run.id]: { ...run, via: event.backend } } };
        }
        const closed = close(next, event.slot);
        if (event.reply.status === 0 && !event.problem) return closed;
        const told = withProblem(closed, event.slot, event.backend, event.problem);
        return say(told, event, app.messages.failed(app.select.title(state, event.backend), event.reply.status, event.reply.reason), 'error');
      },
      train_unreachable(state, event, say) {
        return say(state, event, app.messages.unreachable(app.select.title(state, event.slot)), 'warn');
      },

      mock_started: (state, event, say) => say({ ...state, sample: null, mock: { id: event.id, accuracy: null } }, event, app.messages.MOCK_TRAINING, 'random'),
      /** A backend that returned meanwhile has cleared the mock-up: then nothing is made up any more. */
      mock_done(state, event, say) {
        if (!state.mock || state.mock.id !== event.id) return state;
        return say({ ...state, mock: { ...state.mock, accuracy: event.accuracy } }, event, app.messages.mockDone(app.select.task(state).mock(event.accuracy)), 'random');
      },
    },
  };
}());
