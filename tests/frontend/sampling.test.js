'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { load } = require('./load.js');

const { sampling } = load();
const draw = (count, make) => Array.from({ length: count }, make);

test('a seeded source repeats itself and stays below one', () => {
  const [a, b] = [sampling.seeded(3), sampling.seeded(3)];
  const first = draw(100, a);
  assert.deepEqual(first, draw(100, b));
  assert.ok(first.every((value) => value >= 0 && value < 1));
  assert.notDeepEqual(first, draw(100, sampling.seeded(4)));
});

test('every class is equally likely', () => {
  const random = sampling.seeded(1);
  const counts = [0, 0, 0];
  draw(30000, () => { counts[sampling.classIndex(3, random)] += 1; });
  // Four standard deviations of a binomial with n = 30,000 and p = 1/3 are 327.
  counts.forEach((count) => assert.ok(Math.abs(count - 10000) < 327, counts.join()));
});

test('a mock accuracy is a whole number from 90 to 99, both ends included', () => {
  const random = sampling.seeded(2);
  const seen = new Set(draw(2000, () => sampling.accuracy(random)));
  assert.deepEqual(Array.from(seen).sort((a, b) => a - b), [90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
  assert.equal(sampling.whole(90, 99, () => 0.9999999999999999), 99);
  assert.equal(sampling.whole(90, 99, () => 0), 90);
});
