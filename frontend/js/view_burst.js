/* Draws the bars of "Many at once" on one time axis, and the same figures as a table. Part of view.js. */
'use strict';

app.createBurstView = function createBurstView(tools, burst) {
  const { dom, select, format } = app;
  const nodes = {
    start: dom.el('button', { type: 'button', class: 'secondary' }),
    training: dom.el('input', { type: 'checkbox' }),
    chart: dom.el('div', { class: 'burst' }),
    toggle: dom.el('button', { type: 'button', class: 'quiet', id: 'burst-table-toggle', 'aria-controls': 'burst-table' }, 'Table'),
    table: dom.el('div', { id: 'burst-table' }),
  };
  dom.byId('body-burst').append(
    dom.el('p', { class: 'prose' }, 'The page sends every request without waiting for the one before; each bar runs from sent to answered. A synchronous server takes one at a time, so while it trains all bars wait for the end of the training; an asynchronous server trains aside and goes on answering.'),
    dom.el('div', { class: 'actions' }, nodes.start,
      dom.el('label', { class: 'switch' }, nodes.training, dom.el('span', {}, 'train meanwhile ', dom.el('small', {}, '(makes new versions)')))),
    nodes.chart, nodes.toggle, nodes.table,
    dom.el('p', { class: 'note' }, 'A browser opens only about six connections to one host: of more requests, the later ones also wait inside the browser, whatever the server does.'));
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
    nodes.chart.replaceChildren(...layout.groups.map((one, i) => group(layout, one, app.burst.of(state).running && i === layout.groups.length - 1)));
    if (app.burst.of(state).table_open) drawTable(layout);
  };

  nodes.start.addEventListener('click', () => burst.start());
  nodes.toggle.addEventListener('click', () => tools.dispatch({ type: 'burst_table_toggled' }));
  nodes.training.addEventListener('change', () => tools.dispatch({ type: 'burst_training_chosen', on: nodes.training.checked }));

  let drawn = null;
  return function render(state) {
    const shown = app.burst.of(state);
    dom.text(nodes.start, shown.running ? 'Sending…' : 'Send ' + app.burst.REQUESTS + ' to each');
    nodes.start.setAttribute('aria-disabled', shown.running || !select.detail(state) ? 'true' : 'false');
    nodes.training.checked = shown.with_training;
    nodes.toggle.hidden = !Object.keys(shown.runs).length;
    nodes.toggle.setAttribute('aria-expanded', String(shown.table_open));
    nodes.table.hidden = !shown.table_open;
    if (shown !== drawn) draw(state);
    drawn = shown;
  };
};
