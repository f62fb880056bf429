/* Draws which file is asked about, its first rows, and which column is which input. Part of view.js. */
'use strict';

app.createBatchView = function createBatchView(tools, runner) {
  const { dom, select, batch } = app;
  const MOST_COLUMNS = 12; // that are previewed
  const nodes = {
    file: dom.el('input', { type: 'file', id: 'batch-file', accept: '.csv,.tsv,.txt,text/csv' }),
    name: dom.el('span', { class: 'drop-name' }),
    problem: dom.el('p', { class: 'problem', role: 'alert' }),
    mapping: dom.el('details', { class: 'mapping' }),
    summary: dom.el('summary', {}),
    selects: dom.el('div', { class: 'train-grid' }),
    preview: dom.el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'First rows of the file' }),
    note: dom.el('p', { class: 'note', id: 'batch-note', role: 'status' }),
    start: dom.el('button', { type: 'button', class: 'primary', 'aria-describedby': 'batch-note' }, 'Predict all rows'),
    cancel: dom.el('button', { type: 'button', class: 'secondary' }, 'Cancel'),
  };
  nodes.drop = dom.el('label', { class: 'drop', for: 'batch-file' }, dom.el('span', { class: 'drop-words' }, dom.el('strong', {}, 'Choose a CSV file'), ' or drop it here'), nodes.file, nodes.name);
  nodes.mapping.append(nodes.summary, nodes.selects);
  dom.byId('body-batch').append(
    dom.el('p', { class: 'prose' }, 'Asks the model about every row of a CSV file, whose first row names the columns. The file itself stays in the browser: rows go to the backend that is asked above, a thousand at a time, and answers come back beside them.'),
    nodes.drop, nodes.problem, nodes.preview, nodes.mapping, nodes.note, dom.el('div', { class: 'actions' }, nodes.start, nodes.cancel));

  nodes.start.addEventListener('click', () => runner.start());
  nodes.cancel.addEventListener('click', () => runner.cancel());
  nodes.file.addEventListener('change', () => {
    const [chosen] = nodes.file.files;
    nodes.file.value = ''; // so that the same file can be chosen again
    if (chosen) runner.choose(chosen);
  });

  /* ---- dropping: also beside the box, where a browser would open the file instead ---- */

  const panel = dom.byId('panel-batch');
  const over = (yes) => nodes.drop.classList.toggle('over', yes);
  panel.addEventListener('dragover', (event) => { event.preventDefault(); over(true); });
  panel.addEventListener('dragleave', () => over(false));
  panel.addEventListener('drop', (event) => {
    event.preventDefault();
    over(false);
    const [chosen] = event.dataTransfer.files;
    if (chosen) runner.choose(chosen);
  });

  /* ---- columns ---- */

  function field(input, index, columns) {
    const id = 'batch-column-' + index;
    const node = dom.el('select', { id }, dom.el('option', { value: -1 }, '(choose a column)'), ...columns.map((name, place) => dom.el('option', { value: place }, name || 'column ' + (place + 1))));
    node.addEventListener('change', () => tools.dispatch({ type: 'batch_mapped', name: input.name, place: Number(node.value) }));
    return { node, box: dom.el('div', { class: 'setting' }, dom.el('label', { for: id }, input.title + ' ', dom.el('small', {}, input.unit)), node) };
  }

  let fields = [];
  const drawFields = dom.memo((inputs, columns) => {
    fields = columns.length ? inputs.map((input, index) => field(input, index, columns)) : [];
    nodes.selects.replaceChildren(...fields.map((one) => one.box));
  });

  let was_whole = true;
  const drawMapping = dom.memo((inputs, columns, chosen, model) => {
    const found = batch.places(tools.state());
    drawFields(inputs, columns);
    fields.forEach(({ node }, i) => {
      node.value = String(found[i]);
      dom.setAttribute(node, 'aria-invalid', found[i] < 0 && 'true');
    });
    const is_whole = !found.includes(-1);
    if (!is_whole && was_whole) nodes.mapping.open = true;
    was_whole = is_whole;
    dom.text(nodes.summary, batch.mappingWords(found));
  });

  const drawPreview = dom.memo((columns, preview) => {
    const cut = (cells) => (cells.length > MOST_COLUMNS ? cells.slice(0, MOST_COLUMNS).concat('…') : cells);
    nodes.preview.replaceChildren(dom.el('table', { class: 'figures batch-rows' },
      dom.el('caption', { class: 'unseen' }, 'First rows of the file'),
      dom.el('thead', {}, dom.el('tr', {}, ...cut(columns).map((name) => dom.el('th', { scope: 'col' }, name)))),
      dom.el('tbody', {}, ...preview.map((cells) => dom.el('tr', {}, ...cut(cells).map((cell) => dom.el('td', {}, cell)))))));
  });

  const size = (bytes) => (bytes < 1e6 ? Math.max(1, Math.round(bytes / 1e3)) + '\u00a0kB' : (bytes / 1e6).toFixed(1) + '\u00a0MB');

  function drawFile(shown) {
    const columns = shown.columns.length ? ', ' + batch.many(shown.columns.length, 'column') : '';
    dom.text(nodes.name, shown.file ? shown.file.name + ', ' + size(shown.file.size) + columns : '');
    dom.text(nodes.problem, shown.problem);
    nodes.problem.hidden = !shown.problem;
  }

  return function render(state) {
    if (state.tab !== 'batch') return;
    const shown = batch.of(state);
    const is_usable = Boolean(shown.columns.length) && !shown.problem;
    const running = batch.isRunning(state);
    drawFile(shown);
    drawPreview(shown.columns, shown.preview);
    drawMapping(select.inputs(state), shown.columns, shown.chosen, state.model);
    nodes.preview.hidden = !is_usable;
    nodes.mapping.hidden = !is_usable;
    nodes.file.disabled = running;
    fields.forEach(({ node }) => { node.disabled = running; });
    dom.text(nodes.note, batch.hindrance(state));
    nodes.note.hidden = !batch.hindrance(state);
    nodes.start.disabled = !batch.isReady(state);
    nodes.cancel.hidden = !running;
  };
};
