/* Pure: the answers to classifications, and the sample when there are none. Part of `reduce`. */
'use strict';

/* Each reducer gets (state, event, say, count) from state.js. */
app.answers = (function () {
  /** Latest wins: a reply counts when nothing newer is shown and nothing has reset the page since. */
  function isNews(state, event) {
    const shown = state.answers[event.slot];
    return event.seq > state.floor && (!shown || event.seq > shown.seq);
  }

  function put(state, event, answer) {
    const { ms, timing } = event.reply || { ms: NaN, timing: {} };
    const whole = { seq: event.seq, backend: event.backend, data: event.data, ms, timing, ...answer };
    return { ...state, sample: null, answers: { ...state.answers, [event.slot]: whole } };
  }

  function pend(state, slot, change) {
    return { ...state, pending: { ...state.pending, [slot]: Math.max(0, (state.pending[slot] || 0) + change) } };
  }

  function show(state, event, say) {
    const title = app.select.title(state, event.backend);
    const reply = event.reply;
    if (reply.status === 200 && reply.body && app.select.task(state).isAnswer(reply.body)) {
      const next = put(state, event, { kind: 'prediction', body: reply.body });
      return say(next, event, app.messages.processing(title), 'ok');
    }
    const next = put(state, event, { kind: 'error', status: reply.status, reason: reply.reason, problem: event.problem });
    return say(next, event, app.messages.failed(title, reply.status, reply.reason), 'error');
  }

  return {
    ask_opened: (state, event) => pend({ ...state, problem: null, issued: { ...state.issued, [event.slot]: event.seq } }, event.slot, 1),
    ask_closed: (state, event) => pend(state, event.slot, -1),

    classify_answered(state, event, say, count) {
      let next = app.links.heard(count(state, 'in_flight', -1), event);
      if (event.reply.status === 0) return next;
      if (event.reply.status === 200) next = app.links.timed(next, event.backend, event.reply.ms);
      return isNews(next, event) ? show(next, event, say) : next;
    },

    /** Nobody that was asked for this slot answered. */
    slot_unreachable(state, event, say) {
      if (!isNews(state, event)) return state;
      const next = put(state, event, { kind: 'unreachable' });
      return say(next, event, app.messages.unreachable(app.select.title(state, event.slot)), 'warn');
    },

    /** Only when no backend at all answered; a newer real answer stays. */
    sampled(state, event, say) {
      const newer = Object.values(state.answers).some((one) => one.kind !== 'unreachable' && one.seq > event.seq);
      if (newer || event.seq <= state.floor) return state;
      const next = { ...state, answers: {}, sample: { seq: event.seq, ...event.sample } };
      return say(next, event, app.messages.RANDOM, 'random');
    },
  };
}());
