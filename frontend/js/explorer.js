/* Pure: what images were taken for by estimators that had not seen them: a batch, its mistakes, and the one that is looked at. */
'use strict';

/**
 * @typedef {Object} Batch  as GET /models/<name>/versions/<number>/held-out answers
 * @property {{row: number, inputs: number[], label: string, predicted: string, probabilities: number[]}[]} rows
 * @property {string[]} classes  in the order of the probabilities
 */

app.explorer = (function () {
  const { format } = app;
  const ANY = -1;
  const SIZES = Object.freeze([100, 200, 300]);
  const NOTHING = Object.freeze({ chosen: ANY, size: 300, seed: 0, batch: null, problem: null, busy: false, picked: 0, table_open: false });

  const of = (state) => state.explorer || NOTHING;

  /** The batch of the model on show; null while it is on its way. */
  const batch = (state) => (of(state).batch && of(state).batch.model === state.model ? of(state).batch : null);

  const isBatch = (body) => Boolean(body) && Array.isArray(body.rows) && Array.isArray(body.classes) && Boolean(body.interval);

  /** What is asked for: `chosen` is the index of a class, or ANY. */
  function query(state) {
    const { chosen, size, seed } = of(state);
    const classes = app.select.classes(state);
    return '?' + new URLSearchParams({ n: size, seed, ...(classes[chosen] ? { class: classes[chosen].name } : {}) }).toString();
  }

  const chosenWords = (state) => (app.select.classes(state)[of(state).chosen] || { label: 'any' }).label;

  const isWrong = (row) => row.label !== row.predicted;
  const wrong = (found) => found.rows.filter(isWrong);

  /** How often a wrong answer was each class, and what the images really were. @returns {{name: string, count: number, labels: string[]}[]} */
  const mistakes = (found) => found.classes.map((name) => {
    const labels = wrong(found).filter((row) => row.predicted === name).map((row) => row.label);
    return { name, count: labels.length, labels };
  });

  const share = (row, classes) => row.probabilities[classes.indexOf(row.predicted)];

  /** '297 of 300 right, 99.0 %, 95 % interval 97.1 to 99.7 % (Wilson)' */
  const rightWords = (found) => format.percent(found.correct / found.n) + ': ' + format.evidence({ correct: found.correct, n: found.n, interval: found.interval });

  const wrongWords = (found) => found.n - found.correct + ' of ' + found.n + ' wrong';

  const howMany = (found) => (found.n < found.available ? found.n + ' of the ' + found.available : 'all ' + found.available) + ' that were kept';

  /** Where a key leads in a list of `count`; -1 where it leads nowhere. */
  function moved(at, key, count) {
    const steps = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: count - 1 };
    return key in steps ? (steps[key] + count) % count : -1;
  }

  const change = (state, patch) => ({ ...state, explorer: { ...of(state), ...patch } });

  const reducers = {
    explorer_wished: (state, event) => change(state, event.wish),
    explorer_asked: (state) => change(state, { busy: true }),
    explorer_answered: (state, event) => change(state, { busy: false, problem: null, batch: event.batch, picked: 0 }),
    explorer_refused: (state, event) => change(state, { busy: false, batch: null, problem: { backend: event.backend, problem: event.problem } }),
  };

  return { ANY, SIZES, of, batch, isBatch, query, chosenWords, wrong, mistakes, share, rightWords, wrongWords, howMany, moved, reducers };
}());
