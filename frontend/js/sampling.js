/* Pure: what the page makes up when no backend answers. Always labelled as random by those who show it. */
'use strict';

app.sampling = (function () {
  /** A repeatable source of numbers in [0, 1) for tests (Mulberry32). */
  function seeded(seed) {
    let state = seed >>> 0;
    return function random() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
  }

  /** A whole number from `low` to `high`, both included, each as likely as any other. */
  function whole(low, high, random) {
    return low + Math.min(high - low, Math.floor(random() * (high - low + 1)));
  }

  /** The index of a class, each with equal probability. */
  const classIndex = (count, random) => whole(0, count - 1, random);

  /** A made-up test accuracy in percent. */
  const accuracy = (random) => whole(90, 99, random);

  return { seeded, whole, classIndex, accuracy };
}());
