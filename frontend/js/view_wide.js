/* Says what to do with a model of so many inputs that they have no fields. Part of view.js. */
'use strict';

app.createWideView = function createWideView() {
  const { dom, select, features } = app;
  const node = dom.el('p', { class: 'prose', id: 'wide', hidden: true });
  dom.byId('fields').after(node);

  return function render(state) {
    const inputs = select.inputs(state);
    node.hidden = !features.areMany(inputs);
    if (!node.hidden) dom.text(node, 'This model takes ' + inputs.length + ' inputs, which are too many for fields. Try one of the examples, send rows to POST /models/' + state.model + '/predict, or bring a file to Batch.');
  };
};
