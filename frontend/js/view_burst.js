/* Draws the bars of "Many at once" on one time axis, and the same figures as a table. Part of view.js. */
'use strict';

app.createBurstView = function createBurstView(tools) {
  const { dom, format } = app;
  const nodes = {
    chart: dom.el('div', { class: 'burst' }),
    toggle: app.pictures.button('Table', () => tools.dispatch({ type: 'burst_table_toggled' })),
    table: dom.el('div', { id: 'burst-table' }),
  };
  nodes.toggle.id = 'burst-table-toggle';
  nodes.toggle.setAttribute('aria-controls', nodes.table.id);
  dom.byId('body-burst').append(nodes.chart, nodes.toggle, nodes.table);
  const ROW = 9;
  const BAR = 6;
  const AXIS = 22;

  const share = (x) => (x * 100).toFixed(3) + '%';

  function barNode(bar, row) {
    const status = bar.pending ? 'not answered yet' : bar.status === 200 ? 'answered after ' + format.ms(bar.to - bar.from) : statusWord(bar.status);
    const kind = [bar.kind, bar.pending ? 'pending' : '', !bar.pending && bar.status !== 200 ? 'failed' : ''].join(' ').trim();
    return dom.svg('rect', { class: 'request ' + kind, x: share(bar.x), y: row * ROW, width: share(Math.max(bar.width, 0.003)), height: BAR, rx: 1.5 },
      dom.svg('title', {}, (bar.kind === 'train' ? 'Training' : 'Request ' + row) + ', intended start ' + format.ms(bar.from) + ', ' + status));
  }

  function axis(layout, from, height) {
    return layout.ticks.flatMap((tick) => {
      const x = share(tick / layout.end);
      return [dom.svg('line', { class: 'grid', x1: x, x2: x, y1: 0, y2: height }),
        dom.svg('text', { class: 'tick', x, y: height + 15, 'text-anchor': tick === 0 ? 'start' : tick / layout.end > 0.9 ? 'end' : 'middle' }, tickWords(from, tick))];
    });
  }

  /** Of a part of the race: how long after its beginning. */
  const tickWords = (from, tick) => (from && !tick ? 'from ' + (from / 1000).toFixed(1) + '\u00a0s' : (from ? '+' : '') + format.ms(tick).replace('.0', ''));

  const statusWord = (status) => (status ? 'status ' + status : 'no answer');

  const failures = (summary) => summary.statuses.map(({ status, count }) => count + ' failed: ' + statusWord(status));

  function words(summary, running) {
    if (running) return [summary.answered + ' of ' + summary.sent + ' answered'].concat(failures(summary)).join('; ');
    const parts = [summary.answered + ' of ' + summary.sent + ' answered'];
    if (summary.answered) parts.push('first after ' + format.ms(summary.first) + ', last after ' + format.ms(summary.last));
    if (summary.during !== null) parts.push(summary.during + ' of them before the training ended');
    if (summary.trained && summary.trained.status !== 200) parts.push('training: ' + statusWord(summary.trained.status));
    return parts.concat(failures(summary)).join('; ');
  }

  function group(layout, one, running) {
    const height = one.bars.length * ROW + 4;
    const chart = dom.svg('svg', { class: 'lanes', width: '100%', height: height + AXIS, role: 'img', 'aria-label': one.backend.title + ': ' + words(one.summary, running) },
      ...axis(layout, one.from, height), ...one.bars.map(barNode));
    const node = dom.el('div', { class: 'lane' }, dom.el('p', { class: 'lane-title' }, dom.mark(one.backend), dom.el('strong', {}, one.backend.title), ' ',
      dom.el('span', {}, one.backend.mode)), chart, dom.el('p', { class: 'lane-words' }, words(one.summary, running)));
    node.style.setProperty('--backend', one.backend.colour);
    return node;
  }

  /** A table in a box that stays where it was scrolled to. @param {string[]} titles */
  function figures(name, titles) {
    const body = dom.el('tbody', {});
    const box = dom.el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': name }, dom.el('table', { class: 'figures' },
      dom.el('thead', {}, dom.el('tr', {}, ...titles.map((title) => dom.el('th', { scope: 'col' }, title)))), body));
    nodes.table.append(box);
    return (rows) => body.replaceChildren(...rows.map((cells) => dom.el('tr', {}, ...cells.map((cell) => dom.el('td', {}, cell)))));
  }

  const fillSeconds = figures('Latency by the second', ['Backend', 'Intended start', 'p50', 'p99', 'max', 'n', 'Failed']);
  const fillLatest = figures('Latest requests', ['Backend', 'Request', 'Intended start', 'Answered', 'Took', 'Status']);

  function requestCells(backend, bar) {
    return [backend.title, bar.kind, format.ms(bar.from),
      bar.to === null ? '–' : format.ms(bar.to), bar.to === null ? '–' : format.ms(bar.to - bar.from), bar.to === null ? '–' : String(bar.status)];
  }

  const secondCells = (one) => [one.backend.title, 'second ' + (one.second + 1), format.ms(one.p50), format.ms(one.p99), format.ms(one.max), String(one.n), String(one.failed)];

  function drawTable(state, layout) {
    fillSeconds(app.burst.bySecond(state).map(secondCells));
    fillLatest(layout.groups.flatMap((one) => one.bars.map((bar) => requestCells(one.backend, bar))));
  }

  /** Without the chart library, the table stands for its chart. */
  const isOpen = (state) => app.burst.of(state).table_open || state.charts === false;

  const draw = dom.memo((shown, is_open) => {
    const state = tools.state();
    const layout = app.burst.layout(state);
    nodes.chart.replaceChildren(...layout.groups.map((one) => group(layout, one, shown.running)));
    if (is_open) drawTable(state, layout);
  });

  return function render(state) {
    const shown = app.burst.of(state);
    const is_empty = !Object.keys(shown.runs).length;
    nodes.toggle.hidden = is_empty || state.charts === false;
    nodes.toggle.setAttribute('aria-expanded', String(isOpen(state)));
    nodes.table.hidden = is_empty || !isOpen(state);
    if (state.tab === 'burst') draw(shown, isOpen(state), state.backends);
  };
};
