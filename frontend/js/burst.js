/* Pure: the panel "Many at once": what was sent when, what came back when, where the bars stand, and the figures. */
'use strict';

/**
 * @typedef {Object} Bar   one request, in ms since its backend's turn began
 * @property {'classify'|'predict'|'train'} kind
 * @property {number} from       its intended start; without a schedule, when it was sent
 * @property {number} late       by how much the page itself was, though it could have sent
 * @property {number|null} to    null while it is on its way, or when nobody waited any more
 * @property {number} status     0 when no answer came
 */

app.burst = (function () {
  const TOGETHER = 0.05; // of the time of the training
  const LATEST = 40; // bars that are drawn
  const SECOND = 1000;

  const MESSAGES = {
    sendingMany: (count, url) => 'Sending ' + (count || 'many') + ' requests to the server at ' + url,
    requestsFail: (title) => 'Requests to ' + title + ' fail.',
    raceDone: (answered) => 'Answered: ' + answered.join(', ') + '.',
  };

  const initial = () => ({
    choice: app.racePlan.ONCE, hand: { parallel: '12', rate: '', seconds: '5' }, with_training: false, in_turns: true,
    running: false, runs: {}, now: 0, agreement: app.agreement.initial(), table_open: false,
  });

  const of = (state) => state.burst || initial();

  const change = (state, patch) => ({ ...state, burst: { ...of(state), ...patch } });

  const isFailed = (bar) => bar.to !== null && bar.status !== 200;

  /** A training may be refused while all else is well: its own words say so. */
  const isRefused = (bar) => isFailed(bar) && bar.kind !== 'train';

  const pending = (burst) => Object.values(burst.runs).flat().filter((bar) => bar.to === null).length;

  function note(bars, one) {
    if (one.index === undefined) bars.push({ kind: one.kind, from: one.from, late: one.late, to: null, status: 0 });
    else bars[one.index] = { ...bars[one.index], to: one.to, status: one.status };
  }

  /** Several at once: drawing between two requests would show up in their times. */
  function noted(state, event, say, count) {
    const known = of(state).runs[event.backend] || [];
    const bars = known.slice();
    event.notes.forEach((one) => note(bars, one));
    const sent = bars.length - known.length;
    const patch = { runs: { ...of(state).runs, [event.backend]: bars }, now: event.now, agreement: event.agreement };
    const next = count(change(state, patch), 'in_flight', sent - (event.notes.length - sent));
    const is_news = bars.some(isRefused) && !known.some(isRefused);
    return is_news ? say(next, event, MESSAGES.requestsFail(app.select.title(state, event.backend)), 'warn') : next;
  }

  function ended(state, event, say, count) {
    const next = count(change(state, { running: false }), 'in_flight', -pending(of(state)));
    return say(next, event, MESSAGES.raceDone(layout(next).groups.map((one) => one.backend.title + ' ' + one.summary.answered + ' of ' + one.summary.sent)));
  }

  const reducers = {
    burst_chosen: (state, event) => change(state, { choice: event.choice, with_training: app.racePlan.trains(event.choice) && !event.is_file }),
    burst_typed: (state, event) => change(state, { hand: { ...of(state).hand, [event.name]: event.text } }),
    burst_training_chosen: (state, event) => change(state, { with_training: event.on }),
    burst_turns_chosen: (state, event) => change(state, { in_turns: event.on }),
    burst_table_toggled: (state) => change(state, { table_open: !of(state).table_open }),
    burst_started: (state) => change(state, { running: true, runs: {}, now: 0, agreement: app.agreement.initial() }),
    burst_run_started: (state, event, say) => say(state, event, MESSAGES.sendingMany(event.count, event.url)),
    burst_noted: noted,
    burst_ended: ended,
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

  /** What one backend's bars say, in words. */
  function summary(bars) {
    const asked = bars.filter((bar) => bar.kind !== 'train');
    const answered = asked.filter((bar) => bar.status === 200);
    const ends = answered.map((bar) => bar.to);
    const trained = bars.find((bar) => bar.kind === 'train');
    const during = trained && trained.status === 200 ? answered.filter((bar) => isBefore(bar, trained)).length : null;
    return { sent: asked.length, answered: answered.length, first: Math.min(...ends), last: Math.max(...ends), during, trained, statuses: statuses(asked) };
  }

  /** A browser hands out in any order what arrives together; what waited for the training arrives with its answer. */
  const isBefore = (bar, trained) => bar.to < trained.to - TOGETHER * (trained.to - trained.from);

  /** What failed, by status. @returns {{status: number, count: number}[]} */
  function statuses(bars) {
    const failed = bars.filter(isFailed);
    return Array.from(new Set(failed.map((bar) => bar.status))).map((status) => ({ status, count: failed.filter((bar) => bar.status === status).length }));
  }

  const endOf = (bar, now) => (bar.to === null ? Math.max(bar.from, now) : bar.to);

  /** The training and the latest requests, and the time that they span. */
  function latest(bars, now) {
    const asked = bars.filter((bar) => bar.kind !== 'train').slice(-LATEST);
    const shown = bars.filter((bar) => bar.kind === 'train').concat(asked);
    const is_all = shown.length === bars.length;
    return { bars: shown, from: is_all ? 0 : Math.min(...asked.map((bar) => bar.from)), to: Math.max(...shown.map((bar) => endOf(bar, now))) };
  }

  /**
   * @param {Object} state
   * @returns {{end: number, ticks: number[], groups: Object[]}} `end`: of the time axis, as long for all backends, in ms
   *   from the `from` of each; places and lengths are shares of it, 0 to 1
   */
  function layout(state) {
    const burst = of(state);
    const known = state.backends.filter((one) => burst.runs[one.id]);
    const windows = known.map((one) => latest(burst.runs[one.id], burst.now));
    const end = Math.max(10, ...windows.map((one) => one.to - one.from)) * 1.04;
    const place = (bar, from) => {
      const start = Math.max(bar.from, from);
      return { ...bar, x: (start - from) / end, width: Math.max(0, endOf(bar, burst.now) - start) / end, pending: bar.to === null };
    };
    const groups = known.map((backend, i) => ({
      backend, from: windows[i].from, bars: windows[i].bars.map((bar) => place(bar, windows[i].from)), summary: summary(burst.runs[backend.id]),
    }));
    return { end, ticks: ticks(end, 5), groups };
  }

  /** The smallest value that a share of all values doesn't exceed (nearest rank); NaN of none. @param {number[]} sorted */
  const percentile = (sorted, share) => (sorted.length ? sorted[Math.ceil(share * sorted.length) - 1] : NaN);

  /** Latencies in ms, of those that were answered. */
  function measured(bars) {
    const sorted = bars.filter((bar) => bar.status === 200).map((bar) => bar.to - bar.from).sort((a, b) => a - b);
    const at = (share) => percentile(sorted, share);
    return { n: sorted.length, failed: bars.filter(isFailed).length, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
  }

  const perRun = (state, draw) => state.backends.flatMap((backend) => draw(backend, (of(state).runs[backend.id] || []).filter((bar) => bar.kind !== 'train')));

  /** A line for each backend and kind of request. */
  function figures(state) {
    return perRun(state, (backend, bars) => Array.from(new Set(bars.map((bar) => bar.kind))).sort()
      .map((kind) => ({ backend, kind, ...measured(bars.filter((bar) => bar.kind === kind)) })));
  }

  /** A line for each backend and second: the chart as a table. */
  function bySecond(state) {
    const secondOf = (bar) => Math.floor(bar.from / SECOND);
    return perRun(state, (backend, bars) => Array.from(new Set(bars.map(secondOf)))
      .map((second) => ({ backend, second, ...measured(bars.filter((bar) => secondOf(bar) === second)) })));
  }

  /** Dots of the chart: seconds since the start, and ms; none where all started at once. */
  function dots(state) {
    const point = (bar) => ({ x: Math.round(bar.from) / SECOND, y: Number((bar.to - bar.from).toFixed(2)) });
    const found = perRun(state, (backend, bars) => [{ backend, points: bars.filter((bar) => bar.status === 200).map(point) }]);
    return found.some((one) => one.points.some((dot) => dot.x !== one.points[0].x)) ? found : [];
  }

  /** By how much the page itself was late for one request in a hundred, in ms; NaN of none. */
  const lateness = (state) => percentile(perRun(state, (_, bars) => bars.map((bar) => bar.late)).sort((a, b) => a - b), 0.99);

  return { of, reducers, ticks, summary, layout, figures, bySecond, dots, lateness };
}());
