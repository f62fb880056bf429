/* Pure: whether two backends give the same answer to the same rows. */
'use strict';

/**
 * @typedef {Object} Told  what an answer says
 * @property {number} version
 * @property {string[]} classes   one a row
 * @property {string[]} numbers   the probabilities of each row, as JSON
 */

app.agreement = (function () {
  const initial = () => ({ same: 0, apart: 0, differs: 0, first: '' });

  /** @param {Object|null} body of an answer to /classify or /predict @returns {Told} */
  function told(body) {
    const given = body || {};
    const many = Array.isArray(given.predictions);
    const numbers = many ? given.probabilities || [] : [given.probabilities];
    return { version: given.version, classes: many ? given.predictions : [given.label], numbers: numbers.map((one) => String(JSON.stringify(one))) };
  }

  /**
   * The same version owes the same probabilities, to the last bit, and any two the same class. While something trains,
   * backends change to the new version one after the other: then different versions owe each other nothing.
   * @returns {{verdict: 'same'|'apart'|'differs', at?: number}} apart: by different versions; at: the first row that differs
   */
  function judge(a, b, is_training) {
    const apart = a.version !== b.version;
    if (apart && is_training) return { verdict: 'apart' };
    const longer = a.classes.length < b.classes.length ? b : a;
    const at = longer.classes.findIndex((_, i) => a.classes[i] !== b.classes[i] || (!apart && a.numbers[i] !== b.numbers[i]));
    if (at >= 0) return { verdict: 'differs', at };
    return { verdict: apart ? 'apart' : 'same' };
  }

  const rowWords = (inputs, row) => inputs.map((input, i) => input.title + ' ' + app.format.withUnit(app.features.toText(input, row[i]), input.unit)).join(', ');

  /** @param {{title: string, told: Told}[]} two */
  function words(two, at, row, inputs) {
    const [a, b] = two.map((one) => one.told);
    const same_class = a.classes[at] === b.classes[at];
    const said = two.map((one) => one.title + ' (version ' + one.told.version + ') says ' + (one.told.classes[at] || 'no class') + (same_class ? ' ' + one.told.numbers[at] : ''));
    return app.format.list(said) + ' for the row ' + rowWords(inputs, row) + '.';
  }

  /** Adds a pair of answers to the tally. */
  function add(tally, two, question, inputs, is_training) {
    const found = judge(two[0].told, two[1].told, is_training);
    const first = tally.first || (found.verdict === 'differs' ? words(two, found.at, question.rows[found.at] || [], inputs) : '');
    return { ...tally, [found.verdict]: tally[found.verdict] + 1, first };
  }

  /** The lamp, in words. */
  function summary(tally) {
    const pairs = tally.same + tally.apart + tally.differs;
    if (!pairs) return 'No two answers to the same row yet.';
    const apart = tally.apart ? '; ' + tally.apart + ' by different versions' : '';
    return tally.differs ? tally.differs + ' of ' + pairs + ' pairs of answers disagree' + apart + '.' : pairs + ' pairs of answers, none disagrees' + apart + '.';
  }

  return { initial, told, judge, add, summary };
}());
