/* Draws the tabs below the answer (the ARIA Authoring Practices' "tabs" pattern, with automatic activation). Part of view.js. */
'use strict';

app.createTabsView = function createTabsView(intents) {
  const { dom, select } = app;
  const TABS = app.config.TABS;
  const list = dom.byId('tabs');

  function createTab({ id, title }) {
    const tab = dom.el('button', { type: 'button', role: 'tab', class: 'tab', id: 'tab-' + id, 'aria-controls': 'panel-' + id }, title);
    const missing = dom.el('p', { class: 'problem', hidden: true }, 'This part of the page could not be loaded: the server that it comes from does not answer. It is asked again when you choose the tab again.');
    const body = dom.el('div', { id: 'body-' + id });
    const panel = dom.el('div', { role: 'tabpanel', id: 'panel-' + id, 'aria-labelledby': tab.id, tabindex: '0' }, missing, body);
    tab.addEventListener('click', () => intents.tab(id));
    return { id, tab, panel, missing };
  }

  const tabs = TABS.map(createTab);
  list.append(...tabs.map((one) => one.tab));
  list.after(...tabs.map((one) => one.panel));

  const STEPS = { ArrowRight: 1, ArrowLeft: -1, Home: -TABS.length, End: TABS.length };
  list.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const there = tabs.filter((one) => !one.tab.hidden);
    const at = there.findIndex((one) => one.tab === event.target);
    const next = Math.abs(step) > 1 ? Math.max(0, Math.min(step, there.length - 1)) : (at + step + there.length) % there.length;
    intents.tab(there[next].id);
    there[next].tab.focus();
  });

  return function render(state) {
    const offered = select.tabs(state).map((one) => one.id);
    tabs.forEach(({ id, tab, panel, missing }) => {
      tab.hidden = !offered.includes(id);
      const chosen = id === state.tab;
      dom.setAttribute(tab, 'aria-selected', String(chosen));
      dom.setAttribute(tab, 'tabindex', chosen ? false : '-1');
      panel.hidden = !chosen;
      missing.hidden = !state.missing[id];
    });
  };
};
