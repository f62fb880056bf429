/* Composes the panel "Many at once". */
'use strict';

app.parts.burst = function createBurstPart(tools) {
  app.state.learn(app.burst.reducers);
  return [app.createBurstView(tools, app.createBurst(tools))];
};
