/* Composes the panel "Many at once". */
'use strict';

app.parts.burst = function createBurstPart(tools) {
  app.state.learn({ ...app.burst.reducers, ...app.createChartLibrary.reducers });
  const burst = app.createBurst(tools);
  return [app.createRaceFormView(tools, burst), app.createRaceFiguresView(tools), app.createBurstView(tools)];
};
