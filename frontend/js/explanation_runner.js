/* What the panel "Explain" asks, while it is open: why the answers on show are what they are, and what the version rests on. No document. */
'use strict';

/** @param {import('./asking.js').Tools} tools */
app.createExplanationRunner = function createExplanationRunner(tools) {
  const { dispatch, state, send, clock } = tools;
  const { select, explanation } = app;
  /** Of a slow model it takes a second. */
  const PATIENCE = 15000;
  /** Longer than that of answers: who moves a slider looks at these. */
  const DEBOUNCE = 250;
  const due = {};
  let told = '';

  const base = (id) => select.backend(state(), id).base_url;

  function problemOf(backend, reply) {
    if (reply.status === 200) return app.problems.strange('The answer holds no explanation.');
    return app.problems.explain(reply, { is_file: tools.is_file, base_url: base(backend) });
  }

  function explain(slot, key) {
    const now = state();
    if (explanation.key(now, slot) !== key) return;
    const { backend } = now.answers[slot];
    const { path, body } = explanation.request(now, slot);
    send({ method: 'POST', url: base(backend) + path, timeout: PATIENCE, body }, (reply) => {
      const found = reply.status === 200 && explanation.fromBody(reply.body);
      const problem = explanation.isExplanation(found) ? null : problemOf(backend, reply);
      dispatch({ type: 'explanation_answered', slot, key, found, problem });
    });
  }

  /** Once what is asked about stays the same for a moment. */
  function explainSoon(slot) {
    const key = explanation.key(state(), slot);
    const asked = explanation.of(state()).slots[slot];
    if (!key || (asked && asked.key === key)) return;
    if (due[slot]) due[slot]();
    due[slot] = clock.after(DEBOUNCE, () => explain(slot, key));
    dispatch({ type: 'explanation_asked', slot, key, backend: state().answers[slot].backend });
  }

  function tellImportance() {
    const now = state();
    const backend = select.slots(now).concat(now.backends.map((one) => one.id)).find((id) => select.isAnswering(now, id) && select.champion(now, id));
    if (!backend) return;
    const version = select.champion(now, backend).number;
    const key = [now.model, base(backend), version].join(' ');
    if (key === told) return;
    told = key;
    const model = now.model;
    send({ method: 'GET', url: base(backend) + '/models/' + encodeURIComponent(model) + '/versions/' + version, timeout: PATIENCE }, (reply) => {
      if (reply.status === 200 && reply.body) dispatch({ type: 'importance_answered', model, version, found: reply.body.importance || null });
      else told = '';
    });
  }

  function follow() {
    if (state().tab !== 'explain') return;
    select.slots(state()).forEach(explainSoon);
    tellImportance();
  }

  return { follow };
};
