/* Draws the versions of a model, with the buttons that make another one the champion. Part of view.js. */
'use strict';

app.createVersionsView = function createVersionsView(tools, runner) {
  const { dom, select, versions, format } = app;
  const heads = (state) => ['Version', 'Trained', 'By', 'Recipe', select.task(state).crossed, ''];
  const nodes = {
    problem: dom.el('div'),
    rollback: dom.el('button', { type: 'button', class: 'secondary' }),
    table: dom.el('div', { class: 'scroll versions', tabindex: '0', role: 'region', 'aria-label': 'Versions' }),
    one: dom.el('select', { id: 'compare-one' }), other: dom.el('select', { id: 'compare-other' }),
    compare: dom.el('button', { type: 'button', class: 'secondary' }, 'Compare'),
  };
  nodes.pair = dom.el('div', { class: 'actions' }, dom.el('label', { for: 'compare-one' }, 'Version'), nodes.one, dom.el('label', { for: 'compare-other' }, 'beside'), nodes.other, nodes.compare);
  dom.byId('body-versions').append(nodes.problem, nodes.table, dom.el('div', { class: 'versions-actions' }, nodes.rollback, nodes.pair), dom.el('div', { id: 'comparison' }));
  nodes.rollback.addEventListener('click', () => runner.promote('previous'));
  nodes.compare.addEventListener('click', () => runner.compare());
  [nodes.one, nodes.other].forEach((node) => node.addEventListener('change', () => {
    tools.dispatch({ type: 'pair_chosen', pair: [Number(nodes.one.value), Number(nodes.other.value)] });
  }));

  const small = (text) => dom.el('small', {}, text);
  const cell = (...content) => dom.el('td', {}, ...content);

  function promoteButton(version) {
    const button = dom.el('button', { type: 'button', class: 'secondary', 'data-version': version.number, 'aria-label': 'Promote version ' + version.number }, 'Promote');
    button.addEventListener('click', () => runner.promote(version.number));
    return button;
  }

  function row(state, version, champion) {
    const score = version.metrics && version.metrics.cross_validation;
    const unit = app.tasks.unit(select.detail(state));
    const answers = version.number === champion;
    return dom.el('tr', { class: answers ? 'champion' : false },
      dom.el('th', { scope: 'row' }, 'v' + version.number, ...(answers ? [dom.el('span', { class: 'badge' }, 'champion')] : [])),
      cell(versions.when(version.created_at)), cell(app.runWords.by(state, version.by)),
      cell(app.runWords.recipe(state, version), small(versions.params(version))),
      score ? cell(format.score(score, unit), small(format.spread(score, unit))) : cell('not measured'),
      cell(...(answers ? [] : [promoteButton(version)])));
  }

  const drawTable = dom.memo((answer, details) => {
    const focused = document.activeElement && document.activeElement.dataset.version;
    const state = { ...tools.state(), details };
    nodes.table.replaceChildren(dom.el('table', { class: 'history-table' },
      dom.el('caption', { class: 'unseen' }, 'Versions, the newest first'),
      dom.el('thead', {}, dom.el('tr', {}, ...heads(state).map((title) => dom.el('th', { scope: 'col' }, title || dom.el('span', { class: 'unseen' }, 'Promote'))))),
      dom.el('tbody', {}, ...answer.versions.map((version) => row(state, version, answer.champion)))));
    // Whoever pressed a button that is gone stays in the table.
    if (focused) (nodes.table.querySelector('[data-version="' + focused + '"]') || nodes.table).focus();
  });

  const drawPair = dom.memo((answer, one, other) => {
    [[nodes.one, one], [nodes.other, other]].forEach(([node, chosen]) => {
      node.replaceChildren(...answer.versions.map((version) => dom.el('option', { value: version.number, selected: version.number === chosen }, 'v' + version.number)));
    });
  });

  const drawProblem = dom.memo((found, backends) => {
    nodes.problem.replaceChildren(...(found ? [dom.problem(backends.find((one) => one.id === found.backend), found.problem)] : []));
  });

  const EMPTY = { champion: null, previous: null, versions: [] };
  return function render(state) {
    if (state.tab !== 'versions') return;
    const answer = versions.answer(state) || EMPTY;
    const shown = versions.of(state);
    const [one, other] = versions.pair(state);
    drawProblem(shown.problem, state.backends);
    drawTable(answer, state.details);
    drawPair(answer, one, other);
    nodes.rollback.hidden = !answer.versions.length;
    dom.text(nodes.rollback, answer.previous ? 'Roll back to v' + answer.previous : 'Nothing to roll back to');
    nodes.rollback.disabled = !answer.previous;
    nodes.pair.hidden = !other;
    nodes.compare.setAttribute('aria-disabled', String(shown.comparing || one === other));
    dom.text(nodes.compare, shown.comparing ? 'Comparing…' : 'Compare');
    nodes.table.classList.toggle('busy', shown.busy || !select.detail(state));
  };
};
