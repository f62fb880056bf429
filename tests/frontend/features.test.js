'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { load, plain, DETAIL } = require('./load.js');

const app = load();
const inputs = DETAIL.signature.inputs;

test('only whole decimal numbers are numeric', () => {
  const cases = { 5: 5, ' 5.1 ': 5.1, '-3': -3, '+.5': 0.5, '5.': 5, '1e2': 100 };
  Object.entries(cases).forEach(([text, value]) => assert.equal(app.features.parseNumber(text), value, text));
  ['5abc', 'abc', '', ' ', '5,1', '0x1f', 'Infinity', 'NaN', '1e999', '5 1', '--5', '.', 'e5', 'null', 'true', '٥']
    .forEach((text) => assert.ok(Number.isNaN(app.features.parseNumber(text)), text));
});

test('a blank field is blank and not "not numeric"', () => {
  const read = app.features.read(inputs, { depth_m: '  ', count: '5abc' });
  assert.deepEqual(plain(read.blank), ['depth_m']);
  assert.deepEqual(plain(read.not_numeric), ['count']);
  assert.deepEqual(plain(app.features.read(inputs, {}).blank), ['depth_m', 'count']);
});

test('checks come in order: not trained, not numeric, blank', () => {
  const both = app.features.read(inputs, { depth_m: '', count: '5abc' });
  assert.equal(app.features.check(['Flask'], both).message, 'Flask test accuracy is 0%, please train the model first.');
  assert.deepEqual(plain(app.features.check([], both)), { message: 'Please enter integer/float values.', names: ['count'] });
  const blank = app.features.read(inputs, { depth_m: '', count: '5' });
  assert.deepEqual(plain(app.features.check([], blank)), { message: 'Please do not leave a blank field.', names: ['depth_m'] });
  assert.equal(app.features.check([], app.features.read(inputs, { depth_m: '1', count: '5' })), null);
});

test('values are written with the digits of their step', () => {
  assert.equal(app.features.toText(inputs[0], 2), '2.0');
  assert.equal(app.features.toText(inputs[1], 4), '4');
  assert.equal(app.features.toText(inputs[0], 2.123), '2.123', 'nothing is rounded away');
  assert.equal(app.features.decimals(1e-7), 7);
  assert.deepEqual(plain(app.features.exampleTexts(inputs)), { depth_m: '2.0', count: '4' });
  assert.deepEqual(plain(app.features.rowTexts(inputs, [7.5, 1])), { depth_m: '7.5', count: '1' });
});

test('a slider stays inside its range, and what is outside is told', () => {
  assert.equal(app.features.sliderValue(inputs[0], '99'), 9);
  assert.equal(app.features.sliderValue(inputs[0], '-1'), 1);
  assert.equal(app.features.sliderValue(inputs[0], 'abc'), 5);
  assert.equal(app.features.isOutside(inputs[0], '9.5'), true);
  assert.equal(app.features.isOutside(inputs[0], '9'), false);
  assert.equal(app.features.isOutside(inputs[0], 'abc'), false);
});

test('a problem path points at its input', () => {
  assert.equal(app.features.indexOfPath('data[2]'), 2);
  ['data', 'data[x]', 'data[2].y', '', undefined].forEach((path) => assert.equal(app.features.indexOfPath(path), -1));
});

test('categories are sent by their names, and what may be missing as null', () => {
  const app = load('features');
  const inputs = [
    { name: 'city', categories: ['Berlin', 'Bonn'], may_be_missing: true },
    { name: 'age', step: 1, minimum: 0, maximum: 90, may_be_missing: true },
    { name: 'kind', categories: ['flat', 'house'] },
    { name: 'rooms', step: 1, minimum: 1, maximum: 5 },
  ];
  const reading = app.features.read(inputs, { city: 'Bonn', age: '', kind: 'flat', rooms: '3' });
  assert.deepEqual([...reading.values], ['Bonn', null, 'flat', 3]);
  assert.deepEqual([reading.blank.length, reading.not_numeric.length], [0, 0]);
  const wrong = app.features.read(inputs, { city: 'Paris', age: 'x', kind: '', rooms: '' });
  assert.deepEqual([...wrong.not_numeric], ['city', 'age']);
  assert.deepEqual([...wrong.blank], ['kind', 'rooms']);
  assert.deepEqual({ ...app.features.rowTexts(inputs, ['Bonn', null, 1, 3]) }, { city: 'Bonn', age: '', kind: 'house', rooms: '3' });
});

test('nothing is outside a range that nobody knows', () => {
  const unknown = { ...inputs[0], minimum: null, maximum: null };
  assert.ok(!app.features.hasRange(unknown));
  ['-1e9', '1e9'].forEach((text) => assert.ok(!app.features.isOutside(unknown, text)));
  assert.ok(app.features.isOutside(inputs[0], '1e9'));
});

test('what has more inputs than anybody types has no fields', () => {
  const many = (count) => Array.from({ length: count }, (_, i) => ({ ...inputs[0], name: 'x' + i }));
  assert.deepEqual([app.features.areMany(many(64)), app.features.areMany(many(65))], [false, true]);
});

test('the ends of a range have the digits of the step, and lie within it', () => {
  const ends = (minimum, maximum, step) => plain(app.features.ends({ minimum, maximum, step }));
  assert.deepEqual(ends(-2.3982321234567, 3.0660361234567, 0.01), [-2.39, 3.06]);
  assert.deepEqual(ends(4.3, 7.9, 0.1), [4.3, 7.9]);
  assert.deepEqual(ends(62, 101.33, 1), [62, 101.33]);
  assert.deepEqual(ends(0.001, 0.004, 0.01), [0.001, 0.004]);
  assert.equal(app.format.range({ minimum: -2.3982321234567, maximum: 3.0660361234567, step: 0.01, unit: 'm', categories: [] }), '-2.39 to 3.06\u00a0m');
});
