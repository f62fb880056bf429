/* Draws the bars of "Many at once" on one time axis, and the same figures as a table. Part of view.js. */
'use strict';

app.createBurstView = function createBurstView(intents) {
  const { dom, select, format } = app;
  const nodes = { start: dom.byId('burst-start'), training: dom.byId('burst-training'), chart: dom.byId('burst'), toggle: dom.byId('burst-table-toggle'), table: dom.byId('burst-table') };
  const ROW = 9;
  const BAR = 6;
  const AXIS = 22;

  const share = (x) => (x * 100).toFixed(3) + '%';

  function barNode(bar, row) {
    const status = bar.pending ? 'on its way' : bar.status === 200 ? 'answered after ' + format.ms(bar.to - bar.from) : statusWord(bar.status);
    const kind = [bar.kind, bar.pending ? 'pending' : '', !bar.pending && bar.status !== 200 ? 'failed' : ''].join(' ').trim();
    return dom.svg('rect', { class: 'request ' + kind, x: share(bar.x), y: row * ROW, width: share(Math.max(bar.width, 0.003)), height: BAR, rx: 1.5 },
      dom.svg('title', {}, (bar.kind === 'train' ? 'Training' : 'Request ' + row) + ', sent at ' + format.ms(bar.from) + ', ' + status));
  }

  function axis(layout, height) {
    return layout.ticks.flatMap((tick) => {
      const x = share(tick / layout.end);
      return [dom.svg('line', { class: 'grid', x1: x, x2: x, y1: 0, y2: height }),
        dom.svg('text', { class: 'tick', x, y: height + 15, 'text-anchor': tick === 0 ? 'start' : 'middle' }, format.ms(tick).replace('.0', ''))];
    });
  }

  const statusWord = (status) => (status ? 'status ' + status : 'no answer');

  function words(summary, running) {
    if (running) return summary.answered + ' of ' + summary.sent + ' answered';
    const parts = [summary.answered + ' of ' + summary.sent + ' answered'];
    if (summary.answered) parts.push('first after ' + format.ms(summary.first) + ', last after ' + format.ms(summary.last));
    if (summary.during !== null) parts.push(summary.during + ' of them before the training ended');
    if (summary.trained && summary.trained.status !== 200) parts.push('training: ' + statusWord(summary.trained.status));
    return parts.concat(summary.statuses.map(statusWord)).join('; ');
  }

  function group(layout, one, running) {
    const height = one.bars.length * ROW + 4;
    const chart = dom.svg('svg', { class: 'lanes', width: '100%', height: height + AXIS, role: 'img', 'aria-label': one.backend.title + ': ' + words(one.summary, running) },
      ...axis(layout, height), ...one.bars.map(barNode));
    const node = dom.el('div', { class: 'lane' }, dom.el('p', { class: 'lane-title' }, dom.mark(one.backend), dom.el('strong', {}, one.backend.title), ' ',
      dom.el('span', {}, one.backend.mode)), chart, dom.el('p', { class: 'lane-words' }, words(one.summary, running)));
    node.style.setProperty('--backend', one.backend.colour);
    return node;
  }

  function tableRow(backend, bar, number) {
    const cells = [backend.title, bar.kind === 'train' ? 'train' : 'classify ' + number, format.ms(bar.from),
      bar.to === null ? '–' : format.ms(bar.to), bar.to === null ? '–' : format.ms(bar.to - bar.from), bar.to === null ? '–' : String(bar.status)];
    return dom.el('tr', {}, ...cells.map((cell) => dom.el('td', {}, cell)));
  }

  function tableRows(one) {
    const trains = one.bars.filter((bar) => bar.kind === 'train').length;
    return one.bars.map((bar, i) => tableRow(one.backend, bar, i + 1 - trains));
  }

  function drawTable(layout) {
    nodes.table.replaceChildren(dom.el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Requests' }, dom.el('table', { class: 'figures' },
      dom.el('thead', {}, dom.el('tr', {}, ...['Backend', 'Request', 'Sent', 'Answered', 'Took', 'Status'].map((title) => dom.el('th', { scope: 'col' }, title)))),
      dom.el('tbody', {}, ...layout.groups.flatMap(tableRows)))));
  }

  const draw = (state) => {
    const layout = app.burst.layout(state);
    nodes.chart.replaceChildren(...layout.groups.map((one, i) => group(layout, one, state.burst.running && i === layout.groups.length - 1)));
    if (state.burst.table_open) drawTable(layout);
  };

  nodes.start.addEventListener('click', () => intents.burst());
  nodes.toggle.addEventListener('click', () => intents.burstTable());
  nodes.training.addEventListener('change', () => intents.burstTraining(nodes.training.checked));

  let drawn = null;
  return function render(state) {
    const burst = state.burst;
    dom.text(nodes.start, burst.running ? 'Sending…' : 'Send ' + app.burst.REQUESTS + ' to each');
    nodes.start.setAttribute('aria-disabled', burst.running || !select.detail(state) ? 'true' : 'false');
    nodes.training.checked = burst.with_training;
    nodes.toggle.hidden = !Object.keys(burst.runs).length;
    nodes.toggle.setAttribute('aria-expanded', String(burst.table_open));
    nodes.table.hidden = !burst.table_open;
    if (burst !== drawn) draw(state);
    drawn = burst;
  };
};
