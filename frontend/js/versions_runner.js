/* What the panel "Versions" asks: the list, another champion, and two versions side by side. No document. */
'use strict';

/** @param {import('./asking.js').Tools} tools */
app.createVersionsRunner = function createVersionsRunner(tools) {
  const { dispatch, state, send, clock } = tools;
  const { select, versions } = app;
  /** Both read data files and try models: in a process of their own, which takes its time. */
  const PATIENCE = 30000;
  /** A version that one backend promotes is served by the other within a second. */
  const ELSEWHERE = 1000;
  let listed = '';

  const base = (id) => select.backend(state(), id).base_url;
  const path = (more) => '/models/' + encodeURIComponent(state().model) + more;
  const answering = () => select.slots(state()).concat(state().backends.map((one) => one.id)).find((id) => select.isAnswering(state(), id));
  const refused = (backend, problem) => dispatch({ type: 'versions_refused', backend, problem });

  function ask(backend, more, wanted, type) {
    const model = state().model;
    send({ method: 'GET', url: base(backend) + path(more), timeout: PATIENCE }, (reply) => {
      if (reply.status === 200 && wanted(reply.body)) type(reply.body, model);
      else if (reply.status === 0) { listed = ''; refused(backend, { ...app.problems.explain(reply, {}), detail: 'Nothing answers at ' + base(backend) + '.' }); }
      else refused(backend, reply.status === 200 ? app.problems.strange('The answer holds no versions.') : app.problems.explain(reply, { is_file: tools.is_file, base_url: base(backend) }));
    });
  }

  function list(backend) {
    ask(backend, '/versions', versions.isAnswer, (answer, model) => dispatch({ type: 'versions_answered', model, answer }));
  }

  /** Lists again when there is another champion, or another model to look at. */
  function follow() {
    const now = state();
    const backend = now.tab === 'versions' && answering();
    if (!backend) return;
    const champion = select.champion(now, backend);
    const ended = app.runs.all(now).filter((run) => run.version).length;
    const key = [now.model, backend, base(backend), champion ? champion.number : '', ended].join(' ');
    if (key === listed) return;
    listed = key;
    list(backend);
  }

  /** @param {number|'previous'} version */
  function promote(version) {
    const backend = answering();
    if (!backend || versions.of(state()).busy) return;
    dispatch({ type: 'promotion_asked' });
    app.change(tools, { method: 'PUT', backend, path: path('/champion'), body: { version } }, (reply, problem) => {
      if (problem) { refused(backend, problem); return; }
      dispatch({ type: 'promotion_answered', champion: reply.body.champion, before: reply.body.before });
      list(backend);
      tools.poll();
      clock.after(ELSEWHERE, tools.poll);
    });
  }

  function compare() {
    const backend = answering();
    const [one, other] = versions.pair(state());
    if (!backend || !other) return;
    dispatch({ type: 'comparison_asked' });
    ask(backend, '/versions/' + one + '/compare/' + other, versions.isComparison, (comparison) => dispatch({ type: 'comparison_answered', comparison }));
  }

  return { follow, promote, compare };
};
