/* Draws what moves each answer on show: bars to both sides, or a map of the image. Part of view.js. */
'use strict';

app.createExplanationView = function createExplanationView(tools) {
  const { dom, select, explanation, format } = app;
  const nodes = {
    parts: dom.el('div', { class: 'whys' }),
    toggle: dom.el('button', { type: 'button', class: 'quiet', 'aria-controls': 'explanation-table' }, 'Table'),
    tables: dom.el('div', { id: 'explanation-table', class: 'whys' }),
    note: dom.el('p', { class: 'note' }),
  };
  dom.byId('body-explain').append(dom.el('section', { id: 'explanation' }, dom.el('h2', {}, 'Why this answer'), nodes.parts, nodes.note, dom.el('div', { class: 'picture-actions' }, nodes.toggle), nodes.tables));
  nodes.toggle.addEventListener('click', () => tools.dispatch({ type: 'explanation_table_toggled' }));

  const percent = (share) => Math.max(0, Math.min(1, share)) * 100 + '%';

  function bar(one, most) {
    const side = one.contribution < 0 ? 'away' : 'towards';
    const fill = dom.el('span', { class: 'push-fill' });
    fill.style.width = percent(Math.abs(one.contribution) / (most || 1) / 2);
    return dom.el('li', { class: 'push ' + side }, dom.el('span', { class: 'push-name' }, one.title), dom.el('span', { class: 'unseen' }, one.words),
      dom.el('span', { class: 'push-track', 'aria-hidden': 'true' }, fill), dom.el('span', { class: 'push-value', 'aria-hidden': 'true' }, one.label));
  }

  function shapley(state, found) {
    const bars = explanation.bars(state, found);
    const most = Math.max(...bars.map((one) => Math.abs(one.contribution)));
    const ends = select.classes(state).length ? ['less ' + found.output, 'more ' + found.output] : ['lower', 'higher'];
    return [dom.el('p', {}, explanation.sentence(state, found)),
      dom.el('p', { class: 'push-ends', 'aria-hidden': 'true' }, dom.el('span', {}, '← ' + ends[0]), dom.el('span', {}, ends[1] + ' →')),
      dom.el('ul', { class: 'pushes' }, ...bars.map((one) => bar(one, most)))];
  }

  /** A cell's colour tells what is lost there, the square in it how much ink it holds. */
  function cell(value, ink, most) {
    const node = dom.el('span', { class: value < 0 ? 'away' : 'towards' }, dom.el('i', {}));
    node.style.setProperty('--lost', String(Math.abs(value) / (most || 1)));
    node.style.setProperty('--ink-share', String(ink));
    return node;
  }

  function map(state, found, data) {
    const side = found.map.length;
    const most = Math.max(...found.map.flat().map(Math.abs));
    const ink = Math.max(...select.inputs(state).map((input) => input.maximum)) || 1;
    const grid = dom.el('div', { class: 'lost', role: 'img', 'aria-label': explanation.strongest(found) },
      ...found.map.flatMap((row, y) => row.map((value, x) => cell(value, data[y * side + x] / ink, most))));
    grid.style.setProperty('--side', String(side));
    return [dom.el('p', {}, explanation.mapSentence(found)), grid, dom.el('p', {}, explanation.strongest(found))];
  }

  function title(state, slot, asked) {
    const answer = state.answers[slot];
    const label = answer && answer.kind === 'prediction' ? select.task(state).label(answer.body, select.output(state)) : '';
    return dom.el('h3', {}, dom.mark(select.backend(state, asked.backend)), select.title(state, asked.backend) + (label ? ': why ' + label : ''));
  }

  function part(state, slot) {
    const why = explanation.why(state, slot);
    if (why) return dom.el('article', { class: 'why' }, dom.el('h3', {}, dom.mark(select.backend(state, slot)), select.title(state, slot)), dom.el('p', { class: 'note' }, why));
    const asked = explanation.of(state).slots[slot];
    if (!asked) return dom.el('article', { class: 'why' });
    const node = dom.el('article', { class: 'why', 'aria-busy': String(!asked.is_here && !asked.problem) }, title(state, slot, asked));
    if (asked.problem) node.append(dom.problem(select.backend(state, asked.backend), asked.problem));
    else if (!asked.found) node.append(dom.el('p', { class: 'note' }, 'Working it out…'));
    else node.append(...(explanation.isShapley(asked.found) ? shapley(state, asked.found) : map(state, asked.found, state.answers[slot].data)));
    return node;
  }

  function numbers(state, found) {
    if (!explanation.isShapley(found)) {
      return dom.el('tbody', {}, ...found.map.map((row, y) => dom.el('tr', {}, dom.el('th', { scope: 'row' }, String(y + 1)), ...row.map((value) => dom.el('td', {}, format.percent(value, 0))))));
    }
    const more = [['On average', explanation.amount(state, found.base), ''], ['Together', explanation.amount(state, found.prediction), '']];
    const row = ([name, ...cells]) => dom.el('tr', {}, dom.el('th', { scope: 'row' }, name), ...cells.map((text) => dom.el('td', {}, text)));
    return dom.el('tbody', {}, ...[more[0], ...explanation.rows(state, found), more[1]].map(row));
  }

  function table(state, slot) {
    const asked = explanation.of(state).slots[slot];
    const box = dom.el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Explanation of ' + select.title(state, slot) + ', figures' });
    if (explanation.why(state, slot) || !asked || !asked.found) return box;
    const is_map = !explanation.isShapley(asked.found);
    const heads = is_map ? ['Row'].concat(asked.found.map.map((_, x) => String(x + 1))) : ['Input', 'Contribution', 'Standard error'];
    box.append(dom.el('table', { class: is_map ? 'figures why-cells' : 'figures why-figures' },
      dom.el('caption', { class: 'unseen' }, is_map ? 'What is lost around each cell' : 'Contributions in the order of the inputs'),
      dom.el('thead', {}, dom.el('tr', {}, ...heads.map((head) => dom.el('th', { scope: 'col' }, head)))), numbers(state, asked.found)));
    return box;
  }

  const draw = dom.memo((shown) => {
    const state = tools.state();
    const slots = select.slots(state);
    [nodes.parts, nodes.tables].forEach((node) => node.classList.toggle('two', slots.length > 1));
    nodes.parts.replaceChildren(...slots.map((slot) => part(state, slot)));
    const found = slots.map((slot) => !explanation.why(state, slot) && (shown.slots[slot] || {}).found).find(Boolean);
    nodes.toggle.hidden = !found;
    nodes.tables.hidden = !found || !shown.table;
    dom.setAttribute(nodes.toggle, 'aria-expanded', String(Boolean(shown.table)));
    dom.text(nodes.note, !found ? '' : explanation.isShapley(found) ? explanation.method(state, found) : 'Occlusion: what the model loses with a part of the image. The figures do not add up to the answer.');
    if (!nodes.tables.hidden) nodes.tables.replaceChildren(...slots.map((slot) => table(state, slot)));
  });

  return function render(state) {
    if (state.tab === 'explain') draw(explanation.of(state), state.answers, state.sample, state.ask, state.model, state.links, state.details);
  };
};
