/* Takes a model out that somebody added, once they have said so twice. No document. */
'use strict';

/** @param {import('./asking.js').Tools} tools */
app.createRemovingRunner = function createRemovingRunner(tools) {
  const { dispatch, state, clock, next } = tools;
  const { select } = app;
  /** The other backend has forgotten it by then. */
  const ELSEWHERE = 1000;

  const ask = () => dispatch({ type: 'removal_asked' });

  function gone(model) {
    const [other] = select.models(state()).filter((one) => one.name !== model);
    dispatch({ type: 'dialog_closed' });
    dispatch({ type: 'located', seq: next(), model: other.name, texts: {}, ask: state().ask, tab: '', unusable: [] });
    dispatch({ type: 'model_removed', model });
    tools.poll();
    clock.after(ELSEWHERE, tools.poll);
  }

  function confirm() {
    const { model } = state();
    const backend = select.slots(state()).concat(state().backends.map((one) => one.id)).find((id) => select.isAnswering(state(), id)) || state().backends[0].id;
    app.change(tools, { method: 'DELETE', backend, path: '/models/' + encodeURIComponent(model) }, (reply, problem) => {
      if (problem) dispatch({ type: 'removal_refused', backend, problem });
      else gone(model);
    });
  }

  return { ask, confirm };
};

/* Pure: what becomes of the state. */
app.removing = (function () {
  const without = (object, key) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

  /** No list that a backend told of before has it any more. */
  const forgotten = (links, model) => Object.fromEntries(Object.entries(links).map(([id, link]) => [id,
    { ...link, catalogue: link.catalogue && link.catalogue.filter((one) => one.name !== model) }]));

  const reducers = {
    removal_asked: (state) => ({ ...state, dialog: 'remove', removal_problem: null }),
    removal_refused: (state, event, say) => say({ ...state, removal_problem: { backend: event.backend, problem: event.problem } }, event, event.problem.title, 'error'),
    model_removed(state, event, say) {
      const { title } = state.details[event.model];
      const next = { ...state, details: without(state.details, event.model), texts: without(state.texts, event.model), links: forgotten(state.links, event.model) };
      return say(next, event, title + ' is gone.', 'ok');
    },
  };

  return { reducers };
}());
