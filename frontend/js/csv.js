/* Pure: reads and writes CSV (RFC 4180; semicolons and tabs are read as well), piece by piece. */
'use strict';

app.csv = (function () {
  const DELIMITERS = [',', ';', '\t'];
  const MOST_OF_RECORD = 1000000; // characters
  const [CR, LF] = [13, 10];
  /** OWASP, "CSV Injection"; -1.5 is a number and not a formula. */
  const FORMULA = /^(?![+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$)[=+\-@\t\r\n]/i;

  /** What stands most often between the quoted parts of the first line. */
  function delimiterOf(line) {
    const outside = line.split('"').filter((_, i) => i % 2 === 0).join('');
    const count = (one) => outside.split(one).length;
    return DELIMITERS.reduce((best, one) => (count(one) > count(best) ? one : best));
  }

  const INCOMPLETE = null; // more text has to come first

  /** A cell without quotation marks. @returns {{cell: string, at: number}|null} `at`: behind it */
  function bareCell(text, at, delimiter, is_last) {
    const stop = delimiter.charCodeAt(0);
    let end = at;
    for (let code = text.charCodeAt(end); end < text.length && code !== stop && code !== LF && code !== CR; code = text.charCodeAt(end)) end += 1;
    return end === text.length && !is_last ? INCOMPLETE : { cell: text.slice(at, end), at: end };
  }

  /** A cell within quotation marks, of which two stand for one. */
  function quotedCell(text, at, is_last) {
    let cell = '';
    for (let from = at + 1; ;) {
      const quote = text.indexOf('"', from);
      if (quote < 0 && is_last) throw new Error('a quotation mark lacks its partner');
      if (quote < 0 || (quote + 1 === text.length && !is_last)) return INCOMPLETE;
      cell += text.slice(from, quote);
      if (text[quote + 1] !== '"') return { cell, at: quote + 1 };
      cell += '"';
      from = quote + 2;
    }
  }

  function refuseLong(length) {
    if (length > MOST_OF_RECORD) throw new Error('is longer than ' + MOST_OF_RECORD + ' characters; does a quotation mark lack its partner?');
  }

  /** The record that begins at `start`. @returns {{cells: string[], at: number}|null} */
  function recordAt(text, start, delimiter, is_last) {
    const cells = [];
    for (let at = start; ;) {
      const found = text[at] === '"' ? quotedCell(text, at, is_last) : bareCell(text, at, delimiter, is_last);
      if (found === INCOMPLETE) return INCOMPLETE;
      cells.push(found.cell);
      at = found.at;
      if (at === text.length) return { cells, at };
      if (text[at] === delimiter) { at += 1; continue; }
      if (text[at] === '\n') return { cells, at: at + 1 };
      if (text[at] !== '\r') throw new Error('more text stands behind a quotation mark that ends a cell');
      if (at + 1 === text.length && !is_last) return INCOMPLETE;
      return { cells, at: at + (text[at + 1] === '\n' ? 2 : 1) };
    }
  }

  /**
   * Reads a text that comes in pieces.
   * @returns {function(string, boolean): {records: {number: number, cells: string[]}[], problem: string}} takes a piece
   *   and whether it is the last; blank lines are counted and left out; behind a problem nothing is read
   */
  function reader() {
    let rest = '';
    let delimiter = '';
    let number = 0;

    /** The part of `text` before its last record, which may go on in the next piece. */
    function take(text, is_last, records) {
      let at = 0;
      while (at < text.length) {
        const found = recordAt(text, at, delimiter, is_last);
        if (found === INCOMPLETE) break;
        refuseLong(found.at - at);
        number += 1;
        if (found.cells.length > 1 || !/^[\r\n]/.test(text.slice(at, at + 1))) records.push({ number, cells: found.cells });
        at = found.at;
      }
      refuseLong(text.length - at);
      return text.slice(at);
    }

    return function read(piece, is_last) {
      const records = [];
      const problem = (words) => ({ records, problem: 'row ' + (number + 1) + ': ' + words });
      if (piece.includes('\0')) return problem('holds a NUL character; save the file as CSV in UTF-8');
      const text = delimiter ? rest + piece : (rest + piece).replace(/^\ufeff/, '');
      rest = text;
      if (!delimiter && !is_last && !/[\r\n]/.test(text) && text.length <= MOST_OF_RECORD) return { records, problem: '' };
      delimiter = delimiter || delimiterOf(text.split(/[\r\n]/, 1)[0]);
      try {
        rest = take(text, is_last, records);
        return { records, problem: '' };
      } catch (error) { return problem(error.message); }
    };
  }

  /** With an apostrophe in front where a spreadsheet might take it for a formula. */
  const guarded = (cell) => (FORMULA.test(cell) ? "'" + cell : cell);

  const quoted = (cell) => (/[",\r\n]/.test(cell) ? '"' + cell.replace(/"/g, '""') + '"' : cell);

  /** @param {string[]} cells */
  const line = (cells) => cells.map((cell) => quoted(guarded(cell))).join(',') + '\r\n';

  return { reader, guarded, line };
}());
