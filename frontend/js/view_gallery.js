/* Draws the images that were misread, and the one that is looked at with all its probabilities. Part of view.js. */
'use strict';

app.createGalleryView = function createGalleryView(tools) {
  const { dom, select, explorer, format } = app;
  const list = dom.el('ul', { class: 'misread', role: 'listbox', 'aria-label': 'Misread images', 'aria-orientation': 'horizontal' });
  const large = dom.el('figure', { class: 'looked-at', 'aria-live': 'polite' });
  const empty = dom.el('p', { class: 'prose' }, 'None of these images was misread.');
  dom.byId('gallery').append(dom.el('h3', {}, 'Misread'), empty, list, large);
  let options = [];

  /** The cells of an image, as dark as the ink in them. */
  function image(row, inputs, name) {
    const side = Math.round(Math.sqrt(row.inputs.length));
    const cells = row.inputs.map((value, index) => {
      const { minimum, maximum } = inputs[index];
      const share = maximum > minimum ? (value - minimum) / (maximum - minimum) : 0;
      return dom.svg('rect', { x: index % side, y: Math.floor(index / side), width: 1, height: 1, 'fill-opacity': share.toFixed(3) });
    });
    return dom.svg('svg', { viewBox: [0, 0, side, side].join(' '), class: 'digit', 'shape-rendering': 'crispEdges', ...(name ? { role: 'img', 'aria-label': name } : { 'aria-hidden': 'true' }) }, ...cells);
  }

  const words = (row, classes) => row.label + ', read as ' + row.predicted + ' (' + format.probability(explorer.share(row, classes)) + ')';

  function option(row, index, found, inputs) {
    const node = dom.el('li', { role: 'option', 'aria-label': words(row, found.classes) }, image(row, inputs),
      dom.el('span', { 'aria-hidden': 'true' }, row.label + ' → ' + row.predicted), dom.el('small', { 'aria-hidden': 'true' }, format.probability(explorer.share(row, found.classes))));
    node.addEventListener('click', () => tools.dispatch({ type: 'explorer_wished', wish: { picked: index } }));
    return node;
  }

  list.addEventListener('keydown', (event) => {
    const to = explorer.moved(explorer.of(tools.state()).picked, event.key, options.length);
    if (to < 0) return;
    event.preventDefault();
    tools.dispatch({ type: 'explorer_wished', wish: { picked: to } });
    options[to].focus();
  });

  function bar(name, index, row) {
    const node = dom.copy('template-bar');
    node.dataset.class = String(index % 7);
    node.classList.toggle('best', name === row.predicted);
    dom.text(node.querySelector('.bar-name'), name + (name === row.label ? ' (true)' : ''));
    node.querySelector('.bar-fill').style.width = row.probabilities[index] * 100 + '%';
    dom.text(node.querySelector('.bar-value'), format.probability(row.probabilities[index]));
    return node;
  }

  const drawList = dom.memo((found, inputs) => {
    options = explorer.wrong(found).map((row, index) => option(row, index, found, inputs));
    list.replaceChildren(...options);
    list.hidden = large.hidden = !options.length;
    empty.hidden = Boolean(options.length);
  });

  const drawLarge = dom.memo((found, inputs, picked) => {
    options.forEach((node, index) => {
      dom.setAttribute(node, 'aria-selected', String(index === picked));
      dom.setAttribute(node, 'tabindex', index === picked ? '0' : '-1');
    });
    const row = explorer.wrong(found)[picked];
    if (!row) return;
    large.replaceChildren(image(row, inputs, 'Image ' + row.row + ' of the data'),
      dom.el('figcaption', {}, dom.el('p', { class: 'run-title' }, words(row, found.classes)), dom.el('ul', { class: 'bars' }, ...found.classes.map((name, index) => bar(name, index, row))),
        dom.el('small', {}, 'row ' + row.row + ' of the data')));
  });

  return function render(state) {
    const found = explorer.batch(state);
    if (state.tab !== 'explorer' || !found) return;
    drawList(found, select.inputs(state));
    drawLarge(found, select.inputs(state), explorer.of(state).picked);
  };
};
