/* Draws the plane over two features: the class of each cell, the rows it was learned from, and the values of the form. Part of view.js. */
'use strict';

app.createRegionsView = function createRegionsView(tools) {
  const { dom, select, regions, pictures, features, format } = app;
  const target = dom.byId('regions');
  const LEFT = 48;
  const BOTTOM = 44;
  const EDGE = 8;
  const SIDE = 360;
  const MARK = 3.4;

  const nodes = {
    x: dom.el('select', { id: 'axis-x' }), y: dom.el('select', { id: 'axis-y' }),
    canvas: dom.el('canvas', { role: 'img' }),
    key: dom.el('ul', { class: 'plane-key' }),
    note: dom.el('p', { class: 'note' }),
    toggle: pictures.button('Table', () => tools.dispatch({ type: 'regions_table_toggled' })),
    table: dom.el('div', { id: 'regions-table' }),
  };
  const png = pictures.button('PNG', () => pictures.picture(tools.state().model + '-regions', [nodes.canvas]));
  nodes.toggle.setAttribute('aria-controls', 'regions-table');
  target.append(dom.el('h3', {}, 'Which class where'),
    dom.el('p', { class: 'plane-axes' }, dom.el('label', { for: 'axis-x' }, 'Across'), nodes.x, dom.el('label', { for: 'axis-y' }, 'Up'), nodes.y),
    nodes.canvas, nodes.key, nodes.note, dom.el('div', { class: 'picture-actions' }, nodes.toggle, png), nodes.table);

  /** Both ends of an axis: choosing the feature of the other one swaps them. */
  function choose(end, name) {
    const [x, y] = regions.axes(tools.state()).map((input) => input.name);
    if (end === 'x') tools.dispatch({ type: 'axes_chosen', x: name, y: name === y ? x : y });
    else tools.dispatch({ type: 'axes_chosen', x: name === x ? y : x, y: name });
  }
  nodes.x.addEventListener('change', () => choose('x', nodes.x.value));
  nodes.y.addEventListener('change', () => choose('y', nodes.y.value));

  const drawAxes = dom.memo((inputs) => {
    [nodes.x, nodes.y].forEach((node) => node.replaceChildren(...inputs.map((input) => dom.el('option', { value: input.name }, input.title))));
  });

  /* Shapes double the colours of the classes. Each draws around the origin, of about the same area. */
  const SHAPES = [
    (pen, r) => pen.arc(0, 0, r, 0, 2 * Math.PI),
    (pen, r) => pen.rect(-0.9 * r, -0.9 * r, 1.8 * r, 1.8 * r),
    (pen, r) => polygon(pen, [[0, -1.3 * r], [1.2 * r, 0.9 * r], [-1.2 * r, 0.9 * r]]),
    (pen, r) => polygon(pen, [[0, -1.35 * r], [1.35 * r, 0], [0, 1.35 * r], [-1.35 * r, 0]]),
    (pen, r) => polygon(pen, [[0, 1.3 * r], [1.2 * r, -0.9 * r], [-1.2 * r, -0.9 * r]]),
  ];

  function polygon(pen, corners) {
    corners.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    pen.closePath();
  }

  function mark(pen, x, y, index, radius) {
    pen.save();
    pen.translate(x, y);
    pen.beginPath();
    SHAPES[index % SHAPES.length](pen, radius);
    pen.fill();
    pen.stroke();
    pen.restore();
  }

  /** A canvas as sharp as the screen, in units of CSS pixels. */
  function prepared(canvas, width, height) {
    const scale = window.devicePixelRatio || 1;
    Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
    const pen = canvas.getContext('2d');
    pen.scale(scale, scale);
    return pen;
  }

  function drawCells(pen, plane, tones) {
    const size = SIDE / plane.resolution;
    pen.globalAlpha = 0.32;
    plane.cells.forEach((cell, i) => {
      if (cell < 0) return;
      pen.fillStyle = tones[cell % tones.length];
      const [column, row] = [i % plane.resolution, Math.floor(i / plane.resolution)];
      // Whole pixels, or seams show between the cells.
      const [x, y] = [Math.round(column * size), Math.round(SIDE - (row + 1) * size)];
      pen.fillRect(x, y, Math.round((column + 1) * size) - x, Math.round(SIDE - row * size) - y);
    });
    pen.globalAlpha = 1;
  }

  /** The rows that the model learned from, where the page has them. */
  function drawRows(pen, state, axes, tones, colours) {
    const detail = select.detail(state);
    const data = detail.data && app.rows[detail.data.sha256];
    if (!data) return;
    const columns = axes.map((input) => select.inputs(state).indexOf(input));
    pen.strokeStyle = colours.sheet;
    pen.lineWidth = 0.8;
    data.rows.forEach((row, i) => {
      const [u, v] = axes.map((input, end) => regions.place(input, row[columns[end]]));
      pen.fillStyle = tones[data.classes[i] % tones.length];
      mark(pen, u * SIDE, (1 - v) * SIDE, data.classes[i], MARK);
    });
  }

  function drawForm(pen, places, colours) {
    const [u, v] = places;
    if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1)) return;
    const [x, y] = [u * SIDE, (1 - v) * SIDE];
    [[colours.sheet, 5], [colours.ink, 2]].forEach(([colour, width]) => {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.beginPath();
      pen.arc(x, y, 8, 0, 2 * Math.PI);
      [[-13, -8], [8, 13]].forEach(([from, to]) => { pen.moveTo(x + from, y); pen.lineTo(x + to, y); pen.moveTo(x, y + from); pen.lineTo(x, y + to); });
      pen.stroke();
    });
  }

  const titled = (input) => input.title + (input.unit ? ' (' + input.unit + ')' : '');

  const ticks = (input) => app.ticks(...regions.span(input));

  function drawScales(pen, [x, y], colours) {
    pen.fillStyle = colours.soft;
    pen.font = '12px system-ui, sans-serif';
    pen.textAlign = 'center';
    ticks(x).forEach((tick) => pen.fillText(String(tick), regions.place(x, tick) * SIDE, SIDE + 16));
    pen.fillText(titled(x), SIDE / 2, SIDE + 36);
    pen.textAlign = 'right';
    ticks(y).forEach((tick) => pen.fillText(String(tick), -8, (1 - regions.place(y, tick)) * SIDE + 4));
    pen.rotate(-Math.PI / 2);
    pen.textAlign = 'center';
    pen.fillText(titled(y), -SIDE / 2, -34);
    pen.rotate(Math.PI / 2);
  }

  function drawPlane(state, axes, plane) {
    const colours = { sheet: pictures.colour('--sheet'), ink: pictures.colour('--ink'), soft: pictures.colour('--ink-soft'), line: pictures.colour('--line') };
    const tones = select.classes(state).map((_, i) => pictures.colour('--class-' + (i % 7)));
    const pen = prepared(nodes.canvas, LEFT + SIDE + EDGE, EDGE + SIDE + BOTTOM);
    pen.translate(LEFT, EDGE);
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, SIDE, SIDE);
    pen.clip();
    if (plane) drawCells(pen, plane, tones);
    drawRows(pen, state, axes, tones, colours);
    drawForm(pen, places(state, axes), colours);
    pen.restore();
    pen.strokeStyle = colours.line;
    pen.strokeRect(0.5, 0.5, SIDE - 1, SIDE - 1);
    drawScales(pen, axes, colours);
  }

  const places = (state, axes) => axes.map((input) => regions.place(input, features.parseNumber(select.texts(state)[input.name])));

  function keyItem(one, index, share) {
    const icon = dom.el('canvas', { class: 'plane-mark', 'aria-hidden': 'true' });
    const pen = prepared(icon, 14, 14);
    pen.fillStyle = pictures.colour('--class-' + (index % 7));
    pen.strokeStyle = pictures.colour('--sheet');
    mark(pen, 7, 7, index, 5);
    return dom.el('li', {}, icon, one.name, ...(share === null ? [] : [dom.el('small', {}, format.percent(share, 0))]));
  }

  function words(state, axes, plane, shares) {
    if (!plane) return 'No model answers for this plane yet.';
    const classes = select.classes(state);
    const [u, v] = places(state, axes);
    const here = classes[regions.at(plane, u, v)];
    const parts = classes.map((one, i) => one.name + ' ' + format.percent(shares[i], 0));
    return 'Of the plane over ' + axes[0].title + ' and ' + axes[1].title + ': ' + format.list(parts) + '. ' + (here ? 'Your values lie in ' + here.name + '.' : 'Your values lie outside.');
  }

  function noteOf(state, { run, version }) {
    if (run) return 'What the training has learned so far, the other measurements at their median.';
    if (!version && select.allDown(state)) return 'No backend answers: only the rows of the data are drawn.';
    return version ? 'Version ' + version + ', the other measurements as in the form; move a slider and the plane changes. The ring marks your values.' : select.isTrainable(state) ? 'Train a model to see its classes.' : '';
  }

  function drawTable(classes, shares) {
    nodes.table.replaceChildren(dom.el('table', { class: 'figures' },
      dom.el('thead', {}, dom.el('tr', {}, dom.el('th', { scope: 'col' }, 'Class'), dom.el('th', { scope: 'col' }, 'Share of the plane'))),
      dom.el('tbody', {}, ...classes.map((one, i) => dom.el('tr', {}, dom.el('td', {}, one.name), dom.el('td', {}, format.percent(shares[i])))))));
  }

  function draw(state) {
    const axes = regions.axes(state);
    const found = regions.shown(state);
    const classes = select.classes(state);
    const shares = found.plane ? regions.shares(found.plane, classes.length) : classes.map(() => null);
    drawAxes(select.inputs(state));
    [nodes.x.value, nodes.y.value] = axes.map((input) => input.name);
    drawPlane(state, axes, found.plane);
    nodes.key.replaceChildren(...classes.map((one, i) => keyItem(one, i, shares[i])));
    nodes.canvas.setAttribute('aria-label', words(state, axes, found.plane, shares));
    dom.text(nodes.note, noteOf(state, found));
    nodes.toggle.setAttribute('aria-expanded', String(Boolean(state.regions_table)));
    nodes.table.hidden = !state.regions_table;
    drawTable(classes, shares);
  }

  let drawnFrom = [];
  function render(state) {
    const from = [state.runs, state.plane, state.axes, state.texts, state.details, state.model, state.theme, state.tab, state.regions_table, state.shown_run, state.links];
    if (from.every((value, i) => value === drawnFrom[i])) return;
    drawnFrom = from;
    target.hidden = !regions.isPossible(select.detail(state));
    if (!target.hidden && state.tab === 'training') draw(state);
  }

  pictures.onScheme(() => { drawnFrom = []; render(tools.state()); });
  return render;
};
