/* The settings: what is typed into them, kept by the browser, and used from then on. No document. */
'use strict';

/** @param {import('./asking.js').Tools} tools */
app.createSettings = function createSettings(tools) {
  const { dispatch, state, local, session } = tools;
  const { config } = app;

  function save() {
    const { draft } = state();
    const bases = Object.fromEntries(Object.entries(draft.bases).map(([id, text]) => [id, config.readBase(text)]));
    if (Object.values(bases).some((base) => base === null)) return;
    config.save(local, config.KEYS.bases, bases);
    if (draft.token) config.save(session, config.KEYS.token, { token: draft.token, bases: Object.values(bases) });
    else config.forget(session, config.KEYS.token);
    tools.useBases();
  }

  function reset() {
    config.forget(local, config.KEYS.bases);
    config.forget(session, config.KEYS.token);
    tools.useBases();
  }

  function singleKeys(on) {
    config.save(local, config.KEYS.shortcuts, { on });
    dispatch({ type: 'single_keys_chosen', on });
  }

  return {
    save, reset, singleKeys,
    typeBase: (backend, text) => dispatch({ type: 'base_typed', backend, text }),
    typeToken: (text) => dispatch({ type: 'token_typed', text }),
    close: () => { if (state().dialog) dispatch({ type: 'dialog_closed' }); },
  };
};

app.createSettings.reducers = {
  base_typed: (state, event) => ({ ...state, draft: { ...state.draft, bases: { ...state.draft.bases, [event.backend]: event.text } } }),
  token_typed: (state, event) => ({ ...state, draft: { ...state.draft, token: event.text } }),
  single_keys_chosen: (state, event) => ({ ...state, single_keys: event.on }),
};
