/* Pure: the panel "Batch": which file, which column is which input, how far it is, and what was answered. */
'use strict';

/**
 * @typedef {Object} Job  the asking about one file, as it is shown
 * @property {'running'|'done'|'cancelled'|'stopped'} stage
 * @property {string} model @property {string} title  of the model
 * @property {string} backend  who answered last, '' at first
 * @property {number|null} version
 * @property {number} bytes  of the file, read
 * @property {number} rows @property {number} failed
 * @property {{row: number, column: string, message: string}[]} told  the first that are wrong with rows
 * @property {{number: number, cells: string[], answer: Object|null, why: string}[]} first
 * @property {Object<string, number>} counts  by class
 * @property {{sum: number, min: number, max: number}} values  of a regression
 * @property {Object|null} problem  why it stopped
 */

app.batch = (function () {
  const MOST_COLUMNS = 10000;
  const PREVIEWED = 5;
  const MOST_TOLD = 100;
  const FIRST = 10;
  const NOTHING = Object.freeze({ file: null, reading: false, problem: '', columns: [], preview: [], chosen: {}, job: null });

  const of = (state) => state.batch || NOTHING;
  const change = (state, patch) => ({ ...state, batch: { ...of(state), ...patch } });

  /** What the first records of a file say of it. @param {{records: Object[], problem: string}} found */
  function look({ records, problem }) {
    const columns = records.length ? records[0].cells.map((name) => name.trim()) : [];
    const preview = records.slice(1, 1 + PREVIEWED).map((record) => record.cells);
    if (columns.length > MOST_COLUMNS) return { columns: [], preview: [], problem: 'It has ' + columns.length + ' columns; ' + MOST_COLUMNS + ' are allowed.' };
    if (problem && preview.length < PREVIEWED) return { columns: [], preview: [], problem: 'This file can’t be used: ' + problem + '.' };
    return { columns, preview, problem: preview.length ? '' : 'There are no rows below the names of the columns.' };
  }

  /** For each input of the model on show its column: the chosen one, else the one that is called like it; -1 for none. */
  function places(state) {
    const inputs = app.select.inputs(state);
    const chosen = of(state).chosen[state.model] || {};
    const matched = app.batchRows.matched(inputs, of(state).columns);
    return inputs.map((input, i) => (chosen[input.name] === undefined ? matched[i] : chosen[input.name]));
  }

  /** How much of the mapping is there, in words. */
  function mappingWords(found) {
    const missing = found.filter((place) => place < 0).length;
    if (!missing) return (found.length === 1 ? 'The input has' : 'All ' + found.length + ' inputs have') + ' a column';
    return missing + ' of ' + found.length + ' inputs ' + (missing === 1 ? 'has' : 'have') + ' no column yet: choose';
  }

  const isRunning = (state) => Boolean(of(state).job) && of(state).job.stage === 'running';

  /** Why nothing can be asked now, in words; '' where it can. */
  function hindrance(state) {
    const shown = of(state);
    const there = state.backends.filter((one) => app.select.isAnswering(state, one.id));
    if (!there.length) return 'No backend is there: only a model can answer, and nothing is made up here. Start one with “duet serve”, or ask on the command line, which needs none: duet predict.';
    if (there.every((one) => app.select.champion(state, one.id) === null)) return app.select.task(state).notTrained(there[0].title);
    if (!shown.file || shown.reading || shown.problem || !app.select.detail(state)) return '';
    return places(state).includes(-1) ? 'Each input needs a column of the file.' : '';
  }

  const isReady = (state) => Boolean(of(state).file) && !of(state).reading && !of(state).problem && Boolean(app.select.detail(state)) && !isRunning(state) && !hindrance(state);

  /** @returns {Job} */
  const begun = (state) => ({
    stage: 'running', model: state.model, title: app.select.detail(state).title, output: app.select.output(state), columns: of(state).columns, name: of(state).file.name, size: of(state).file.size,
    backend: '', version: null, bytes: 0, rows: 0, failed: 0, told: [], first: [], counts: {}, values: { sum: 0, min: Infinity, max: -Infinity }, problem: null,
  });

  /** A job with some more rows, and the answers to those that have no problems, in order. */
  function noted(job, rows, answers) {
    const left = answers.slice();
    const counts = { ...job.counts };
    let { sum, min, max } = job.values;
    const first = job.first.slice();
    rows.forEach((row) => {
      const answer = row.problems.length ? null : left.shift();
      if (first.length < FIRST) first.push({ number: row.number, cells: row.cells, answer, why: app.batchRows.why(row) });
      if (!answer) return;
      if (typeof answer.prediction === 'number') {
        sum += answer.prediction;
        min = Math.min(min, answer.prediction);
        max = Math.max(max, answer.prediction);
      } else counts[answer.prediction] = (counts[answer.prediction] || 0) + 1;
    });
    const wrong = rows.filter((row) => row.problems.length);
    const told = job.told.length < MOST_TOLD ? job.told.concat(wrong.flatMap((row) => row.problems.map((one) => ({ row: row.number, ...one })))).slice(0, MOST_TOLD) : job.told;
    return { ...job, rows: job.rows + rows.length, failed: job.failed + wrong.length, told, first, counts, values: { sum, min, max } };
  }

  const many = (count, word) => count.toLocaleString('en') + ' ' + word + (count === 1 ? '' : 's');

  /** How far a job is. */
  function progress(job) {
    const failed = job.failed ? ', ' + job.failed.toLocaleString('en') + ' of them without an answer' : '';
    const words = { running: 'asked so far', done: 'asked', cancelled: 'asked before it was cancelled', stopped: 'asked before it stopped' };
    return many(job.rows, 'row') + ' ' + words[job.stage] + failed;
  }

  /** @returns {{title: string, figures: string[]}[]} classes by count, or what a regression's values are like */
  function summary(job) {
    const { classes, unit } = job.output;
    const answered = job.rows - job.failed;
    if (classes.length) {
      return classes.map((one) => ({ title: one.label, figures: [(job.counts[one.name] || 0).toLocaleString('en'), app.format.percent((job.counts[one.name] || 0) / answered)] }));
    }
    const { sum, min, max } = job.values;
    const shown = (value) => [app.format.withUnit(app.format.measured(value, (max - min) / 100 || Math.abs(value) / 100), unit)];
    return answered ? [{ title: 'Mean', figures: shown(sum / answered) }, { title: 'Smallest', figures: shown(min) }, { title: 'Largest', figures: shown(max) }] : [];
  }

  /** An answer to one row in a table: what, and how sure it is. */
  function cells(job, answer) {
    if (!answer) return ['–', '–'];
    const { classes, unit } = job.output;
    if (classes.length) {
      const index = classes.findIndex((one) => one.name === answer.prediction);
      return [classes[index] ? classes[index].label : answer.prediction, app.format.probability(answer.numbers[index])];
    }
    if (answer.numbers[0] === '') return [app.format.withUnit(app.format.measured(answer.prediction, Math.abs(answer.prediction) / 100), unit), '–'];
    const [low, high] = answer.numbers;
    return [app.format.withUnit(app.format.measured(answer.prediction, (high - low) / 2), unit), app.format.between({ low, high }, unit)];
  }

  const reducers = {
    batch_chosen: (state, event) => change(state, { file: event.file, reading: true, problem: '', columns: [], preview: [], chosen: {}, job: null }),
    batch_read: (state, event) => change(state, { reading: false, ...event.look }),
    batch_mapped: (state, event) => change(state, { chosen: { ...of(state).chosen, [state.model]: { ...of(state).chosen[state.model], [event.name]: event.place } } }),
    batch_told: (state, event) => change(state, { job: event.job }),
    batch_ended: (state, event, say) => say(change(state, { job: event.job }), event, event.job.name + ': ' + progress(event.job) + '.', event.job.stage === 'stopped' ? 'error' : event.job.failed ? 'warn' : 'ok'),
  };

  return { of, look, places, mappingWords, isRunning, hindrance, isReady, begun, noted, progress, summary, cells, many, reducers };
}());
