/* Draws what a regression predicted against what is true, and the prediction of the form. Part of view.js. */
'use strict';

app.createResidualsView = function createResidualsView(tools) {
  const { dom, select, residuals, pictures, format } = app;
  const target = dom.byId('residuals');
  const LEFT = 52;
  const BOTTOM = 44;
  const EDGE = 8;
  const SIDE = 360;

  const nodes = {
    picture: dom.el('div'),
    note: dom.el('p', { class: 'note' }),
    toggle: pictures.button('Table', () => tools.dispatch({ type: 'residuals_table_toggled' })),
    table: dom.el('div', { id: 'residuals-table', class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Predicted and true, figures' }),
  };
  const csv = pictures.button('CSV', () => pictures.csv(tools.state().model + '-predicted-and-true', residuals.csv(residuals.shown(tools.state()))));
  nodes.toggle.setAttribute('aria-controls', 'residuals-table');
  target.append(dom.el('h3', {}, 'Predicted against true'), nodes.picture, nodes.note, dom.el('div', { class: 'picture-actions' }, nodes.toggle, csv), nodes.table);

  const scale = ([low, high]) => (value) => ((value - low) / (high - low)) * SIDE;
  const line = (kind, x1, y1, x2, y2) => dom.svg('line', { class: kind, x1, y1, x2, y2 });
  const words = (x, y, anchor, text, more) => dom.svg('text', { class: 'tick', x, y, 'text-anchor': anchor, ...more }, text);

  function axes(span, place, output) {
    const marks = app.ticks(...span).flatMap((tick) => {
      const text = format.measured(tick, span[1] - span[0]);
      return [line('grid', place(tick), 0, place(tick), SIDE), words(place(tick), SIDE + 16, 'middle', text),
        line('grid', 0, SIDE - place(tick), SIDE, SIDE - place(tick)), words(-8, SIDE - place(tick) + 4, 'end', text)];
    });
    const unit = output.unit ? ' (' + output.unit + ')' : '';
    return marks.concat(words(SIDE / 2, SIDE + 36, 'middle', 'True' + unit), words(0, 0, 'middle', 'Predicted' + unit, { transform: 'translate(-40 ' + SIDE / 2 + ') rotate(-90)' }));
  }

  /** A line at the value that the form got, with the rows that got about as much on it. */
  function own(state, span, place) {
    const answer = select.shown(state).find((one) => one.kind === 'prediction');
    const value = answer ? app.tasks.estimate(answer.body).value : NaN;
    return value >= span[0] && value <= span[1] ? [line('own', 0, SIDE - place(value), SIDE, SIDE - place(value))] : [];
  }

  function draw(state, found) {
    const output = select.output(state);
    const span = residuals.span(found);
    const place = scale(span);
    nodes.picture.replaceChildren(dom.svg('svg', { class: 'residuals', role: 'img', 'aria-label': residuals.words(found, output), viewBox: [-LEFT, -EDGE, LEFT + SIDE + EDGE, EDGE + SIDE + BOTTOM].join(' ') },
      ...axes(span, place, output), line('exact', 0, SIDE, SIDE, 0),
      ...found.residuals.map(([truth, predicted]) => dom.svg('circle', { class: 'dot', cx: place(truth).toFixed(1), cy: (SIDE - place(predicted)).toFixed(1), r: 3 })),
      ...own(state, span, place)));
    dom.text(nodes.note, 'Each dot is a row of the data, predicted by a model of version ' + found.version + '’s recipe that had not seen it (' + found.protocol + '); on the diagonal it is exact. The line is the prediction for your values.');
  }

  const drawTable = dom.memo((found, output) => {
    const row = (cells) => dom.el('tr', {}, ...cells.map((cell) => dom.el('td', {}, cell)));
    nodes.table.replaceChildren(dom.el('table', { class: 'figures residual-figures' },
      dom.el('thead', {}, dom.el('tr', {}, ...residuals.headers(output).map((title) => dom.el('th', { scope: 'col' }, title)))),
      dom.el('tbody', {}, ...residuals.rows(found).map(row))));
  });

  let drawnFrom = [];
  return function render(state) {
    const from = [state.links, state.answers, state.model, state.details, state.ask, state.tab, state.residuals_table];
    if (from.every((value, i) => value === drawnFrom[i])) return;
    drawnFrom = from;
    const found = select.output(state) && residuals.shown(state);
    target.hidden = !found;
    if (target.hidden || state.tab !== 'training') return;
    draw(state, found);
    nodes.toggle.setAttribute('aria-expanded', String(Boolean(state.residuals_table)));
    nodes.table.hidden = !state.residuals_table;
    if (state.residuals_table) drawTable(found, select.output(state));
  };
};
