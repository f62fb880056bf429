/* Draws what stands in the place of fields where a model reads an image: paper to draw on, and what it sees of it. Part of view.js. */
'use strict';

app.createDrawingView = function createDrawingView(tools, intents) {
  const { dom, select, features, drawing } = app;
  const place = dom.byId('drawing');
  const paper = dom.el('canvas', { class: 'paper', width: drawing.SIDE, height: drawing.SIDE, role: 'img', 'aria-label': 'Paper: draw a digit with mouse, pen or finger. By keyboard, set the cells beside it.' });
  const pen = paper.getContext('2d', { willReadFrequently: true });
  const grid = dom.el('div', { class: 'seen', role: 'grid', 'aria-label': 'What the model sees: ink by cell, 0 to 16. Arrow keys move, Enter sets or clears a cell.' });
  const note = dom.el('p', { class: 'note', role: 'status' });
  const file = dom.el('input', { type: 'file', accept: 'image/*', 'aria-label': 'A picture of a digit' });
  const undo = dom.el('button', { type: 'button', class: 'secondary' }, 'Undo');
  const clear = dom.el('button', { type: 'button', class: 'secondary' }, 'Clear');
  const runner = app.createDrawingRunner(tools, intents, (text) => dom.text(note, text));
  let strokes = [];
  let cells = [];
  let focused = 0;

  place.replaceChildren(
    dom.el('div', { class: 'sheets' },
      dom.el('figure', {}, paper, dom.el('figcaption', {}, 'Draw a digit')),
      dom.el('figure', {}, grid, dom.el('figcaption', {}, 'What the model sees'))),
    dom.el('div', { class: 'actions' }, undo, clear, dom.el('label', { class: 'upload' }, 'or a picture ', file)), note);

  /* ---- paper ---- */

  function at(event) {
    const box = paper.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top].map((way) => (way / box.width) * drawing.SIDE);
  }

  function drawStrokes() {
    pen.clearRect(0, 0, drawing.SIDE, drawing.SIDE);
    Object.assign(pen, { lineWidth: drawing.SIDE / 13, lineCap: 'round', lineJoin: 'round', strokeStyle: getComputedStyle(paper).color });
    strokes.forEach((stroke) => {
      pen.beginPath();
      stroke.forEach(([x, y], i) => { if (i) pen.lineTo(x, y); else pen.moveTo(x, y); });
      if (stroke.length === 1) pen.lineTo(stroke[0][0] + 0.01, stroke[0][1]);
      pen.stroke();
    });
  }

  function look() {
    undo.disabled = !strokes.length;
    clear.disabled = !strokes.length && !texts().some(Boolean);
    if (strokes.length) runner.see(drawing.inkRows(pen.getImageData(0, 0, drawing.SIDE, drawing.SIDE).data, drawing.SIDE));
  }

  paper.addEventListener('pointerdown', (event) => {
    if (event.button) return;
    event.preventDefault();
    paper.setPointerCapture(event.pointerId);
    strokes.push([at(event)]);
    drawStrokes();
  });
  paper.addEventListener('pointermove', (event) => {
    if (!paper.hasPointerCapture(event.pointerId)) return;
    event.getCoalescedEvents().concat(event).forEach((one) => strokes[strokes.length - 1].push(at(one)));
    drawStrokes();
  });
  ['pointerup', 'pointercancel'].forEach((kind) => paper.addEventListener(kind, look));

  function wipe() {
    strokes = [];
    runner.forget();
    drawStrokes();
    dom.text(note, '');
    intents.row(select.inputs(tools.state()).map(() => null));
    look();
  }

  undo.addEventListener('click', () => {
    strokes.pop();
    drawStrokes();
    if (strokes.length) look(); else wipe();
  });
  clear.addEventListener('click', wipe);

  /* ---- a picture ---- */

  function lookAt(bitmap) {
    const [width, height] = drawing.fitted(bitmap.width, bitmap.height);
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const brush = canvas.getContext('2d');
    Object.assign(brush, { fillStyle: 'white' }).fillRect(0, 0, width, height); // behind what is transparent
    brush.drawImage(bitmap, 0, 0, width, height);
    wipe();
    runner.see(drawing.lightRows(brush.getImageData(0, 0, width, height).data, width));
  }

  file.addEventListener('change', () => {
    const [chosen] = file.files;
    file.value = '';
    if (!chosen) return;
    const refused = drawing.refusal(chosen.size, 0, 0);
    if (refused) { dom.text(note, refused); return; }
    createImageBitmap(chosen).then((bitmap) => {
      const large = drawing.refusal(chosen.size, bitmap.width, bitmap.height);
      if (large) dom.text(note, large); else lookAt(bitmap);
      bitmap.close();
    }, () => dom.text(note, 'This file is no picture that the browser can read.'));
  });

  /* ---- what the model sees ---- */

  const side = () => Math.round(Math.sqrt(cells.length));
  const texts = () => select.inputs(tools.state()).map((input) => select.texts(tools.state())[input.name] || '');

  function set(index) {
    intents.row(texts().map((text, i) => (i === index ? (Number(text) ? 0 : drawing.FULL) : Number(text) || 0)));
    dom.text(note, '');
    focus(index);
  }

  function focus(index) {
    cells[focused].tabIndex = -1;
    focused = index;
    cells[focused].tabIndex = 0;
    cells[focused].focus();
  }

  grid.addEventListener('keydown', (event) => {
    const to = drawing.moved(focused, event.key, side());
    if (to >= 0) { event.preventDefault(); focus(to); }
  });

  const drawGrid = dom.memo((inputs) => {
    cells = inputs.map((input, index) => {
      const cell = dom.el('button', { type: 'button', role: 'gridcell', tabindex: index ? -1 : 0 });
      cell.addEventListener('click', () => set(index));
      return cell;
    });
    focused = 0;
    grid.style.setProperty('--side', side());
    const row = (y) => dom.el('div', { role: 'row' }, ...cells.slice(y * side(), (y + 1) * side()));
    grid.replaceChildren(...Array.from({ length: side() }, (_, y) => row(y)));
    strokes = [];
    drawStrokes();
  });

  const drawCells = dom.memo((inputs, shown) => {
    inputs.forEach((input, index) => {
      const ink = Number(shown[input.name]) || 0;
      cells[index].style.setProperty('--ink-share', String(Math.min(1, Math.max(0, ink / drawing.FULL))));
      cells[index].setAttribute('aria-label', input.title + ': ' + ink);
    });
  });

  return function render(state) {
    const inputs = select.inputs(state);
    const is_image = features.isImage(inputs);
    place.hidden = !is_image;
    if (!is_image) return;
    drawGrid(inputs);
    drawCells(inputs, select.texts(state));
    undo.disabled = !strokes.length;
  };
};
