/* What pictures on a canvas need: the page's colours, and ways to take the picture along. Part of view.js. */
'use strict';

app.pictures = (function () {
  const { dom } = app;

  /** A CSS colour as a canvas understands it: light or dark is decided by then. */
  function resolved(value) {
    const probe = dom.el('span', { hidden: true });
    probe.style.color = value;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  }

  const colour = (name) => resolved('var(' + name + ')');

  /** What a chart draws axes and words in. */
  const colours = () => ({ ink: colour('--ink'), soft: colour('--ink-soft'), line: colour('--line') });

  function save(name, blob) {
    const url = URL.createObjectURL(blob);
    dom.el('a', { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000); // the browser has begun by then
  }

  /** What stands on several canvases, side by side on a sheet of paper. */
  function picture(name, canvases) {
    const sheet = dom.el('canvas', { width: canvases.reduce((sum, one) => sum + one.width, 0), height: Math.max(...canvases.map((one) => one.height)) });
    const pen = sheet.getContext('2d');
    pen.fillStyle = colour('--sheet');
    pen.fillRect(0, 0, sheet.width, sheet.height);
    canvases.reduce((x, one) => { pen.drawImage(one, x, 0); return x + one.width; }, 0);
    sheet.toBlob((blob) => save(name + '.png', blob), 'image/png');
  }

  /** Canvases don't follow the style sheet by themselves. */
  const onScheme = (run) => window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', run);

  const csv = (name, text) => save(name + '.csv', new Blob([text], { type: 'text/csv' }));

  function button(title, run) {
    const node = dom.el('button', { type: 'button', class: 'quiet' }, title);
    node.addEventListener('click', run);
    return node;
  }

  return { resolved, colour, colours, onScheme, save, picture, csv, button };
}());
