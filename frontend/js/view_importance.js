/* Draws which inputs the figure of the model on show rests on. Part of view.js. */
'use strict';

app.createImportanceView = function createImportanceView(tools) {
  const { dom, select, explanation } = app;
  const nodes = {
    words: dom.el('p', { class: 'note' }),
    bars: dom.el('ul', { class: 'pushes whole' }),
    toggle: dom.el('button', { type: 'button', class: 'quiet', 'aria-controls': 'importance-table' }, 'Table'),
    table: dom.el('div', { id: 'importance-table', class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Importance, figures' }),
    title: dom.el('h2', {}, 'What the model rests on'),
  };
  dom.byId('body-explain').append(dom.el('section', { id: 'importance' }, nodes.title, nodes.words, nodes.bars, dom.el('div', { class: 'picture-actions' }, nodes.toggle), nodes.table));
  nodes.toggle.addEventListener('click', () => tools.dispatch({ type: 'importance_table_toggled' }));

  function bar(one, most) {
    const fill = dom.el('span', { class: 'push-fill' });
    fill.style.width = (Math.max(0, one.loss) / (most || 1)) * 100 + '%';
    return dom.el('li', { class: 'push towards' }, dom.el('span', { class: 'push-name' }, one.title), dom.el('span', { class: 'push-track', 'aria-hidden': 'true' }, fill),
      dom.el('span', { class: 'push-value' }, one.label + ' ', dom.el('small', {}, one.spread)));
  }

  /** What to say where there are no bars. */
  function missing(state, shown) {
    if (shown && select.inputs(state).length && app.features.isImage(select.inputs(state))) return 'Of an image this is not told: what one cell tells, its neighbours tell as well.';
    if (shown) return 'Of version ' + shown.version + ' this was not recorded.';
    if (select.allDown(state)) return 'This comes from a backend, and none answers.';
    return select.slots(state).every((id) => select.champion(state, id) === null) ? 'There is no trained model yet: press Train first.' : 'Looking…';
  }

  const draw = dom.memo((whole) => {
    const state = tools.state();
    const shown = explanation.importance(state);
    const found = shown && shown.found;
    dom.text(nodes.title, 'What the model rests on' + (shown ? ', version ' + shown.version : ''));
    dom.text(nodes.words, found ? explanation.importanceSentence(state, found) : missing(state, shown));
    const bars = found ? explanation.importanceBars(state, found) : [];
    const most = Math.max(...bars.map((one) => one.loss));
    nodes.bars.replaceChildren(...bars.map((one) => bar(one, most)));
    nodes.toggle.hidden = !found;
    nodes.table.hidden = !found || !whole.importance_table;
    dom.setAttribute(nodes.toggle, 'aria-expanded', String(Boolean(whole.importance_table)));
    if (nodes.table.hidden) return;
    const row = (one) => dom.el('tr', {}, dom.el('th', { scope: 'row' }, one.title), dom.el('td', {}, one.label), dom.el('td', {}, one.spread));
    nodes.table.replaceChildren(dom.el('table', { class: 'figures why-figures' },
      dom.el('thead', {}, dom.el('tr', {}, ...['Input', found.metric === 'accuracy' ? 'Accuracy lost' : 'RMSE added', 'Standard deviation'].map((head) => dom.el('th', { scope: 'col' }, head)))),
      dom.el('tbody', {}, ...bars.map(row))));
  });

  return function render(state) {
    if (state.tab === 'explain') draw(explanation.of(state), state.model, state.links, state.details, state.ask);
  };
};
