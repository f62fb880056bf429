/* What the panel "Model card" asks: which versions there are, the card of one, and that as Markdown. No document. */
'use strict';

/** @param {import('./asking.js').Tools} tools */
app.createCardRunner = function createCardRunner(tools) {
  const { dispatch, state, send } = tools;
  const { select, card, versions } = app;
  const PATIENCE = 30000; // both read data files
  let listed = '';
  let asked = '';

  const base = (id) => select.backend(state(), id).base_url;
  const answering = () => select.slots(state()).concat(state().backends.map((one) => one.id)).find((id) => select.isAnswering(state(), id));

  /** @param {{backend: string, path: string, accept?: string}} request @param {function(Object): boolean} wanted of the body or text */
  function ask({ backend, path, accept }, wanted, done) {
    const model = state().model;
    send({ method: 'GET', url: base(backend) + '/models/' + encodeURIComponent(model) + path, timeout: PATIENCE, accept }, (reply) => {
      if (reply.status === 200 && wanted(reply)) { done(reply, model); return; }
      const problem = reply.status === 200 ? app.problems.strange('The answer holds no card.') : app.problems.explain(reply, { is_file: tools.is_file, base_url: base(backend) });
      dispatch({ type: 'card_refused', backend, problem });
    });
  }

  const pathOf = (number) => '/versions/' + number + '/card';

  function list(backend) {
    ask({ backend, path: '/versions' }, (reply) => versions.isAnswer(reply.body), ({ body }, model) => {
      if (model === state().model) dispatch({ type: 'card_versions_answered', model, answer: body });
    });
  }

  function get(backend, number) {
    ask({ backend, path: pathOf(number) }, (reply) => card.isCard(reply.body), ({ body }) => dispatch({ type: 'card_answered', card: body }));
  }

  /** Asks again when there is another version to show, or somebody else to ask. */
  function follow() {
    const now = state();
    if (now.tab !== 'card') return;
    const backend = answering();
    if (!backend) { listed = ''; return; } // whoever comes back is asked anew
    const champion = select.champion(now, backend);
    const where = [now.model, backend, base(backend), champion ? champion.number : ''].join(' ');
    if (where !== listed) { listed = where; asked = ''; list(backend); return; }
    const number = card.number(now);
    const key = where + ' ' + number;
    if (number === null || key === asked || card.shown(now)) return;
    asked = key;
    get(backend, number);
  }

  /** The card on show as Markdown. @param {function(string): void} done */
  function markdown(done) {
    const backend = answering();
    const found = card.shown(state());
    if (backend && found) ask({ backend, path: pathOf(found.version), accept: 'text/markdown' }, (reply) => reply.text.startsWith('---'), (reply) => done(reply.text));
  }

  return { follow, markdown, answering };
};
