/* Pure: a learning curve as lines of a chart, as a table and as CSV. */
'use strict';

app.curve = (function () {
  const PARTS = ['training', 'validation'];
  const UNITS = { epoch: 'Epochs', trees: 'Trees', fold: 'Fold' };

  const LOG_LOSS = { name: 'loss', noun: 'Log loss', scale: 'nats', factor: 1, show: (value) => value.toFixed(3), unit: '' };
  const ACCURACY = { name: 'accuracy', noun: 'Accuracy', scale: '%', factor: 100, show: (value) => value.toFixed(1), unit: '%' };
  const rmse = (unit) => ({ name: 'loss', noun: 'RMSE', scale: unit, factor: 1, show: (value) => app.format.measured(value, value / 100), unit });

  /** What is drawn, each with the factor from the backend's figure to the axis. @param {string} unit of a regression's values */
  const measures = (curve, unit) => (curve.loss === 'rmse' ? [rmse(unit)] : [LOG_LOSS, ACCURACY]);

  /** 'Accuracy, training (%)' */
  const titled = (measure, part) => measure.noun + (part ? ', ' + part : '') + (measure.scale ? ' (' + measure.scale + ')' : '');

  const axis = (curve) => UNITS[curve.unit] || curve.unit;

  const value = (point, part, measure) => point[part + '_' + measure.name] * measure.factor;

  /** @returns {{title: string, points: {x: number, y: number}[]}[]} one line for each part of the rows */
  function lines(curve, measure) {
    return PARTS.map((part) => ({ title: part, points: curve.points.map((point) => ({ x: point.step, y: value(point, part, measure) })) }));
  }

  const columns = (curve, unit) => measures(curve, unit).flatMap((measure) => PARTS.map((part) => ({ part, measure })));

  const headers = (curve, unit) => [axis(curve)].concat(columns(curve, unit).map(({ part, measure }) => titled(measure, part)));

  const figure = (point, part, measure) => (typeof point[part + '_' + measure.name] === 'number' ? measure.show(value(point, part, measure)) : '–');

  const rows = (curve) => curve.points.map((point) => [String(point.step)].concat(columns(curve).map(({ part, measure }) => figure(point, part, measure))));

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
    const names = ['step'].concat(columns(curve).map(({ part, measure }) => part + '_' + measure.name));
    const lines = curve.points.map((point) => names.map((name) => point[name]).join(','));
    return [names.join(',')].concat(lines).join('\r\n') + '\r\n';
  }

  const reducers = {
    curve_table_toggled: (state) => ({ ...state, curve_table: !state.curve_table }),
  };

  return { measures, titled, axis, lines, headers, rows, reading, about, csv, reducers };
}());
