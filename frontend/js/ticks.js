/* Pure: round values inside an axis. */
'use strict';

/** About five values from `low` to `high`, each a multiple of 1, 2 or 5 times a power of ten. @returns {number[]} */
app.ticks = function ticks(low, high) {
  const power = Math.pow(10, Math.floor(Math.log10((high - low) / 4)));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= (high - low) / 5);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(6)));
};
