/* Pure: from the records of a file to rows of a request, and from its answer to the records of the result. */
'use strict';

/**
 * @typedef {Object} Row  a record of the file, with what is to be asked about it
 * @property {number} number     of the record in the file, as a spreadsheet counts
 * @property {string[]} cells    as many as the file has columns
 * @property {Array<number|string|null>} values  one for each input
 * @property {{column: string, message: string}[]} problems  why it is not asked about
 */

app.batchRows = (function () {
  const MISSING = ['', 'na', 'nan', 'null', '?'];
  const MOST = 3.4e38;
  const MOST_TOLD = 10; // categories
  const MOST_SHOWN = 40; // characters of a cell
  const MOST_WARNINGS = 100; // in an answer
  const NO_INTERVAL = ['', '']; // of a model that was never measured
  const PREFIX = 'duet_';

  /** 'Height of tree (m)' and 'height_of_tree_m' are one. */
  const folded = (name) => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

  /** The index of the column of each input: the one of its name, else the only one like it; -1 where there is none. */
  function matched(inputs, columns) {
    const alike = (names, name) => names.reduce((found, one, i) => (folded(one) === folded(name) ? found.concat(i) : found), []);
    const names = inputs.map((input) => input.name);
    return names.map((name) => {
      if (columns.indexOf(name) >= 0) return columns.indexOf(name) === columns.lastIndexOf(name) ? columns.indexOf(name) : -1;
      const found = folded(name) && alike(names, name).length === 1 ? alike(columns, name) : [];
      return found.length === 1 ? found[0] : -1;
    });
  }

  const shown = (cell) => "'" + (cell.length > MOST_SHOWN ? cell.slice(0, MOST_SHOWN) + '…' : cell) + "'";

  /** @returns {{value: number|string|null}|{message: string}} */
  function read(input, cell) {
    const is_category = app.features.isCategory(input);
    const name = is_category && input.categories.includes(cell) ? cell : cell.trim();
    if (is_category && input.categories.includes(name)) return { value: name };
    if (MISSING.includes(name.toLowerCase())) return input.may_be_missing ? { value: null } : { message: 'is missing' };
    if (is_category) return { message: shown(name) + ' is none of its categories (' + input.categories.slice(0, MOST_TOLD).join(', ') + (input.categories.length > MOST_TOLD ? ' ...' : '') + ')' };
    const value = app.features.parseNumber(name);
    return Math.abs(value) <= MOST ? { value } : { message: shown(name) + ' is not a number' };
  }

  /** @param {number[]} places as `matched` gives them, without gaps @returns {Row} */
  function rowOf(record, inputs, places, columns) {
    const width = columns.length;
    if (record.cells.length !== width) {
      const cells = record.cells.concat(Array(Math.max(0, width - record.cells.length)).fill('')).slice(0, width);
      return { number: record.number, cells, values: [], problems: [{ column: '', message: 'has ' + record.cells.length + ' cells; ' + width + ' columns are named' }] };
    }
    const found = inputs.map((input, i) => read(input, record.cells[places[i]]));
    const problems = found.map((one, i) => ({ column: columns[places[i]], message: one.message })).filter((one) => one.message);
    return { number: record.number, cells: record.cells, values: found.map((one) => one.value), problems };
  }

  /** The names of what is added to the columns of the file; all with a prefix where one would stand twice. */
  function added(output, columns) {
    const answers = output.classes.length ? output.classes.map((one) => 'probability_' + one.name) : ['lower', 'upper'];
    let names = ['prediction', ...answers, 'warnings', 'error'];
    while (names.some((name) => columns.includes(name))) names = names.map((name) => PREFIX + name);
    return names;
  }

  /** How many of the rows of a request an answer tells all about: of many warnings it holds the first alone. */
  function complete(body, count) {
    const warned = new Set(body.warnings.map((one) => rowIn(one.path)));
    const is_whole = warned.size === body.rows_with_warnings && body.warnings.length < MOST_WARNINGS;
    return is_whole || !warned.size ? count : Math.max(1, ...warned);
  }

  /** 'rows[3][1]' → 3; -1 where none is named. */
  function rowIn(path) {
    const match = /^rows\[(\d+)\]/.exec(path);
    return match ? Number(match[1]) : -1;
  }

  /** Whether an answer holds what it must for `count` rows. */
  function isAnswer(body, count) {
    if (!body || !Array.isArray(body.predictions) || body.predictions.length !== count || !Array.isArray(body.warnings) || !Number.isInteger(body.version)) return false;
    return body.task === 'regression' ? Array.isArray(body.intervals) : Array.isArray(body.probabilities) && body.probabilities.length === count;
  }

  /** @returns {{prediction: string|number, numbers: number[], warnings: string}[]} of the rows of a request, in order */
  function answers(body) {
    const warnings = body.predictions.map(() => []);
    body.warnings.forEach((one) => { if (warnings[rowIn(one.path)]) warnings[rowIn(one.path)].push((one.feature ? one.feature + ': ' : '') + one.message); });
    const numbers = body.task === 'regression' ? body.intervals : body.probabilities;
    return body.predictions.map((prediction, i) => ({ prediction, numbers: numbers[i] || NO_INTERVAL, warnings: warnings[i].join('; ') }));
  }

  const why = (row) => row.problems.map((one) => (one.column ? one.column + ': ' : '') + one.message).join('; ');

  /** The record of the result. @param {Object} [answer] none where it has problems @param {number} width how many columns are added */
  function result(row, answer, width) {
    const told = answer ? [answer.prediction, ...answer.numbers, answer.warnings, ''].map(String) : Array(width - 1).fill('').concat(why(row));
    return row.cells.concat(told);
  }

  /** Refused by the backend: which rows of the request, and why. @returns {Map<number, {column: string, message: string}[]>} */
  function refused(errors, inputs) {
    const found = new Map();
    errors.forEach((error) => {
      const row = rowIn(error.path);
      if (row < 0) return;
      const cell = /^rows\[\d+\](?:\[(\d+)\]|\.(.*))$/.exec(error.path);
      const name = cell && (cell[2] || (inputs[Number(cell[1])] || {}).name);
      found.set(row, (found.get(row) || []).concat({ column: name || '', message: error.message }));
    });
    return found;
  }

  return { matched, rowOf, added, complete, isAnswer, answers, why, result, refused };
}());
