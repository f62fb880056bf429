'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { load } = require('./load.js');

const app = load();
const { drawing } = app;

test('ink is what covers the paper, and brightness what a picture has', () => {
  const rgba = Uint8ClampedArray.from([0, 0, 0, 255, 9, 9, 9, 0, 255, 0, 0, 255, 255, 255, 255, 128]);
  assert.deepEqual(JSON.parse(JSON.stringify(drawing.inkRows(rgba, 2))), [[255, 0], [255, 128]]);
  assert.deepEqual(JSON.parse(JSON.stringify(drawing.lightRows(rgba, 2))), [[0, 9], [76, 255]]);
});

test('arrows lead from cell to cell and stop at the edge', () => {
  assert.equal(drawing.moved(0, 'ArrowRight', 8), 1);
  assert.equal(drawing.moved(0, 'ArrowLeft', 8), 0);
  assert.equal(drawing.moved(0, 'ArrowUp', 8), 0);
  assert.equal(drawing.moved(9, 'ArrowUp', 8), 1);
  assert.equal(drawing.moved(63, 'ArrowDown', 8), 63);
  assert.equal(drawing.moved(63, 'ArrowRight', 8), 63);
  assert.equal(drawing.moved(12, 'Home', 8), 8);
  assert.equal(drawing.moved(12, 'End', 8), 15);
  assert.equal(drawing.moved(12, 'a', 8), -1);
});

test('large pictures shrink, small ones stay, and none loses a side', () => {
  assert.deepEqual([...drawing.fitted(4000, 2000)], [224, 112]);
  assert.deepEqual([...drawing.fitted(28, 28)], [28, 28]);
  assert.deepEqual([...drawing.fitted(4000, 1)], [224, 1]);
});

test('what is too large is refused in words', () => {
  assert.equal(drawing.refusal(1000, 28, 28), '');
  assert.match(drawing.refusal(21e6, 28, 28), /21 MB/);
  assert.match(drawing.refusal(1000, 28, 9000), /28 by 9000 pixels/);
});
