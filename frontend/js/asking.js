/* Which request follows which reply: classify, train, the other backend, and the sample at the end. No document. */
'use strict';

/**
 * @typedef {Object} Tools
 * @property {function(Object): void} dispatch
 * @property {function(): Object} state
 * @property {function(Object, function(Object): void): void} send  as in api.js
 * @property {{now: function(): number, after: function(number, function(): void): function(): void}} clock
 * @property {function(): number} random  in [0, 1)
 * @property {function(): number} next    the next sequence number
 * @property {function(string): string} token  for a base URL
 * @property {boolean} is_file
 * @property {function(): void} poll      asks all backends how they are, now
 * @property {function(function(): void): void} onChange  for parts that are loaded later: called after each event
 * @property {function(string[], function(boolean): void): void} load  more scripts; tells whether they are there
 */

app.createAsking = function createAsking(/** @type {Tools} */ tools) {
  const { dispatch, state, send, clock, next } = tools;
  const TIMES = app.config.TIMES;
  const select = app.select;
  /** While a slow server works off its queue, a moving slider doesn't add to it without end. */
  const MOST_QUIET = 3;
  let cancelDebounce = () => {};
  let askAgain = false;

  const base = (id) => select.backend(state(), id).base_url;
  const explain = (id, reply) => app.problems.explain(reply, { is_file: tools.is_file, base_url: base(id) });
  const patience = (id, usual) => (select.isDown(state(), id) ? TIMES.known_down : usual);

  function problemOf(id, reply, wanted) {
    return reply.status === 200 || reply.status === 202 ? app.problems.strange('The answer holds no ' + wanted + '.') : explain(id, reply);
  }

  /**
   * Asks one backend after the other until one answers.
   * @param {string} slot
   * @param {string[]} ids in order
   * @param {function(string, function(Object): void): void} ask  asks one backend; calls back with its reply
   * @param {function(): void} nobody  called when none answered
   */
  function tryInOrder(slot, ids, ask, nobody, quiet) {
    const [id, ...others] = ids;
    ask(id, (reply) => {
      if (reply.status > 0 || reply.final) return;
      tools.poll();
      if (!others.length) { nobody(); return; }
      dispatch({ type: 'fell_back', from: id, to: others[0], quiet });
      tryInOrder(slot, others, ask, nobody, quiet);
    });
  }

  /** The chosen backend is known to be away: say so before the other one is asked. */
  function tellDetour(slot, ids, quiet) {
    if (ids[0] !== slot) dispatch({ type: 'fell_back', from: slot, to: ids[0], quiet });
  }

  /* ---- classify ---- */

  function classifyOne(ask, slot, id, done) {
    const { path, body } = ask.task.request(ask.model, ask.data);
    const url = base(id) + path;
    dispatch({ type: 'request_sent', url, quiet: ask.quiet });
    send({ method: 'POST', url, timeout: patience(id, TIMES.classify), body }, (reply) => {
      dispatch({ type: 'classify_answered', seq: ask.seq, slot, backend: id, data: ask.data, reply, problem: problemOf(id, reply, 'prediction'), quiet: ask.quiet });
      done(reply);
      if (reply.status > 0) close(slot);
    });
  }

  function close(slot) {
    dispatch({ type: 'ask_closed', slot });
    if (askAgain) { askAgain = false; classify(true); }
  }

  function slotFailed(ask, slot) {
    dispatch({ type: 'slot_unreachable', seq: ask.seq, slot, backend: slot, data: ask.data, quiet: ask.quiet });
    ask.failed += 1;
    if (ask.failed === ask.slots.length && !ask.quiet) {
      dispatch({ type: 'sampled', seq: ask.seq, sample: ask.task.sample(ask.output, tools.random) });
    }
    close(slot);
  }

  function openAsk(quiet) {
    const now = state();
    const ask = { seq: next(), slots: select.slots(now), data: select.reading(now).values, model: now.model, task: select.task(now), output: select.output(now), failed: 0, quiet };
    ask.slots.forEach((slot) => dispatch({ type: 'ask_opened', slot, seq: ask.seq }));
    ask.slots.forEach((slot) => {
      const ids = select.order(now, slot);
      tellDetour(slot, ids, quiet);
      tryInOrder(slot, ids, (id, done) => classifyOne(ask, slot, id, done), () => slotFailed(ask, slot), quiet);
    });
  }

  function isFull() {
    return select.slots(state()).some((slot) => (state().pending[slot] || 0) >= MOST_QUIET);
  }

  /** @param {boolean} quiet the page asks by itself: no complaints, no sample */
  function classify(quiet) {
    cancelDebounce();
    if (quiet && !select.canAskQuietly(state())) return;
    if (quiet && isFull()) { askAgain = true; return; }
    const problem = select.detail(state()) ? app.features.check(select.untrained(state()), select.reading(state()), select.task(state()).notTrained) : null;
    if (problem) { dispatch({ type: 'checked', problem }); return; }
    if (select.detail(state())) openAsk(quiet);
  }

  /** A field changed: asks when it has stood still for a moment. */
  function classifySoon() {
    cancelDebounce();
    cancelDebounce = clock.after(TIMES.debounce, () => classify(true));
  }

  /* ---- train ---- */

  function trainOne(work, slot, id, done) {
    const url = base(id) + '/models/' + encodeURIComponent(work.model) + '/runs';
    dispatch({ type: 'train_sent', slot, backend: id, url });
    send({ method: 'POST', url, timeout: patience(id, TIMES.classify), body: work.body, token: tools.token(base(id)) }, (reply) => {
      // Whoever lets us wait may have begun: nobody else is asked to do it again.
      const final = reply.cause === 'timeout' && !select.isDown(state(), id);
      const problem = reply.status > 0 || final ? problemOf(id, reply, 'training run') : null;
      dispatch({ type: 'train_answered', seq: work.seq, slot, backend: id, reply, problem });
      done({ status: reply.status, final });
    });
  }

  function mockTraining(id) {
    dispatch({ type: 'mock_started', id });
    clock.after(TIMES.mock_training, () => dispatch({ type: 'mock_done', id, accuracy: app.sampling.accuracy(tools.random) }));
  }

  function trainFailed(work, slot) {
    dispatch({ type: 'train_unreachable', slot });
    work.failed += 1;
    if (work.failed === work.slots.length) mockTraining(work.seq);
  }

  /** @param {Object} settings parameters, seed and promotion, where they aren't the usual ones */
  function train(settings) {
    const now = state();
    const recipe = now.recipes[now.model];
    const slots = select.slots(now).filter((slot) => !now.training[slot] && !select.trainingOn(now, slot));
    const body = { promote: 'always', ...(recipe ? { recipe } : {}), ...settings };
    const work = { seq: next(), slots, failed: 0, model: now.model, body };
    slots.forEach((slot) => {
      const ids = select.order(now, slot);
      dispatch({ type: 'train_opened', slot });
      tellDetour(slot, ids, false);
      tryInOrder(slot, ids, (id, done) => trainOne(work, slot, id, done), () => trainFailed(work, slot), false);
    });
  }

  return { classify, classifySoon, train };
};
