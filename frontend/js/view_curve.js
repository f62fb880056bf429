/* Draws how a model learns: loss and accuracy, or a regression's error, as charts where the library is there, and as a table. Part of view.js. */
'use strict';

app.createCurveView = function createCurveView(tools) {
  const { dom, curve, pictures } = app;
  const target = dom.byId('curve');
  let run = null;
  let at = -1;

  const canvases = [0, 1].map(() => dom.el('canvas', { tabindex: '0', role: 'img' }));
  const measures = () => curve.measures(run.curve, app.tasks.unit(tools.state().details[run.model]));
  const charts = canvases.map(app.charts.create);
  const nodes = {
    charts: dom.el('div', { class: 'charts' }, ...canvases.map((canvas) => dom.el('div', { class: 'chart' }, canvas))),
    meters: dom.el('div', { class: 'meters' }),
    reading: dom.el('p', { class: 'unseen', 'aria-live': 'polite' }),
    about: dom.el('p', { class: 'note' }),
    toggle: pictures.button('Table', () => tools.dispatch({ type: 'curve_table_toggled' })),
    table: dom.el('div', { id: 'curve-table', class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Learning curve, figures' }),
  };
  const name = () => run.model + '-' + run.recipe + '-learning-curve';
  const png = pictures.button('PNG', () => pictures.picture(name(), canvases.slice(0, measures().length)));
  const csv = pictures.button('CSV', () => pictures.csv(name(), curve.csv(run.curve)));
  nodes.toggle.setAttribute('aria-controls', 'curve-table');
  target.append(nodes.charts, nodes.meters, nodes.reading, nodes.about, dom.el('div', { class: 'picture-actions' }, nodes.toggle, png, csv), nodes.table);

  const STEPS = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
  function move(event, index) {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    at = Math.max(0, Math.min(run.curve.points.length - 1, at + step));
    charts[index].point(at);
    dom.text(nodes.reading, curve.reading(run.curve, measures()[index], at));
  }
  canvases.forEach((canvas, index) => canvas.addEventListener('keydown', (event) => move(event, index)));

  function drawCharts() {
    const colours = pictures.colours();
    const drawn = measures();
    canvases.forEach((canvas, i) => { canvas.parentElement.hidden = i >= drawn.length; });
    drawn.forEach((measure, i) => {
      charts[i].draw({ x: curve.axis(run.curve), y: curve.titled(measure), min: measure.name === 'loss' ? 0 : undefined, lines: curve.lines(run.curve, measure) }, colours);
      canvases[i].setAttribute('aria-label', curve.titled(measure) + ', last ' + curve.reading(run.curve, measure, run.curve.points.length - 1) + '. Arrow keys read the points.');
    });
  }

  /** Where no chart can be drawn: how well it does by now. */
  function drawMeters() {
    const last = run.curve.points[run.curve.points.length - 1];
    nodes.meters.hidden = typeof last.training_accuracy !== 'number';
    if (nodes.meters.hidden) return;
    nodes.meters.replaceChildren(...['training', 'validation'].map((part) => {
      const share = last[part + '_accuracy'];
      return dom.el('label', {}, 'Accuracy in ' + part + ' ', dom.el('meter', { min: '0', max: '1', value: share }), ' ' + app.format.percent(share));
    }));
  }

  function drawTable() {
    nodes.table.replaceChildren(dom.el('table', { class: 'figures' },
      dom.el('thead', {}, dom.el('tr', {}, ...curve.headers(run.curve, measures()[0].unit).map((title) => dom.el('th', { scope: 'col' }, title)))),
      dom.el('tbody', {}, ...curve.rows(run.curve).map((row) => dom.el('tr', {}, ...row.map((cell) => dom.el('td', {}, cell)))))));
  }

  function draw(state) {
    const charted = state.charts === true;
    const open = state.charts === false || Boolean(state.curve_table);
    nodes.charts.hidden = !charted;
    nodes.meters.hidden = true;
    nodes.toggle.hidden = !charted;
    png.hidden = !charted;
    nodes.toggle.setAttribute('aria-expanded', String(open));
    nodes.table.hidden = !open;
    dom.text(nodes.about, curve.about(run.curve));
    if (charted) drawCharts();
    else if (state.charts === false) drawMeters();
    if (open) drawTable();
  }

  let drawnFrom = [];
  function render(state) {
    const shown = app.runs.shown(state);
    const from = [shown && shown.curve, state.charts, state.curve_table, state.theme, state.tab];
    if (from.every((value, i) => value === drawnFrom[i])) return;
    drawnFrom = from;
    target.hidden = !shown || !shown.curve || !shown.curve.points.length;
    if (target.hidden || state.tab !== 'training') return;
    run = shown;
    draw(state);
  }

  pictures.onScheme(() => { if (run && !target.hidden) { drawnFrom = []; render(tools.state()); } });
  return render;
};
