/* Composes "Add a model". */
'use strict';

app.parts.add = function createAddPart(tools) {
  app.state.learn(app.add.reducers);
  return [app.createAddView(tools, app.createAddRunner(tools))];
};
