/* Pure: from strokes and pictures to the rows of an image, and cells of a grid by key. No document. */
'use strict';

app.drawing = (function () {
  /** Pixels a side of what is drawn and sent; the server makes of it what the data set's makers made of paper. */
  const SIDE = 112;
  const INK = 255;
  const FULL = 16; // the most ink in a cell of the data
  const LARGEST_FILE = 20e6; // bytes
  const LARGEST_SIDE = 8192;

  /** @param {Uint8ClampedArray} rgba @param {number} width @returns {number[][]} ink by row, 0 to 255, of what was drawn on nothing */
  function inkRows(rgba, width) {
    return rows(rgba, width, (at) => rgba[at + 3]);
  }

  /** @returns {number[][]} brightness by row (ITU-R BT.601); the server finds out which side of it is ink */
  function lightRows(rgba, width) {
    return rows(rgba, width, (at) => Math.round(0.299 * rgba[at] + 0.587 * rgba[at + 1] + 0.114 * rgba[at + 2]));
  }

  function rows(rgba, width, value) {
    const height = rgba.length / 4 / width;
    return Array.from({ length: height }, (_, y) => Array.from({ length: width }, (__, x) => value(4 * (y * width + x))));
  }

  /** Where an arrow key leads in a grid; -1 for any other key. */
  function moved(index, key, side) {
    const [row, column] = [Math.floor(index / side), index % side];
    const steps = { ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], Home: [row, 0], End: [row, side - 1] };
    if (!steps[key]) return -1;
    const [to, across] = steps[key].map((at) => Math.min(side - 1, Math.max(0, at)));
    return to * side + across;
  }

  /** How a picture fits: never larger than it is, and no side over twice that of a drawing. */
  function fitted(width, height) {
    const scale = Math.min(1, (2 * SIDE) / Math.max(width, height));
    return [width, height].map((side) => Math.max(1, Math.round(side * scale)));
  }

  /** What is wrong with a picture before it is looked at, in words, or ''. */
  function refusal(bytes, width, height) {
    if (bytes > LARGEST_FILE) return 'This file has ' + Math.round(bytes / 1e6) + ' MB; pictures may have 20.';
    if (Math.max(width, height) > LARGEST_SIDE) return 'This picture is ' + width + ' by ' + height + ' pixels; a side may have ' + LARGEST_SIDE + '.';
    return '';
  }

  return { SIDE, INK, FULL, inkRows, lightRows, moved, fitted, refusal };
}());
