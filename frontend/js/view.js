/* The page on the screen: render(state) draws, intents tell what people do. Only this file and its parts,
   view_*.js (one for each region of the page), touch the document. */
'use strict';

app.createView = function createView(page, intents) {
  const { dom, select } = app;

  const SHORTCUTS = [
    { key: 'Enter', does: 'Ask, from any field' },
    { key: 'c', does: 'Classify, or predict a number', run: () => intents.classify() },
    { key: 't', does: 'Train', run: () => intents.train() },
    { key: 'e', does: 'Next example', run: () => intents.example() },
    { key: '1', does: 'Ask the first backend', run: () => intents.ask(app.config.CATALOGUE[0].id) },
    { key: '2', does: 'Ask the second backend', run: () => intents.ask(app.config.CATALOGUE[1].id) },
    { key: '3', does: 'Ask both', run: () => intents.ask(select.BOTH) },
    { key: 'h', does: 'History', run: () => intents.history() },
    { key: 'd', does: 'Dark or light', run: () => intents.theme() },
    { key: '?', does: 'This list', run: () => intents.shortcuts() },
    { key: 'Esc', does: 'Close what is open' },
  ];

  let single_keys = true;
  let dialog = '';

  /** Keys typed into a field belong to the field. */
  function isTyping(event) {
    const target = event.target;
    return target.matches('input:not([type=range]):not([type=radio]):not([type=checkbox]), select, textarea');
  }

  page.addEventListener('keydown', (event) => {
    if (dialog || !single_keys || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const shortcut = SHORTCUTS.find((one) => one.key === event.key && one.run);
    if (shortcut) { event.preventDefault(); shortcut.run(); }
  });

  // The part after '#' belongs to the model, so the skip link moves the focus itself.
  dom.byId('skip').addEventListener('click', (event) => { event.preventDefault(); dom.byId('main').focus(); });
  dom.byId('api-link').hidden = page.location.protocol === 'file:'; // it is a server that describes itself
  dom.byId('theme').addEventListener('click', () => intents.theme());
  dom.byId('settings-open').addEventListener('click', () => intents.settings());
  dom.byId('shortcuts-open').addEventListener('click', () => intents.shortcuts());
  page.addEventListener('visibilitychange', () => intents.visible(page.visibilityState === 'visible'));

  const parts = [
    app.createHeaderView(intents), app.createFormView(intents), app.createFlowerView(), app.createAnswerView(),
    app.createTabsView(intents), app.createStatusView(intents),
  ];

  function render(state) {
    single_keys = state.single_keys;
    dialog = state.dialog;
    dom.setAttribute(page.documentElement, 'data-theme', state.theme || false);
    page.documentElement.dataset.offline = String(select.allDown(state));
    parts.forEach((part) => part(state));
  }

  /** A part that was loaded later draws from now on. */
  const add = (part) => parts.push(part);

  return { render, add, SHORTCUTS };
};
