/* Composes the panel "Model card". */
'use strict';

app.parts.card = function createCardPart(tools) {
  app.state.learn(app.card.reducers);
  const runner = app.createCardRunner(tools);
  tools.onChange(runner.follow);
  return [app.createCardView(tools, runner)];
};
