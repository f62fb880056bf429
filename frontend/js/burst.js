/* Pure: the panel "Many at once": what was sent when, what came back when, and where the bars stand. */
'use strict';

/**
 * @typedef {Object} Bar   one request, in ms since the first one was sent
 * @property {'classify'|'train'} kind
 * @property {number} from
 * @property {number|null} to    null while it is on its way
 * @property {number} status     0 when no answer came
 */

app.burst = (function () {
  const REQUESTS = 12;
  const TOGETHER = 0.05; // of the time of the training

  const initial = () => ({ running: false, with_training: false, runs: {}, now: 0, table_open: false });

  const of = (state) => state.burst || initial();

  const change = (state, patch) => ({ ...state, burst: { ...of(state), ...patch } });

  function setBars(state, id, bars) {
    return change(state, { runs: { ...of(state).runs, [id]: bars } });
  }

  const reducers = {
    burst_training_chosen: (state, event) => change(state, { with_training: event.on }),
    burst_table_toggled: (state) => change(state, { table_open: !of(state).table_open }),
    burst_started: (state) => change(state, { running: true, runs: {}, now: 0 }),
    burst_run_started: (state, event, say) => say(state, event, app.messages.sendingMany(REQUESTS, event.url)),
    burst_sent(state, event, say, count) {
      const bar = { kind: event.kind, from: event.from, to: null, status: 0 };
      const bars = (state.burst.runs[event.backend] || []).concat(bar);
      return setBars(count(state, 'in_flight', 1), event.backend, bars);
    },
    burst_answered(state, event, say, count) {
      const bars = state.burst.runs[event.backend].map((bar, i) => (i === event.index ? { ...bar, to: event.to, status: event.status } : bar));
      return setBars(count(state, 'in_flight', -1), event.backend, bars);
    },
    /** Several at once: drawing between two requests would show up in their times. */
    burst_noted: (state, event, say, count) => event.notes.reduce((next, note) => reducers[note.type](next, note, say, count), state),
    burst_ticked: (state, event) => change(state, { now: event.now }),
    burst_ended: (state) => change(state, { running: false }),
  };

  /** Round steps of an axis from 0 that cover `end`: about `count` of them, each 1, 2 or 5 times a power of ten. */
  function ticks(end, count) {
    const rough = Math.max(end, 1e-9) / count;
    const power = Math.pow(10, Math.floor(Math.log10(rough)));
    const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough);
    const found = [];
    for (let i = 0; i * step <= end * 1.0001; i += 1) found.push(i * step);
    return found;
  }

  /** The end of the time axis, common to all backends. */
  function endOf(burst) {
    const times = Object.values(burst.runs).flat().map((bar) => (bar.to === null ? Math.max(bar.from, burst.now) : bar.to));
    return Math.max(10, ...times);
  }

  /** What one backend's bars say, in words. */
  function summary(bars) {
    const classified = bars.filter((bar) => bar.kind === 'classify');
    const answered = classified.filter((bar) => bar.status === 200);
    const first = Math.min(...answered.map((bar) => bar.to));
    const last = Math.max(...answered.map((bar) => bar.to));
    const trained = bars.find((bar) => bar.kind === 'train');
    const during = trained && trained.status === 200 ? answered.filter((bar) => isBefore(bar, trained)).length : null;
    return { sent: classified.length, answered: answered.length, first, last, during, trained, statuses: statuses(classified) };
  }

  /** A browser hands out in any order what arrives together; what waited for the training arrives with its answer. */
  const isBefore = (bar, trained) => bar.to < trained.to - TOGETHER * (trained.to - trained.from);

  const statuses = (bars) => Array.from(new Set(bars.filter((bar) => bar.to !== null && bar.status !== 200).map((bar) => bar.status)));

  /**
   * @param {Object} state
   * @returns {{end: number, ticks: number[], groups: Object[]}} lengths as shares of the axis, 0 to 1
   */
  function layout(state) {
    const burst = of(state);
    const end = endOf(burst) * 1.04;
    const place = (bar) => {
      const to = bar.to === null ? Math.max(bar.from, burst.now) : bar.to;
      return { ...bar, x: bar.from / end, width: (to - bar.from) / end, pending: bar.to === null };
    };
    const groups = state.backends.filter((one) => burst.runs[one.id]).map((one) => ({
      backend: one, bars: burst.runs[one.id].map(place), summary: summary(burst.runs[one.id]),
    }));
    return { end, ticks: ticks(end, 5), groups };
  }

  return { REQUESTS, of, reducers, ticks, summary, layout };
}());
