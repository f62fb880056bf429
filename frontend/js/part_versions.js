/* Composes the panel "Versions". */
'use strict';

app.parts.versions = function createVersionsPart(tools) {
  app.state.learn(app.versions.reducers);
  const runner = app.createVersionsRunner(tools);
  tools.onChange(runner.follow);
  return [app.createVersionsView(tools, runner), app.createComparisonView()];
};
