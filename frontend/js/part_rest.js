/* Composes what stands below the fold or is not open at arrival, and is loaded as soon as the page stands. */
'use strict';

app.parts.rest = function createRestPart(tools, intents) {
  app.state.learn({ ...app.createSettings.reducers, ...app.removing.reducers });
  const removing = app.createRemovingRunner(tools);
  return [app.createTableView(removing), app.createWideView(), app.createDialogsView(app.createSettings(tools), app.createShortcutsView(tools, intents), removing)];
};
