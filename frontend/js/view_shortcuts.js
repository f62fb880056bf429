/* Keys that stand for buttons, for those who want them. Part of view.js. */
'use strict';

app.createShortcutsView = function createShortcutsView(tools, intents) {
  const { config, select } = app;

  const SHORTCUTS = [
    { key: 'Enter', does: 'Ask, from any field' },
    { key: 'c', does: 'Classify, or predict a number', run: () => intents.classify() },
    { key: 't', does: 'Train', run: () => intents.train() },
    { key: 'e', does: 'Next example', run: () => intents.example() },
    { key: '1', does: 'Ask the first backend', run: () => intents.ask(config.CATALOGUE[0].id) },
    { key: '2', does: 'Ask the second backend', run: () => intents.ask(config.CATALOGUE[1].id) },
    { key: '3', does: 'Ask both', run: () => intents.ask(select.BOTH) },
    { key: 'h', does: 'History', run: () => intents.history() },
    { key: 'd', does: 'Dark or light', run: () => intents.theme() },
    { key: '?', does: 'This list', run: () => intents.shortcuts() },
    { key: 'Esc', does: 'Close what is open' },
  ];

  /** Keys typed into a field belong to the field. */
  function isTyping(event) {
    const target = event.target;
    return target.matches('input:not([type=range]):not([type=radio]):not([type=checkbox]), select, textarea');
  }

  document.addEventListener('keydown', (event) => {
    const { dialog, single_keys } = tools.state();
    if (dialog || !single_keys || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const shortcut = SHORTCUTS.find((one) => one.key === event.key && one.run);
    if (shortcut) { event.preventDefault(); shortcut.run(); }
  });

  return SHORTCUTS;
};
