/* The composition root of the documentation page. */
'use strict';

app.startDocs = function startDocs(/** @type {Window} */ page) {
  const { config, docs, api } = app;
  const local = () => page.localStorage;
  const session = () => page.sessionStorage;

  let state = docs.initial({ theme: config.load(local, config.KEYS.theme).theme });

  function dispatch(event) {
    state = docs.reduce(state, event);
    view.render(state);
  }

  function send(id) {
    const operation = docs.find(state, id);
    const tried = state.tries[id];
    if (tried.pending) return;
    dispatch({ type: 'sent', id });
    const request = { method: operation.method, url: docs.address(operation, tried.values, page.location.href), timeout: config.TIMES.train };
    if (operation.body) request.text = tried.text;
    if (operation.secured) request.token = config.tokenFor(config.load(session, config.KEYS.token), page.location.origin);
    api.send(request, (reply) => dispatch({ type: 'answered', id, reply }));
  }

  function chooseTheme() {
    const dark = state.theme ? state.theme === 'dark' : page.matchMedia('(prefers-color-scheme: dark)').matches;
    const theme = dark ? 'light' : 'dark';
    config.save(local, config.KEYS.theme, { theme });
    dispatch({ type: 'theme_chosen', theme });
  }

  const view = app.createDocsView(page.document, {
    send, theme: chooseTheme,
    example: (id, key) => dispatch({ type: 'example_chosen', id, key }),
    text: (id, text) => dispatch({ type: 'text_typed', id, text }),
    value: (id, name, value) => dispatch({ type: 'value_typed', id, name, value }),
  });
  view.render(state);

  api.send({ method: 'GET', url: new URL('openapi.json', page.location.href).href, timeout: config.TIMES.classify }, (reply) => {
    if (reply.status === 200 && reply.body) dispatch({ type: 'loaded', spec: reply.body });
    else dispatch({ type: 'failed', problem: 'The description of the API could not be read. Open this page through a backend, as in http://localhost:8081/docs.' });
  });
};

app.startDocs(window);
