/* Pure: a learning curve as lines of a chart, as a table and as CSV. */
'use strict';

app.curve = (function () {
  const PARTS = ['training', 'validation'];
  const UNITS = { epoch: 'Epochs', trees: 'Trees', fold: 'Fold' };

  /** What is drawn, each with the factor from the backend's figure to the axis. */
  const MEASURES = [
    { name: 'loss', title: 'Log loss (nats)', factor: 1, digits: 3, unit: '' },
    { name: 'accuracy', title: 'Accuracy (%)', factor: 100, digits: 1, unit: '%' },
  ];

  const axis = (curve) => UNITS[curve.unit] || curve.unit;

  const value = (point, part, measure) => point[part + '_' + measure.name] * measure.factor;

  /** @returns {{title: string, points: {x: number, y: number}[]}[]} one line for each part of the rows */
  function lines(curve, measure) {
    return PARTS.map((part) => ({ title: part, points: curve.points.map((point) => ({ x: point.step, y: value(point, part, measure) })) }));
  }

  const columns = () => MEASURES.flatMap((measure) => PARTS.map((part) => ({ part, measure })));

  const headers = (curve) => [axis(curve)].concat(columns().map(({ part, measure }) => measure.title.replace(' (', ', ' + part + ' (')));

  const figure = (point, part, measure) => (typeof point[part + '_' + measure.name] === 'number' ? value(point, part, measure).toFixed(measure.digits) : '–');

  const rows = (curve) => curve.points.map((point) => [String(point.step)].concat(columns().map(({ part, measure }) => figure(point, part, measure))));

  /** One point in words, for whoever moves along the curve. */
  function reading(curve, measure, index) {
    const point = curve.points[index];
    const figures = PARTS.map((part) => part + ' ' + app.format.withUnit(figure(point, part, measure), measure.unit));
    return axis(curve) + ' ' + point.step + ': ' + figures.join(', ');
  }

  /** What was measured, and on how many rows. */
  function about(curve) {
    return 'Learns from ' + curve.n_training + ' rows and is measured on ' + curve.n_validation + ' others; the rows of the final test are in neither.';
  }

  /** All digits, under names that a program can use (RFC 4180). */
  function csv(curve) {
    const names = ['step'].concat(MEASURES.flatMap((measure) => PARTS.map((part) => part + '_' + measure.name)));
    const lines = curve.points.map((point) => names.map((name) => point[name]).join(','));
    return [names.join(',')].concat(lines).join('\r\n') + '\r\n';
  }

  const reducers = {
    curve_table_toggled: (state) => ({ ...state, curve_table: !state.curve_table }),
  };

  return { MEASURES, axis, lines, headers, rows, reading, about, csv, reducers };
}());
