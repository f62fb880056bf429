/* Composes the panel "Training". */
'use strict';

app.parts.training = function createTrainingPart(tools) {
  app.state.learn({ ...app.curve.reducers, ...app.regions.reducers, ...app.residuals.reducers, ...app.createChartLibrary.reducers });
  const runner = app.createTrainingRunner(tools);
  tools.onChange(runner.follow);
  return [app.createTrainingView(tools, runner), app.createCurveView(tools), app.createRegionsView(tools), app.createResidualsView(tools)];
};
