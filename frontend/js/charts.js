/* The only user of the chart library: a line chart with labelled axes, and names at the ends of its lines. */
'use strict';

app.charts = (function () {
  const LABEL_ROOM = 76;
  const LINE_HEIGHT = 16;
  const DASHES = [[5, 4], []];
  const FONT = { family: 'system-ui, sans-serif', size: 12 };

  /** Names at the ends of the lines, moved apart where the lines end close to each other. */
  function drawNames(chart) {
    const ends = chart.data.datasets.map((one, i) => ({ one, point: chart.getDatasetMeta(i).data.slice(-1)[0] })).filter((end) => end.point);
    ends.sort((a, b) => a.point.y - b.point.y);
    let lowest = -Infinity;
    ends.forEach(({ one, point }) => {
      const y = Math.max(point.y, lowest + LINE_HEIGHT);
      lowest = y;
      chart.ctx.fillStyle = one.borderColor;
      chart.ctx.font = FONT.size + 'px ' + FONT.family;
      chart.ctx.textBaseline = 'middle';
      chart.ctx.fillText(one.label, point.x + 8, y);
    });
  }

  function axis(title, colours) {
    return {
      type: 'linear', title: { display: true, text: title, color: colours.soft, font: FONT },
      ticks: { color: colours.soft, font: FONT, maxTicksLimit: 6, precision: undefined }, grid: { color: colours.line }, border: { color: colours.line },
    };
  }

  function options(spec, colours) {
    const x = axis(spec.x, colours);
    x.ticks.precision = 0;
    return {
      animation: false, responsive: true, maintainAspectRatio: false, parsing: false,
      layout: { padding: { right: LABEL_ROOM } }, interaction: { mode: spec.lines.some((line) => line.shape) ? 'nearest' : 'index', intersect: false },
      scales: { x, y: { ...axis(spec.y, colours), min: spec.min, max: spec.max } },
      plugins: { legend: { display: false }, tooltip: { animation: false, callbacks: { title: (items) => spec.x + ' ' + items[0].parsed.x } } },
    };
  }

  const joined = (line, i) => ({ borderWidth: 2, borderDash: DASHES[i], pointRadius: line.points.length > 20 ? 0 : 3 });
  const dotted = (line) => ({ borderWidth: 0, showLine: false, pointStyle: line.shape, pointRadius: 3 });

  const datasets = (spec, colours) => spec.lines.map((line, i) => {
    const colour = line.colour || (i ? colours.ink : colours.soft);
    return { label: line.title, data: line.points, borderColor: colour, backgroundColor: colour, pointHoverRadius: 4, tension: 0, ...(line.shape ? dotted(line) : joined(line, i)) };
  });

  /**
   * @param {HTMLCanvasElement} canvas inside a box of its own, which gives it its size
   * @returns {{draw: function(Object, Object): void, point: function(number): void}}
   *   draw: `{x, y, min, max, lines}` in `{ink, soft, line}` colours, a line with a `shape` as dots of it; point: marks the points of one index, as the pointer does
   */
  function create(canvas) {
    let chart = null;

    function draw(spec, colours) {
      const data = { datasets: datasets(spec, colours) };
      if (!chart) {
        chart = new window.Chart(canvas, { type: 'line', data, options: options(spec, colours), plugins: [{ id: 'names', afterDatasetsDraw: drawNames }] });
        return;
      }
      chart.data = data;
      chart.options = options(spec, colours);
      chart.update('none');
    }

    function point(index) {
      const active = chart.data.datasets.map((_, datasetIndex) => ({ datasetIndex, index }));
      chart.setActiveElements(active);
      chart.tooltip.setActiveElements(active, { x: 0, y: 0 });
      chart.update('none');
    }

    return { draw, point };
  }

  return { create };
}());
