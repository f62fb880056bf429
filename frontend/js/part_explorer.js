/* Composes the panel "Explorer". */
'use strict';

app.parts.explorer = function createExplorerPart(tools) {
  app.state.learn(app.explorer.reducers);
  const runner = app.createExplorerRunner(tools);
  tools.onChange(runner.follow);
  return [app.createExplorerView(tools, runner), app.createGalleryView(tools)];
};
