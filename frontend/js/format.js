/* Pure: numbers, units, percentages and times as people read them. */
'use strict';

app.format = (function () {
  const SPACE = '\u00a0'; // keeps a number and its unit on one line

  /** A share as a percentage: 0.9778 → '97.8 %'. */
  function percent(share, digits) {
    if (typeof share !== 'number' || !Number.isFinite(share)) return '–';
    return (share * 100).toFixed(digits === undefined ? 1 : digits) + SPACE + '%';
  }

  /** A probability never rounds to certainty: 0.0001 → '< 0.1 %'. */
  function probability(p) {
    if (typeof p !== 'number' || !Number.isFinite(p)) return '–';
    if (p > 0 && p < 0.0005) return '<' + SPACE + '0.1' + SPACE + '%';
    if (p < 1 && p > 0.9995) return '>' + SPACE + '99.9' + SPACE + '%';
    return percent(p);
  }

  /** A duration in milliseconds; one decimal below ten, where it matters; microseconds where that would be nothing. */
  function ms(duration) {
    if (typeof duration !== 'number' || !Number.isFinite(duration)) return '–';
    if (duration > 0 && duration < 0.05) return Math.max(1, Math.round(duration * 1000)) + SPACE + 'µs';
    return grouped(duration < 9.95 ? duration.toFixed(1) : String(Math.round(duration))) + SPACE + 'ms';
  }

  /** Digits before the point in threes: '12 345.67'. */
  function grouped(text) {
    const [whole, rest] = text.split('.');
    return whole.replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f') + (rest ? '.' + rest : '');
  }

  /** As many digits as tell two of `scale`, up to which a value is uncertain: 206.12 by 90 → '206', 22.53 by 4.3 → '22.5'. */
  function measured(value, scale) {
    if (typeof value !== 'number' || !Number.isFinite(value)) return '–';
    const digits = scale > 0 ? 1 - Math.floor(Math.log10(scale)) : 3;
    return grouped(value.toFixed(Math.max(0, Math.min(9, digits))).replace('-', '−'));
  }

  const seconds = (duration) => Math.max(0, Math.floor(duration / 1000)) + SPACE + 's';

  function withUnit(text, unit) {
    return unit ? text + SPACE + unit : text;
  }

  /** '4.3 to 7.9 cm' */
  function range(input) {
    return withUnit(app.features.ends(input).map((end) => app.features.toText(input, end)).join(' to '), input.unit);
  }

  /** An interval of an accuracy: '88.4 to 99.6 %'. */
  function interval(bounds) {
    if (!bounds) return '';
    return (bounds.low * 100).toFixed(1) + ' to ' + percent(bounds.high);
  }

  const halfOf = (bounds) => (bounds.high - bounds.low) / 2;

  /** An interval of numbers: '116 to 296 points'. */
  const between = (bounds, unit) => withUnit(measured(bounds.low, halfOf(bounds)) + ' to ' + measured(bounds.high, halfOf(bounds)), unit);

  /** How sure that is: '94.3 to 99.3 %, n 150', or '51.5 to 58.1 points, R² 0.49, n 442'. */
  const spread = (found, unit) => (found.rmse === undefined ? interval(found.interval) : between(found.rmse_interval, unit) + ', R² ' + measured(found.r2, 0.1)) + ', n ' + found.n;

  /** How good a model is: an accuracy, '97.8 %', or the root mean squared error in the output's unit, '54.1 points'. */
  const score = (found, unit) => (found.rmse === undefined ? percent(found.accuracy) : withUnit(measured(found.rmse, halfOf(found.rmse_interval)), unit));

  /** 'R² 0.48, n 133, 95 % interval of the error 48.1 to 59.9 points (delta method)' */
  function errorEvidence({ r2, n, rmse_interval }, unit) {
    return 'R² ' + measured(r2, 0.1) + ', n ' + n + ', ' + percent(rmse_interval.level, 0) + ' interval of the error ' + between(rmse_interval, unit) + ' (' + rmse_interval.method + ')';
  }

  /** How that was measured: '44 of 45 right, 95 % interval 88.4 to 99.6 % (Wilson)'. */
  function evidence(score, unit) {
    if (!score) return '';
    if (score.rmse !== undefined) return errorEvidence(score, unit);
    const parts = [Math.round(score.correct * 10) / 10 + ' of ' + score.n + ' right'];
    if (score.interval) {
      parts.push(percent(score.interval.level, 0) + ' interval ' + interval(score.interval) + ' (' + score.interval.method + ')');
    }
    return parts.join(', ');
  }

  /** The time of day of a moment in ms since 1970, in the reader's zone. */
  function clock(at) {
    const time = new Date(at);
    return [time.getHours(), time.getMinutes(), time.getSeconds()].map((n) => String(n).padStart(2, '0')).join(':');
  }

  /** Median of a list of numbers, NaN of none. */
  function median(values) {
    if (!values.length) return NaN;
    const sorted = values.slice().sort((a, b) => a - b);
    const half = Math.floor(sorted.length / 2);
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** 'a', 'a and b', 'a, b and c' */
  function list(words) {
    if (words.length < 2) return words.join('');
    return words.slice(0, -1).join(', ') + ' and ' + words[words.length - 1];
  }

  return { SPACE, percent, probability, ms, seconds, withUnit, measured, range, interval, between, spread, score, evidence, clock, median, list };
}());
