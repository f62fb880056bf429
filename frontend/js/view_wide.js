/* Stands in the place of fields where a model has too many inputs: what to do instead, and of an image the picture. Part of view.js. */
'use strict';

app.createWideView = function createWideView() {
  const { dom, select, features } = app;
  const words = dom.el('p', { class: 'prose' });
  const picture = dom.el('canvas', { class: 'image', role: 'img', 'aria-label': 'The image that the model reads' });
  const place = dom.el('div', { id: 'wide', hidden: true }, words, picture);
  dom.byId('fields').after(place);

  const drawPicture = dom.memo((inputs, texts) => {
    const side = Math.round(Math.sqrt(inputs.length));
    Object.assign(picture, { width: side, height: side });
    const pen = picture.getContext('2d');
    const image = pen.createImageData(side, side);
    inputs.forEach((input, i) => { image.data[4 * i + 3] = Math.round((255 * (Number(texts[input.name]) || 0)) / (input.maximum || 1)); });
    pen.putImageData(image, 0, 0);
  });

  return function render(state) {
    const inputs = select.inputs(state);
    place.hidden = !features.areMany(inputs);
    if (place.hidden) return;
    dom.text(words, 'This model takes ' + inputs.length + ' inputs, which are too many for fields. Try one of the examples, send rows to POST /models/' + state.model + '/predict, or bring a file to Batch.');
    picture.hidden = !inputs.every((input) => input.role === 'cell');
    if (!picture.hidden) drawPicture(inputs, select.texts(state));
  };
};
