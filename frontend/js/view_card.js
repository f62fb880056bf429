/* Draws a model card as a document: headings, sentences, tables. Part of view.js. */
'use strict';

app.createCardView = function createCardView(tools, runner) {
  const { dom, card, versions, pictures } = app;
  const { el } = dom;
  const nodes = { problem: el('div'), note: el('p', { class: 'prose' }), version: el('select', { id: 'card-version' }), document: el('article', { class: 'card-document' }) };
  const save = (kind, type) => (text) => pictures.save(card.file(card.shown(tools.state())) + '.' + kind, new Blob([text], { type }));
  nodes.bar = el('div', { class: 'versions-actions card-bar' },
    el('div', { class: 'actions' }, el('label', { for: 'card-version' }, 'Version'), nodes.version),
    el('div', { class: 'actions' },
      pictures.button('Download Markdown', () => runner.markdown(save('md', 'text/markdown'))),
      pictures.button('Download JSON', () => { const found = card.shown(tools.state()); if (found) save('json', 'application/json')(JSON.stringify(found, null, 2) + '\n'); })));
  dom.byId('body-card').append(nodes.problem, nodes.note, nodes.bar, nodes.document);
  nodes.version.addEventListener('change', () => tools.dispatch({ type: 'card_chosen', number: Number(nodes.version.value) }));

  const p = (...content) => el('p', {}, ...content);
  const code = (text) => el('code', {}, text);

  /** The first cell of a row is its head; cells are text or nodes. */
  function table(caption, heads, rows) {
    const line = ([first, ...rest]) => el('tr', {}, el('th', { scope: 'row' }, first), ...rest.map((cell) => el('td', {}, cell)));
    return el('div', { class: 'sideways', tabindex: '0', role: 'region', 'aria-label': caption }, el('table', { class: heads.length > 3 ? 'card-table many' : 'card-table' },
      el('caption', { class: 'unseen' }, caption),
      el('thead', {}, el('tr', {}, ...heads.map((head) => (head ? el('th', { scope: 'col' }, head) : el('td', {}))))),
      el('tbody', {}, ...rows.map(line))));
  }

  const section = (title, ...content) => el('section', {}, el('h4', {}, title), ...content);

  function confusion(found) {
    const names = found.output.classes.map((one) => one.name);
    const rows = found.evaluation.confusion.map((counts, i) => [names[i], ...counts.map((count) => String(Math.round(count * 10) / 10))]);
    return [p('Confusion matrix of the cross-validation, a mean over its repeats: a row is a class, a column an answer.'), table('Confusion matrix', ['', ...names], rows)];
  }

  function evaluation(found) {
    if (!found.evaluation) return [p('Not measured.')];
    const { confusion: counts, residuals } = found.evaluation;
    return [table('Figures', ['Figure', 'Value', 'Interval', 'n', 'Protocol'], card.figures(found)),
      ...(counts ? confusion(found) : []), ...(residuals ? [p(card.residuals(residuals, found.output.unit))] : []),
      ...(found.importance ? [p(card.importanceWords(found)), table('Importance', ['Input', 'Worse by', 'Standard deviation'], card.importance(found))] : [])];
  }

  function asking(found, backend) {
    const text = card.curl(found, backend.base_url);
    return el('pre', { tabindex: '0', 'aria-label': 'A request by curl' }, code(text));
  }

  function draw(found, backend, state) {
    const parameters = card.parameters(found);
    const more = card.more(found);
    nodes.document.replaceChildren(
      el('h3', {}, found.title + ', version ' + found.version), p(found.description),
      section('Intended use and limits', el('ul', {}, ...found.limits.map((one) => el('li', {}, one)))),
      section('Training data', p(card.data(found)), p('SHA-256 of shape and values ', code(found.data_sha256))),
      section('Inputs', table('Inputs', ['Name', 'Title', 'Unit', 'Seen in training'], card.inputs(found)), ...(more ? [p(more)] : [])),
      section('Output', p(card.output(found))),
      section('Training procedure', p(card.procedure(found)), ...(parameters.length ? [table('Hyperparameters', ['Hyperparameter', 'Value', 'Meaning'], parameters)] : [])),
      section('Evaluation', ...evaluation(found)),
      section('How to ask it', asking(found, backend)),
      section('Engines', p('scikit-learn is the reference; each other engine answers only where it was seen to agree with it.'),
        ...(found.engines.length ? [table('Engines', ['Engine', 'May answer', 'Why'], card.engines(found))] : [])),
      section('Lineage', p('Made ' + versions.when(found.created_at) + ' by ' + app.runWords.by(state, found.by) + ', run ', code(found.training.run), '.'),
        table('Libraries', ['Library', 'Release'], Object.entries(found.libraries)),
        table('Digests', ['Artefact', 'SHA-256'], Object.entries(found.artefacts).map(([name, digest]) => [name, code(digest)]))));
  }

  const drawChanged = dom.memo((found, backend) => {
    if (found && backend) draw(found, backend, tools.state());
  });
  const drawVersions = dom.memo((numbers, chosen, champion) => {
    nodes.version.replaceChildren(...numbers.map((one) => el('option', { value: one, selected: one === chosen }, 'v' + one + (one === champion ? ', champion' : ''))));
  });
  const drawProblem = dom.memo((found, backends) => {
    nodes.problem.replaceChildren(...(found ? [dom.problem(backends.find((one) => one.id === found.backend), found.problem)] : []));
  });

  function noteOf(state, answering, found) {
    if (!answering && !found) return card.NO_BACKEND;
    if (app.select.champion(state, answering) === null) return card.NOT_TRAINED;
    return found || card.of(state).problem ? '' : 'Loading…';
  }

  return function render(state) {
    if (state.tab !== 'card') return;
    const found = card.shown(state);
    const answering = runner.answering();
    const note = noteOf(state, answering, found);
    dom.text(nodes.note, note);
    nodes.note.hidden = !note;
    drawProblem(card.of(state).problem, state.backends);
    drawVersions(card.numbers(state), card.number(state), card.of(state).champion);
    drawChanged(found, app.select.backend(state, answering || state.backends[0].id));
    nodes.bar.hidden = !found;
    nodes.document.hidden = !found;
  };
};
