/* Draws what can be chosen in the explorer, how much of a batch is right, and what the wrong ones were taken for. Part of view.js. */
'use strict';

app.createExplorerView = function createExplorerView(tools, runner) {
  const { dom, select, explorer } = app;
  const { ANY, SIZES } = explorer;
  const wish = (change) => tools.dispatch({ type: 'explorer_wished', wish: change });
  const button = (kind, title, run) => {
    const node = dom.el('button', { type: 'button', class: kind }, title);
    node.addEventListener('click', run);
    return node;
  };
  const nodes = {
    slider: dom.el('input', { id: 'explorer-class', class: 'slider', type: 'range', min: ANY, step: 1 }),
    chosen: dom.el('output', { for: 'explorer-class', class: 'explorer-chosen' }),
    size: dom.el('select', { id: 'explorer-size' }, ...SIZES.map((size) => dom.el('option', { value: size }, size))),
    another: button('secondary', 'Another batch', () => wish({ seed: explorer.of(tools.state()).seed + 1 })),
    problem: dom.el('div', { role: 'alert' }),
    silent: dom.el('p', { class: 'prose' }),
    tally: dom.el('dl', { class: 'tally' }),
    chart: dom.el('div'),
    table: dom.el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'What was misread as what' }),
    honest: dom.el('p', { class: 'note' }),
  };
  nodes.toggle = button('quiet', 'Table', () => wish({ table_open: !explorer.of(tools.state()).table_open }));
  nodes.found = dom.el('div', { class: 'explored', 'aria-live': 'polite' }, nodes.tally);
  nodes.bars = dom.el('section', { 'aria-labelledby': 'explorer-bars' }, dom.el('h3', { id: 'explorer-bars' }, 'The wrong ones were taken for'), nodes.chart, nodes.toggle, nodes.table);
  nodes.rest = dom.el('div', { class: 'explorer' }, dom.el('div', { class: 'explorer-counts' }, nodes.found, nodes.bars), dom.el('div', { id: 'gallery' }));
  dom.byId('body-explorer').append(
    dom.el('div', { class: 'explorer-setup' },
      dom.el('div', { class: 'explorer-slider' }, dom.el('label', { for: 'explorer-class' }, 'Images of '), nodes.chosen, nodes.slider),
      dom.el('label', { class: 'explorer-size' }, 'at most ', nodes.size), nodes.another),
    nodes.problem, nodes.silent, nodes.rest, nodes.honest);
  nodes.slider.addEventListener('input', () => wish({ chosen: Number(nodes.slider.value) }));
  nodes.size.addEventListener('change', () => wish({ size: Number(nodes.size.value) }));

  function bar(one, index, most) {
    const node = dom.copy('template-bar');
    node.dataset.class = String(index % 7);
    dom.text(node.querySelector('.bar-name'), one.name);
    node.querySelector('.bar-fill').style.width = (one.count / most) * 100 + '%';
    dom.text(node.querySelector('.bar-value'), String(one.count));
    return node;
  }

  const count = (title, words, kind) => dom.el('div', { class: kind }, dom.el('dt', {}, title), dom.el('dd', {}, words));

  const tableOf = (mistakes) => dom.el('table', { class: 'figures' },
    dom.el('thead', {}, dom.el('tr', {}, ...['Taken for', 'What they are', 'How many'].map((title) => dom.el('th', { scope: 'col' }, title)))),
    dom.el('tbody', {}, ...mistakes.filter((one) => one.count).map((one) => dom.el('tr', {}, dom.el('th', { scope: 'row' }, one.name), dom.el('td', {}, one.labels.slice().sort().join(', ')), dom.el('td', {}, String(one.count))))));

  const drawBatch = dom.memo((found) => {
    const mistakes = explorer.mistakes(found);
    const most = Math.max(1, ...mistakes.map((one) => one.count));
    nodes.tally.replaceChildren(count('Right', explorer.rightWords(found), 'right'), count('Wrong', explorer.wrongWords(found), 'amiss'));
    nodes.chart.replaceChildren(dom.el('ul', { class: 'bars mistaken' }, ...mistakes.map((one, index) => bar(one, index, most))));
    nodes.table.replaceChildren(tableOf(mistakes));
    nodes.bars.hidden = found.correct === found.n;
    dom.text(nodes.honest, 'These are ' + explorer.howMany(found) + '. Version ' + found.version + ' itself was fitted on these too, so each image was answered by an estimator of the same recipe that had not seen it (' + found.protocol + ').');
  });

  const drawProblem = dom.memo((found, backends) => {
    nodes.problem.replaceChildren(...(found ? [dom.problem(backends.find((one) => one.id === found.backend), found.problem)] : []));
  });

  function silentWords(found, shown) {
    if (found || shown.problem) return '';
    return runner.isThere() ? 'Images are on their way…' : 'The images, and what was read in them, come from a backend that has a trained model. None answers.';
  }

  return function render(state) {
    if (state.tab !== 'explorer') return;
    const shown = explorer.of(state);
    const found = explorer.batch(state);
    nodes.slider.max = select.classes(state).length - 1;
    nodes.slider.value = shown.chosen;
    nodes.slider.style.setProperty('--fill', ((shown.chosen + 1) / select.classes(state).length) * 100 + '%');
    nodes.slider.setAttribute('aria-valuetext', explorer.chosenWords(state));
    dom.text(nodes.chosen, explorer.chosenWords(state));
    nodes.size.value = shown.size;
    nodes.toggle.setAttribute('aria-expanded', String(shown.table_open));
    nodes.table.hidden = !shown.table_open;
    nodes.rest.hidden = nodes.honest.hidden = !found;
    nodes.rest.classList.toggle('busy', shown.busy);
    dom.text(nodes.silent, silentWords(found, shown));
    drawProblem(shown.problem, state.backends);
    if (found) drawBatch(found);
  };
};
