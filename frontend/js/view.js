/* The page on the screen: render(state) draws, intents tell what people do. Only this file and its parts,
   view_*.js (one for each region of the page), touch the document. */
'use strict';

app.createView = function createView(page, intents) {
  const { dom, select } = app;

  // The part after '#' belongs to the model, so the skip link moves the focus itself.
  dom.byId('skip').addEventListener('click', (event) => { event.preventDefault(); dom.byId('main').focus(); });
  dom.byId('api-link').hidden = page.location.protocol === 'file:'; // it is a server that describes itself
  dom.byId('theme').addEventListener('click', () => intents.theme());
  dom.byId('settings-open').addEventListener('click', () => intents.settings());
  dom.byId('shortcuts-open').addEventListener('click', () => intents.shortcuts());
  page.addEventListener('visibilitychange', () => intents.visible(page.visibilityState === 'visible'));

  const model_parts = page.querySelectorAll('.stage, .below');
  const parts = [
    app.createHeaderView(intents), app.createFormView(intents), app.createFlowerView(), app.createAnswerView(),
    app.createTabsView(intents), app.createStatusView(intents),
  ];

  function render(state) {
    dom.setAttribute(page.documentElement, 'data-theme', state.theme || false);
    page.documentElement.dataset.offline = String(select.allDown(state));
    model_parts.forEach((node) => { node.hidden = state.adding; });
    dom.byId('add').hidden = !state.adding;
    parts.forEach((part) => part(state));
  }

  /** A part that was loaded later draws from now on. */
  const add = (part) => parts.push(part);

  return { render, add };
};
