'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { load, plain } = require('./load.js');

const { burst, format, messages, platform } = load();
const read = (text) => text.replace(/[\u00a0\u202f]/g, ' ');

test('percentages keep one digit and say so when there is nothing', () => {
  assert.equal(read(format.percent(0.97777)), '97.8 %');
  assert.equal(read(format.percent(0.95, 0)), '95 %');
  assert.equal(format.percent(undefined), '–');
  assert.equal(format.percent(NaN), '–');
});

test('a probability never rounds to certainty', () => {
  assert.equal(read(format.probability(0.00001)), '< 0.1 %');
  assert.equal(read(format.probability(0.99999)), '> 99.9 %');
  assert.equal(read(format.probability(0)), '0.0 %');
  assert.equal(read(format.probability(1)), '100.0 %');
  assert.equal(read(format.probability(0.947)), '94.7 %');
  assert.equal(format.probability('<b>'), '–');
});

test('times are milliseconds with sensible digits', () => {
  assert.equal(read(format.ms(1.84)), '1.8 ms');
  assert.equal(read(format.ms(0.0032)), '3 µs');
  assert.equal(read(format.ms(0.0002)), '1 µs');
  assert.equal(read(format.ms(9.97)), '10 ms');
  assert.equal(read(format.ms(1234.5)), '1 235 ms');
  assert.equal(format.ms(NaN), '–');
  assert.equal(read(format.seconds(3999)), '3 s');
});

test('an accuracy comes with n and its interval', () => {
  const score = { correct: 44, n: 45, interval: { low: 0.8843, high: 0.9961, level: 0.95, method: 'Wilson' } };
  assert.equal(read(format.evidence(score)), '44 of 45 right, 95 % interval 88.4 to 99.6 % (Wilson)');
  assert.equal(read(format.evidence({ correct: 146.85, n: 150 })), '146.9 of 150 right');
  assert.equal(format.evidence(undefined), '');
});

test('the platform is the last product of the Server header', () => {
  assert.equal(platform('Duet/0.1.0 Flask/3.1.3'), 'Flask 3.1.3');
  assert.equal(platform('nginx'), '');
  assert.equal(platform(''), '');
});

test('median, lists and axis ticks', () => {
  assert.equal(format.median([3, 1, 2]), 2);
  assert.equal(format.median([4, 1, 2, 3]), 2.5);
  assert.ok(Number.isNaN(format.median([])));
  assert.equal(format.list(['a']), 'a');
  assert.equal(format.list(['a', 'b', 'c']), 'a, b and c');
  assert.deepEqual(plain(burst.ticks(2100, 5)), [0, 500, 1000, 1500, 2000]);
  assert.deepEqual(plain(burst.ticks(10, 5)), [0, 2, 4, 6, 8, 10]);
});

test('the words of the status pane are the agreed ones', () => {
  assert.equal(messages.changed('Klein'), 'Changed back-end server to Klein.');
  assert.equal(messages.sending('http://h:1/classify'), 'Sending request to the server at http://h:1/classify');
  assert.equal(messages.processing('Flask'), 'Status: 200 (OK), processing prediction from Flask model.');
  assert.equal(messages.RANDOM, 'Status: 0 (no response from the server), returning random prediction.');
  assert.equal(messages.TRAINING, 'The model is now training.');
  assert.equal(messages.MOCK_TRAINING, 'The model is now training (mock-up because server is down).');
  assert.equal(messages.done('Klein'), 'Done! Updated Klein test accuracy above.');
});

test('numbers have the digits that their uncertainty leaves them', () => {
  const cases = [[206.117, 90, '206'], [22.531, 4.3, '22.5'], [-0.01234, 0.002, '−0.0123'], [452612, 61000, '452\u202f612'], [NaN, 1, '–'], [7, 0, '7.000']];
  cases.forEach(([value, scale, text]) => assert.equal(format.measured(value, scale), text));
});

test('an error is told with its unit, interval and n, an accuracy as it was', () => {
  const score = { rmse: 54.87, r2: 0.4931, n: 442, rmse_interval: { low: 51.5, high: 58.1, level: 0.95, method: 'delta method over rows' } };
  assert.equal(read(format.score(score, 'points')), '54.9 points');
  assert.equal(read(format.score({ accuracy: 0.98 })), '98.0 %');
  assert.equal(read(format.evidence(score, 'points')), 'R² 0.49, n 442, 95 % interval of the error 51.5 to 58.1 points (delta method over rows)');
  assert.equal(read(format.spread(score, 'points')), '51.5 to 58.1 points, R² 0.49, n 442');
});
