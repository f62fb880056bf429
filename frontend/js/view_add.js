/* Draws "Add a model": a file, how its columns are understood, and what is to become of them. Part of view.js. */
'use strict';

app.createAddView = function createAddView(tools, runner) {
  const { dom, add } = app;
  const place = dom.byId('add');
  const button = (kind, title) => dom.el('button', { type: kind === 'primary' ? 'submit' : 'button', class: kind }, title);
  const nodes = {
    title: dom.el('h2', { tabindex: '-1' }, 'Add a model'),
    file: dom.el('input', { type: 'file', id: 'add-file', accept: '.csv,.tsv,.txt,text/csv' }),
    problem: dom.el('div', { role: 'alert' }),
    size: dom.el('h3'),
    rows: dom.el('tbody'),
    target: dom.el('select', { id: 'add-target' }),
    task: dom.el('select', { id: 'add-task' }),
    name: dom.el('input', { id: 'add-name', type: 'text', autocomplete: 'off', spellcheck: 'false', maxlength: '63' }),
    heading: dom.el('input', { id: 'add-title', type: 'text', autocomplete: 'off', maxlength: '200' }),
    train: button('primary', 'Train'),
  };
  nodes.drop = dom.el('div', { class: 'dropzone' },
    dom.el('label', { for: 'add-file' }, 'Choose a CSV file, or drop one here'), nodes.file);

  const setting = (node, title, hint) => dom.el('div', { class: 'setting' }, dom.el('label', { for: node.id }, title), node, dom.el('small', {}, hint));
  const head = (title) => dom.el('th', { scope: 'col' }, title);
  nodes.form = dom.el('form', { novalidate: true, hidden: true }, nodes.size,
    dom.el('div', { class: 'scroll columns', tabindex: '0', role: 'region', 'aria-label': 'Columns' }, dom.el('table', { class: 'history-table' },
      dom.el('thead', {}, dom.el('tr', {}, ...['Column', 'Learn from it', 'Holds', 'Values', 'Missing'].map(head))), nodes.rows)),
    dom.el('div', { class: 'train-grid' },
      setting(nodes.target, 'Predict', 'the column that the model is to tell'),
      setting(nodes.task, 'As', 'a class or a number'),
      setting(nodes.name, 'Name', 'in addresses: small letters, digits, hyphens'),
      setting(nodes.heading, 'Title', 'what people call it')),
    dom.el('div', { class: 'actions' }, nodes.train, dom.el('span', { class: 'prose' }, 'Nothing was stored so far.')));
  place.replaceChildren(nodes.title,
    dom.el('p', { class: 'prose' }, 'A table whose first line names its columns becomes a model with a form, versions and routes of its own. You see how its columns are understood before anything is trained.'),
    nodes.drop, nodes.problem, nodes.form);

  nodes.file.addEventListener('change', () => { if (nodes.file.files.length) runner.choose(nodes.file.files[0]); nodes.file.value = ''; });
  nodes.form.addEventListener('submit', (event) => { event.preventDefault(); runner.train(); });
  const wish = (key, node, kind) => node.addEventListener(kind, () => tools.dispatch({ type: 'wished', wish: { [key]: node.value } }));
  wish('target', nodes.target, 'change');
  wish('task', nodes.task, 'change');
  wish('name', nodes.name, 'input');
  wish('title', nodes.heading, 'input');

  const holdsFile = (event) => Array.from(event.dataTransfer ? event.dataTransfer.types : []).includes('Files');
  place.addEventListener('dragover', (event) => { if (holdsFile(event)) { event.preventDefault(); nodes.drop.classList.add('over'); } });
  place.addEventListener('dragleave', (event) => { if (!place.contains(event.relatedTarget)) nodes.drop.classList.remove('over'); });
  place.addEventListener('drop', (event) => {
    nodes.drop.classList.remove('over');
    if (!holdsFile(event)) return;
    event.preventDefault();
    if (event.dataTransfer.files.length) runner.choose(event.dataTransfer.files[0]);
  });

  function use(column, wishes) {
    if (column.name === wishes.target) return dom.el('span', { class: 'badge' }, 'to be predicted');
    if (column.unfit) return dom.el('small', {}, 'left out: ' + column.unfit);
    const box = dom.el('input', { type: 'checkbox', 'aria-label': 'Learn from ' + column.name, 'data-column': column.name });
    box.checked = !wishes.drop.includes(column.name);
    box.addEventListener('change', () => tools.dispatch({ type: 'column_used', column: column.name, yes: box.checked }));
    return box;
  }

  const drawRows = dom.memo((overview, target, drop) => {
    const focused = document.activeElement && document.activeElement.dataset.column;
    const wishes = { target, drop };
    nodes.rows.replaceChildren(...overview.columns.map((column) => dom.el('tr', {},
      dom.el('th', { scope: 'row' }, column.name), dom.el('td', {}, use(column, wishes)), dom.el('td', {}, add.kind(column)),
      dom.el('td', {}, add.values(column)), dom.el('td', {}, column.missing ? String(column.missing) : ''))));
    const again = Array.from(nodes.rows.querySelectorAll('input')).find((box) => box.dataset.column === focused);
    if (again) again.focus();
  });

  const drawTargets = dom.memo((overview) => {
    nodes.target.replaceChildren(...add.targets(overview).map((column) => dom.el('option', { value: column.name }, column.name)));
  });

  const TASKS = { classification: 'a class', regression: 'a number' };
  const drawTasks = dom.memo((inferred) => {
    nodes.task.replaceChildren(dom.el('option', { value: '' }, 'as it looks: ' + TASKS[inferred]),
      ...Object.entries(TASKS).map(([value, title]) => dom.el('option', { value }, title)));
  });

  const drawProblem = dom.memo((found, backends) => {
    nodes.problem.replaceChildren(...(found ? [dom.problem(backends.find((one) => one.id === found.backend), found.problem)] : []));
  });

  /** Typing must not move the cursor. */
  const put = (node, value) => { if (node.value !== value) node.value = value; };

  function drawForm(shown) {
    nodes.form.hidden = !shown.overview;
    if (!shown.overview) return;
    dom.text(nodes.size, shown.file + ': ' + add.size(shown.overview));
    drawTargets(shown.overview);
    drawTasks(add.inferredTask(shown));
    drawRows(shown.overview, shown.wishes.target, shown.wishes.drop);
    put(nodes.target, shown.wishes.target);
    put(nodes.task, shown.wishes.task);
    put(nodes.name, shown.wishes.name);
    put(nodes.heading, shown.wishes.title);
    nodes.train.setAttribute('aria-disabled', String(Boolean(shown.busy)));
    dom.text(nodes.train, shown.busy === 'adding' ? 'Sending…' : 'Train');
  }

  /** Whoever comes here by keyboard goes on from here, and whoever leaves from the model. */
  let was_adding = false;
  function moveFocus(adding) {
    if (adding !== was_adding) (adding ? nodes.title : dom.byId('main')).focus();
    was_adding = adding;
  }

  return function render(state) {
    moveFocus(state.adding);
    if (!state.adding) return;
    const shown = add.of(state);
    nodes.drop.classList.toggle('busy', shown.busy === 'reading');
    drawProblem(shown.problem, state.backends);
    drawForm(shown);
  };
};
