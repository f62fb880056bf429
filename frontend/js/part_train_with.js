/* Composes the form "Train with…". */
'use strict';

app.parts.train_with = function createTrainWithPart(tools, intents) {
  app.state.learn(app.trainWith.reducers);
  return [app.createTrainWithView(tools, intents)];
};
