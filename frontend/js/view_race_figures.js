/* Draws how a race goes: whether the answers agree, latencies as figures, and as dots where the library is there. Part of view.js. */
'use strict';

app.createRaceFiguresView = function createRaceFiguresView(tools) {
  const { dom, burst, agreement, format, pictures } = app;
  const SHAPES = { 'mark-disc': 'circle', 'mark-diamond': 'rectRot' };
  const PERCENTILES = ['p50', 'p90', 'p99', 'max'];
  const LATE_MS = 5;
  const lamp = {
    words: dom.el('p', { class: 'lamp' }),
    first: dom.el('p', { class: 'problem', role: 'alert', hidden: true }),
  };
  const canvas = dom.el('canvas', { role: 'img' });
  const chart = app.charts.create(canvas);
  const nodes = {
    figures: dom.el('div', { class: 'sideways', id: 'race-figures', tabindex: '0', role: 'region', 'aria-label': 'Latency' }),
    late: dom.el('p', { class: 'note' }),
    box: dom.el('div', { class: 'chart', id: 'race-chart', hidden: true }, canvas),
  };
  const target = dom.el('div', { class: 'race', hidden: true }, lamp.words, lamp.first, nodes.figures, nodes.late, nodes.box);
  dom.byId('body-burst').append(target);

  /** Read out once, when it happens: the count beside it goes on in silence. */
  function drawLamp(tally) {
    lamp.words.dataset.lamp = tally.differs ? 'differs' : tally.same ? 'same' : 'none';
    dom.text(lamp.words, agreement.summary(tally));
    lamp.first.hidden = !tally.first;
    dom.text(lamp.first, tally.first && 'Different answers: ' + tally.first);
  }

  /** The unit stands above the table. */
  const figure = (ms) => format.ms(ms).replace(/\sms$/, '');

  function drawFigures(state) {
    const row = (one) => dom.el('tr', {}, dom.el('th', { scope: 'row' }, dom.mark(one.backend), ' ' + one.backend.title + ' ', dom.el('small', {}, one.kind)),
      ...PERCENTILES.map((name) => dom.el('td', {}, figure(one[name]))), dom.el('td', {}, String(one.n)), dom.el('td', { class: one.failed ? 'amiss' : false }, String(one.failed)));
    nodes.figures.replaceChildren(dom.el('table', { class: 'figures compared' },
      dom.el('caption', {}, 'Latency in ms, from the intended start of each request'),
      dom.el('thead', {}, dom.el('tr', {}, ...['Backend', ...PERCENTILES, 'n', 'Failed'].map((title) => dom.el('th', { scope: 'col' }, title)))),
      dom.el('tbody', {}, ...burst.figures(state).map(row))));
    const late = burst.lateness(state);
    dom.text(nodes.late, late > LATE_MS ? 'The page itself was busy and sent one request in a hundred ' + format.ms(late) + ' late or more, which is in these figures.' : '');
  }

  const lineOf = ({ backend, points }) => ({ title: backend.title, points, colour: pictures.resolved(backend.colour), shape: SHAPES[backend.mark] });

  function drawChart(state) {
    const dots = state.charts === true ? burst.dots(state) : [];
    nodes.box.hidden = !dots.length;
    if (!dots.length) return;
    canvas.setAttribute('aria-label', 'Latency by the time since the start; the table below has it by the second');
    chart.draw({ x: 'Seconds since the start', y: 'Latency (ms)', min: 0, lines: dots.map(lineOf) }, pictures.colours());
  }

  let drawnFrom = [];
  function render(state) {
    const { runs, agreement: tally } = burst.of(state);
    const from = [runs, tally, state.charts, state.theme, state.tab];
    if (from.every((value, i) => value === drawnFrom[i])) return;
    drawnFrom = from;
    target.hidden = !Object.keys(runs).length;
    if (target.hidden || state.tab !== 'burst') return;
    drawLamp(tally);
    drawFigures(state);
    drawChart(state);
  }

  pictures.onScheme(() => { if (!target.hidden) { drawnFrom = []; render(tools.state()); } });
  return render;
};
