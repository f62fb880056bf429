/* What the panel "Explorer" asks: a batch of images, whenever another one is wanted. No document. */
'use strict';

/** @param {import('./asking.js').Tools} tools */
app.createExplorerRunner = function createExplorerRunner(tools) {
  const { dispatch, state, send, clock } = tools;
  const { select, explorer } = app;
  /** The first one reads a data file, in a process of its own. */
  const PATIENCE = 30000;
  let asked_for = '';
  let cancelWait = () => {};

  const answering = () => select.slots(state()).concat(state().backends.map((one) => one.id))
    .find((id) => select.isAnswering(state(), id) && select.champion(state(), id));

  function refused(key, backend, reply, base_url) {
    if (reply.status === 0) asked_for = '';
    const problem = reply.status === 200 ? app.problems.strange('The answer holds no images.') : app.problems.explain(reply, { is_file: tools.is_file, base_url });
    dispatch({ type: 'explorer_refused', backend, problem });
  }

  function ask(key, backend, url) {
    const { base_url } = select.backend(state(), backend);
    dispatch({ type: 'explorer_asked' });
    send({ method: 'GET', url: base_url + url, timeout: PATIENCE }, (reply) => {
      if (key !== asked_for) return;
      if (reply.status === 200 && explorer.isBatch(reply.body)) dispatch({ type: 'explorer_answered', batch: reply.body });
      else refused(key, backend, reply, base_url);
    });
  }

  /** Asks when what is wanted has changed and stood still for a moment. */
  function follow() {
    const now = state();
    const backend = now.tab === 'explorer' && answering();
    if (!backend) return;
    const url = '/models/' + encodeURIComponent(now.model) + '/versions/' + select.champion(now, backend).number + '/held-out' + explorer.query(now);
    const key = backend + ' ' + select.backend(now, backend).base_url + url;
    if (key === asked_for) return;
    asked_for = key;
    cancelWait();
    cancelWait = clock.after(app.config.TIMES.debounce, () => ask(key, backend, url));
  }

  return { follow, isThere: () => Boolean(answering()) };
};
