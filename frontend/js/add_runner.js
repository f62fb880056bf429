/* What "Add a model" asks: how a table is understood, and then a model of it. The file is sent twice; no server keeps it. No document. */
'use strict';

/** @param {import('./asking.js').Tools} tools */
app.createAddRunner = function createAddRunner(tools) {
  const { dispatch, state, clock, next } = tools;
  const { select, add } = app;
  /** Some seconds for a file as large as may be. */
  const PATIENCE = 120000;
  /** A model that one backend was given is served by the other within a second. */
  const ELSEWHERE = 1000;
  /** @type {File|null} */
  let file = null;
  let latest = 0;

  /** Whoever is asked, or else whoever is there. */
  function backend() {
    const ids = select.slots(state()).concat(state().backends.map((one) => one.id));
    return ids.find((id) => select.isAnswering(state(), id)) || ids[0];
  }

  const base = (id) => select.backend(state(), id).base_url;

  function send(id, path, isGood, good) {
    const seq = next();
    latest = seq;
    app.change(tools, { method: 'POST', backend: id, path, text: file, type: 'text/csv', timeout: PATIENCE }, (reply, problem) => {
      if (seq !== latest) { dispatch({ type: 'add_outdated' }); return; }
      if (!problem && isGood(reply.body)) { good(reply); return; }
      const found = problem || app.problems.strange('The answer holds no model.');
      dispatch({ type: 'add_refused', backend: id, problem: add.explained(found, reply ? reply.status : 0) });
    });
  }

  /** @param {File} chosen */
  function choose(chosen) {
    if (add.of(state()).busy === 'adding') return;
    const id = backend();
    const path = '/tables?' + new URLSearchParams({ file: chosen.name.slice(0, 200) }).toString();
    file = chosen;
    dispatch({ type: 'file_chosen', file: chosen.name.slice(0, 200), url: base(id) + path });
    send(id, path, add.isOverview, (reply) => dispatch({ type: 'table_answered', overview: reply.body }));
  }

  /** From here on it is a model and a training like any other. */
  function show(id, reply) {
    const { model, run } = reply.body;
    const slot = select.slots(state())[0];
    dispatch({ type: 'model_added', title: model.title });
    dispatch({ type: 'described', detail: model });
    dispatch({ type: 'located', seq: next(), model: model.name, texts: {}, ask: state().ask, tab: app.config.TABS[0].id, unusable: [] });
    dispatch({ type: 'train_sent', slot, backend: id, url: base(id) + '/models' });
    dispatch({ type: 'train_answered', seq: next(), slot, backend: id, reply: { ...reply, body: run }, problem: null });
    tools.poll();
    clock.after(ELSEWHERE, tools.poll);
  }

  function train() {
    if (add.of(state()).busy) return;
    const id = backend();
    const path = add.path(add.of(state()));
    dispatch({ type: 'add_sent', url: base(id) + path });
    send(id, path, add.isAdded, (reply) => show(id, reply));
  }

  return { choose, train };
};
