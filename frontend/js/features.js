/* Pure: from a model's signature to fields, and from what was typed to numbers or problems. */
'use strict';

/**
 * @typedef {Object} Input  one input of a model's signature
 * @property {string} name
 * @property {string} title
 * @property {string} unit
 * @property {number|null} minimum  smallest value seen in training; null: nobody knows
 * @property {number|null} maximum
 * @property {number} step
 * @property {number} example
 * @property {string} [role]   what it measures, for models that can be drawn
 * @property {string[]} [categories]     names that it is one of; in rows of the data, by index
 * @property {boolean} [may_be_missing]  whether its field may stay blank
 */

app.features = (function () {
  // Number() would also take '0x1f', '' and 'Infinity', and parseFloat '5abc'.
  const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

  /** @param {string} text @returns {number} NaN when it is not a finite decimal number */
  function parseNumber(text) {
    const trimmed = String(text).trim();
    const value = NUMBER.test(trimmed) ? Number(trimmed) : NaN;
    return Number.isFinite(value) ? value : NaN;
  }

  const isBlank = (text) => String(text === undefined ? '' : text).trim() === '';

  const isCategory = (input) => Boolean(input.categories && input.categories.length);

  const hasRange = (input) => typeof input.minimum === 'number';

  /** Whether the inputs are an image's cells, which are drawn and not typed. */
  const isImage = (inputs) => inputs.length > 0 && inputs.every((input) => input.role === 'pixel');

  /** Whether they are too many to be typed. */
  const areMany = (inputs) => inputs.length > 64;

  /** What is sent for a text: a number, the name of a category, null for what is missing; NaN when it is none. */
  function valueOf(input, text) {
    if (input.may_be_missing && isBlank(text)) return null;
    if (isCategory(input)) return input.categories.includes(text) ? text : NaN;
    return parseNumber(text);
  }

  /**
   * @param {Input[]} inputs
   * @param {Object<string, string>} texts
   * @returns {{values: Array<number|string|null>, blank: string[], not_numeric: string[]}} values hold NaN for problems
   */
  function read(inputs, texts) {
    const values = inputs.map((input) => valueOf(input, texts[input.name]));
    const blank = inputs.filter((input, i) => Number.isNaN(values[i]) && isBlank(texts[input.name])).map((input) => input.name);
    const not_numeric = inputs.filter((input, i) => Number.isNaN(values[i]) && !blank.includes(input.name))
      .map((input) => input.name);
    return { values, blank, not_numeric };
  }

  /**
   * What stops a request, checked in the order that people meet it: model, text, gaps.
   * @param {string[]} untrained titles of the asked backends that have no model yet
   * @param {{blank: string[], not_numeric: string[]}} reading
   * @param {function(string): string} [notTrained] says so of one of them
   * @returns {{message: string, names: string[]}|null}
   */
  function check(untrained, reading, notTrained) {
    if (untrained.length) return { message: (notTrained || app.messages.notTrained)(untrained[0]), names: [] };
    if (reading.not_numeric.length) return { message: app.messages.NOT_NUMERIC, names: reading.not_numeric };
    if (reading.blank.length) return { message: app.messages.BLANK, names: reading.blank };
    return null;
  }

  /** Digits after the point that a step asks for: 0.1 → 1, 1 → 0. */
  function decimals(step) {
    const text = String(step);
    if (/e-/.test(text)) return Number(text.split('e-')[1]);
    return text.includes('.') ? text.split('.')[1].length : 0;
  }

  /** A value of a slider or an example row, as the number field shows it. */
  function toText(input, value) {
    if (value === null) return '';
    if (isCategory(input)) return typeof value === 'string' ? value : input.categories[value];
    const digits = decimals(input.step);
    const rounded = Number(value).toFixed(digits);
    return Number(rounded) === Number(value) ? rounded : String(value);
  }

  /** The range as it is shown: where data have more than 6 digits, rounded inwards as the step asks for. */
  function ends(input) {
    const power = 10 ** decimals(input.step);
    const range = [input.minimum, input.maximum];
    const [low, high] = [Math.ceil(input.minimum * power - 1e-6) / power, Math.floor(input.maximum * power + 1e-6) / power];
    return low >= high || range.every((end) => Number(end.toPrecision(6)) === end) ? range : [low, high];
  }

  /** @returns {Object<string, string>} the values that stand in the form at arrival */
  function exampleTexts(inputs) {
    return Object.fromEntries(inputs.map((input) => [input.name, toText(input, input.example)]));
  }

  /** @returns {Object<string, string>} */
  function rowTexts(inputs, row) {
    return Object.fromEntries(inputs.map((input, i) => [input.name, toText(input, row[i])]));
  }

  /** Where the slider stands: inside its range, in the middle while the text is no number. */
  function sliderValue(input, text) {
    const value = parseNumber(text);
    if (Number.isNaN(value)) return (input.minimum + input.maximum) / 2;
    return Math.min(input.maximum, Math.max(input.minimum, value));
  }

  /** Beyond what the model has seen: allowed, and worth a word. */
  function isOutside(input, text) {
    const value = parseNumber(text);
    return hasRange(input) && !isCategory(input) && !Number.isNaN(value) && (value < input.minimum || value > input.maximum);
  }

  /** The index of the input that a problem's path points at: 'data[2]' and 'rows[0][2]' → 2, others → -1. */
  function indexOfPath(path) {
    const match = /^(?:data|rows\[0\])\[(\d+)\]$/.exec(String(path));
    return match ? Number(match[1]) : -1;
  }

  return { parseNumber, isCategory, hasRange, isImage, areMany, read, check, decimals, toText, ends, exampleTexts, rowTexts, sliderValue, isOutside, indexOfPath };
}());
