/* Composes the panel "Batch". */
'use strict';

app.parts.batch = function createBatchPart(tools) {
  app.state.learn(app.batch.reducers);
  const runner = app.createBatchRunner(tools);
  return [app.createBatchView(tools, runner), app.createBatchResultView(tools, runner)];
};
