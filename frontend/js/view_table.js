/* Draws the specification: what each backend serves, how well it does, how fast it answered. Part of view.js. */
'use strict';

app.createTableView = function createTableView(removing) {
  const { dom, select, format } = app;
  const target = dom.byId('table');
  const remove = dom.el('button', { type: 'button', class: 'quiet', id: 'remove' }, 'Remove this model…');
  remove.addEventListener('click', () => removing.ask());
  target.after(remove);

  const small = (text) => dom.el('small', {}, text);

  /** A cell's lines: the figure first, how it was come by below. */
  function lines(first, ...more) {
    return [dom.el('span', { class: 'figure' }, first)].concat(more.filter(Boolean).map(small));
  }

  function recipeTitle(state, name) {
    const detail = select.detail(state);
    const recipe = detail && detail.recipes.find((one) => one.name === name);
    return recipe ? recipe.title || recipe.name : name || '';
  }

  function modelCell(state, backend, champion) {
    if (!champion) return lines(champion === null ? 'none yet' : '–');
    return lines('version ' + champion.number, recipeTitle(state, champion.recipe));
  }

  function platformCell(state, backend) {
    return lines(format.platform(state.links[backend.id].server) || '–', backend.mode);
  }

  function scoreCell(state, champion, kind, untrained) {
    if (champion === null) return lines(untrained);
    const score = champion && champion.metrics && champion.metrics[kind];
    const unit = app.tasks.unit(select.detail(state));
    return score ? lines(format.score(score, unit), format.evidence(score, unit), score.protocol) : lines('–');
  }

  function timeCell(state, backend) {
    const time = state.times[backend.id];
    if (!time) return lines('–');
    const later = time.later.length ? 'later ' + format.ms(format.median(time.later)) + ' (median of ' + time.later.length + ')' : '';
    return lines(format.ms(time.last), 'first ' + format.ms(time.first), later);
  }

  const ROWS = [
    ['Model', modelCell],
    ['Platform', platformCell],
    [(task) => task.score, (state, backend, champion) => scoreCell(state, champion, 'holdout', select.task(state).unscored)],
    ['Cross-validated', (state, backend, champion) => scoreCell(state, champion, 'cross_validation', '–')],
    ['Last answer', timeCell],
  ];

  function row(state, title, cell) {
    return dom.el('tr', {}, dom.el('th', { scope: 'row' }, typeof title === 'string' ? title : title(select.task(state))),
      ...state.backends.map((backend) => dom.el('td', {}, ...cell(state, backend, select.champion(state, backend.id)))));
  }

  function about(state) {
    const detail = select.detail(state);
    if (!detail) return [];
    const data = detail.data ? ' Data: ' + detail.data.source + ', ' + detail.data.n_samples + ' samples.' : '';
    return [dom.el('p', { class: 'prose' }, (detail.description || '') + data)];
  }

  function draw(state) {
    const heads = state.backends.map((backend) => dom.el('th', { scope: 'col' }, dom.mark(backend), backend.title,
      ...(select.isDown(state, backend.id) ? [small('not reachable')] : [])));
    target.replaceChildren(...about(state), dom.el('table', { class: 'spec' },
      dom.el('caption', { class: 'unseen' }, 'Model, platform, test figures and time of each backend'),
      dom.el('thead', {}, dom.el('tr', {}, dom.el('td', {}), ...heads)),
      dom.el('tbody', {}, ...ROWS.map(([title, cell]) => row(state, title, cell)))));
  }

  let drawnFrom = [];
  return function render(state) {
    const from = [state.links, state.details, state.model, state.times, state.backends];
    if (from.every((value, i) => value === drawnFrom[i])) return;
    drawnFrom = from;
    draw(state);
    remove.hidden = !(select.detail(state) && select.detail(state).defined);
  };
};
