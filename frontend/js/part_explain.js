/* Composes the panel "Explain". */
'use strict';

app.parts.explain = function createExplainPart(tools) {
  app.state.learn(app.explanation.reducers);
  tools.onChange(app.createExplanationRunner(tools).follow);
  return [app.createExplanationView(tools), app.createImportanceView(tools)];
};
