/* Pure: trainings under way, their results, and the mock-up when there is no server. Part of `reduce`. */
'use strict';

/* Each reducer gets (state, event, say, count) from state.js. */
app.training = (function () {
  const without = (object, key) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

  /** The parts of a result that the page relies on. */
  function isResult(body) {
    return Boolean(body) && typeof body.data === 'number' && Number.isInteger(body.version) && typeof body.model === 'string'
      && Boolean(body.metrics) && typeof body.metrics === 'object';
  }

  return {
    train_opened(state, event) {
      return { ...state, problem: null, mock: null, now: event.at, train_problems: without(state.train_problems, event.slot) };
    },
    train_sent(state, event, say, count) {
      const training = { ...state.training, [event.slot]: { backend: event.backend, started_at: event.at } };
      const next = say({ ...count(state, 'in_flight', 1), training }, event, app.messages.sending(event.url));
      return app.select.isDown(state, event.backend) ? next : say(next, event, app.messages.TRAINING);
    },
    train_answered(state, event, say, count) {
      const next = app.links.heard({ ...count(state, 'in_flight', -1), training: without(state.training, event.slot) }, event);
      const title = app.select.title(state, event.backend);
      if (event.reply.status === 200 && isResult(event.reply.body)) {
        return say(app.links.trained(next, event), event, app.messages.done(title), 'ok');
      }
      if (event.reply.status === 0 && !event.problem) return next;
      const told = { ...next, train_problems: { ...next.train_problems, [event.slot]: { backend: event.backend, problem: event.problem } } };
      return say(told, event, app.messages.failed(title, event.reply.status, event.reply.reason), 'error');
    },
    train_unreachable(state, event, say) {
      return say(state, event, app.messages.unreachable(app.select.title(state, event.slot)), 'warn');
    },

    mock_started: (state, event, say) => say({ ...state, sample: null, mock: { id: event.id, accuracy: null } }, event, app.messages.MOCK_TRAINING, 'random'),
    /** A backend that returned meanwhile has cleared the mock-up: then nothing is made up any more. */
    mock_done(state, event, say) {
      if (!state.mock || state.mock.id !== event.id) return state;
      return say({ ...state, mock: { ...state.mock, accuracy: event.accuracy } }, event, app.messages.mockDone(event.accuracy), 'random');
    },
  };
}());
