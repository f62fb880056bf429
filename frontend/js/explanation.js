/* Pure: why an answer is what it is, and what a version rests on, in words and figures. */
'use strict';

/**
 * @typedef {Object} Asked  an answer whose explanation is on show or on its way, by slot
 * @property {string} key      of the answer; another one is another question
 * @property {string} backend  who is asked
 * @property {Object} [found]  the explanation; the one before stays until a new one is there
 * @property {Object} [problem]
 */

app.explanation = (function () {
  const { format, select } = app;
  const MOST_BARS = 12;
  const NOTHING = Object.freeze({ slots: {}, table: false, importance: null, importance_table: false });

  const of = (state) => state.explanation || NOTHING;
  const change = (state, patch) => ({ ...state, explanation: { ...of(state), ...patch } });

  /** What a slot's answer is called, where it can be explained: nothing made up, no error. */
  function key(state, slot) {
    const answer = state.answers[slot];
    if (state.sample || !answer || answer.kind !== 'prediction') return '';
    return [state.model, answer.backend, answer.seq].join(' ');
  }

  /** The request for the explanation of an answer: the same again, of the version that gave it. */
  function request(state, slot) {
    const answer = state.answers[slot];
    const { path, body } = select.task(state).request(state.model, answer.data);
    return { path, body: { ...body, version: answer.body.version, explain: true } };
  }

  const fromBody = (body) => body && (body.explanation || (Array.isArray(body.explanations) && body.explanations[0]));
  const isShapley = (found) => Array.isArray(found.contributions);
  const isExplanation = (found) => Boolean(found) && (isShapley(found) || Array.isArray(found.map));

  /** Why there is nothing to show for a slot, in words; '' where there is. */
  function why(state, slot) {
    if (key(state, slot)) return '';
    if (state.sample) return 'The answer above is made up, so that there is nothing to explain. Start a backend for a real one.';
    const answer = state.answers[slot];
    if (answer && answer.kind === 'error') return 'There is an error above and no answer to explain.';
    if (select.allDown(state)) return 'Explanations come from a backend, and none answers.';
    if (select.champion(state, slot) === null) return 'There is no trained model yet: press Train first.';
    return 'As soon as there is an answer above, it is explained here.';
  }

  const isNumber = (state) => select.classes(state).length === 0;

  /** An answer, or a part of one, as the answer is told: '33.0 %' or '151 points'. */
  function amount(state, value) {
    if (!isNumber(state)) return format.percent(value);
    const output = select.output(state);
    return format.withUnit(format.measured(value, (output.maximum - output.minimum) / 100), output.unit);
  }

  const signed = (state, value) => (value < 0 ? '−' : '+') + amount(state, Math.abs(value));

  /** 'Petal length 4.7 cm' */
  function cause(state, one) {
    const input = select.inputs(state).find((each) => each.name === one.feature);
    if (!input) return one.feature;
    const value = one.value === null ? 'missing' : format.withUnit(app.features.toText(input, one.value), input.unit);
    return input.title + ' ' + value;
  }

  /** 'pushes towards clay by 12.0 %' */
  function push(state, found, one) {
    const by = ' by ' + amount(state, Math.abs(one.contribution));
    if (isNumber(state)) return (one.contribution < 0 ? 'lowers the value' : 'raises the value') + by;
    return (one.contribution < 0 ? 'pushes away from ' : 'pushes towards ') + found.output + by;
  }

  /** The strongest first; the weakest of many together. @returns {{title: string, contribution: number, label: string, words: string}[]} */
  function bars(state, found) {
    const sorted = found.contributions.slice().sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
    const shown = sorted.length > MOST_BARS ? sorted.slice(0, MOST_BARS - 1) : sorted;
    const rest = sorted.slice(shown.length);
    const rows = shown.map((one) => ({ title: cause(state, one), one }));
    if (rest.length) rows.push({ title: 'the ' + rest.length + ' others', one: { contribution: rest.reduce((sum, each) => sum + each.contribution, 0) } });
    return rows.map(({ title, one }) => ({ title, contribution: one.contribution, label: signed(state, one.contribution), words: push(state, found, one) }));
  }

  /** What the contributions start from and where they lead. */
  function sentence(state, found) {
    const what = isNumber(state) ? 'value' : 'probability of ' + found.output;
    const end = isNumber(state) ? amount(state, found.prediction) : format.probability(found.prediction);
    const total = signed(state, found.prediction - found.base) + (isNumber(state) ? '' : ' (in percentage points)');
    return 'On average over ' + found.n_background + ' rows of the training data the ' + what + ' is ' + amount(state, found.base) + '. These values make it ' + end + ', which is the sum of that and of all bars: ' + total + '.';
  }

  /** How it was computed. */
  function method(state, found) {
    const shares = 'Shapley values: what each input adds, averaged over every order in which the inputs could become known. They add up to the answer, and tell what the model does with these values, not what causes what.';
    if (!found.permutations) return shares;
    const error = Math.max(...found.contributions.map((one) => one.standard_error));
    return shares + ' Of the orders, ' + found.permutations + ' were drawn at random' + (error > 1e-9 ? '; the largest standard error is ' + (isNumber(state) ? format.withUnit(format.measured(error, error), select.output(state).unit) : format.percent(error, 2)) : '') + '.';
  }

  /** @returns {string[][]} input, contribution, standard error; in the order of the inputs */
  const rows = (state, found) => found.contributions.map((one) => [cause(state, one), signed(state, one.contribution), one.standard_error > 1e-9 ? amount(state, one.standard_error) : '–']);

  function mapSentence(found) {
    return 'The probability of ' + found.output + ' is ' + format.probability(found.prediction) + '. Each cell shows how far it falls when the ' + found.patch + ' by ' + found.patch
      + ' cells around it are covered with paper; the digit stands in the middle of the cells.';
  }

  /** The cell that matters most, in words. */
  function strongest(found) {
    const cells = found.map.flatMap((row, y) => row.map((value, x) => ({ value, x: x + 1, y: y + 1 })));
    const best = cells.reduce((a, b) => (b.value > a.value ? b : a));
    return best.value > 0 ? 'Most is lost around row ' + best.y + ', column ' + best.x + ': ' + format.percent(best.value) + '.' : 'Nothing is lost anywhere: the answer hangs on no one part of the image.';
  }

  /** The version whose importance is on show, with it; null while it is on its way. */
  function importance(state) {
    const shown = of(state).importance;
    return shown && shown.model === state.model ? shown : null;
  }

  /** The most important input first. @returns {{title: string, loss: number, label: string, spread: string}[]} */
  function importanceBars(state, found) {
    const inputs = select.inputs(state);
    const share = found.metric === 'accuracy';
    const say = (value) => (share ? format.percent(value) : format.withUnit(format.measured(value, found.figure / 10), select.output(state).unit));
    return found.features.slice().sort((a, b) => b.loss - a.loss).map((one) => {
      const input = inputs.find((each) => each.name === one.feature);
      return { title: input ? input.title : one.feature, loss: one.loss, label: (one.loss < 0 ? '−' : '') + say(Math.abs(one.loss)), spread: '± ' + say(one.sd) };
    });
  }

  function importanceSentence(state, found) {
    const figure = found.metric === 'accuracy' ? format.percent(found.figure) : format.withUnit(format.measured(found.figure, found.figure / 10), select.output(state).unit);
    const falls = found.metric === 'accuracy' ? 'how far the accuracy of ' + figure + ' falls' : 'how far the error (RMSE) of ' + figure + ' grows';
    return 'The bars show ' + falls + ' when an input’s values are shuffled among the rows, so that they tell nothing: ' + found.protocol + ', n ' + found.n
      + '; ± is the standard deviation over the ' + found.repeats + ' times. Where two inputs tell the same, neither looks important.';
  }

  const reducers = {
    explanation_asked(state, event) {
      const before = of(state).slots[event.slot];
      const same = before && before.model === state.model;
      const kept = same ? before.found : undefined;
      return change(state, { slots: { ...of(state).slots, [event.slot]: { model: state.model, key: event.key, backend: event.backend, found: kept } } });
    },
    explanation_answered(state, event) {
      const asked = of(state).slots[event.slot];
      if (!asked || asked.key !== event.key) return state;
      return change(state, { slots: { ...of(state).slots, [event.slot]: { ...asked, is_here: !event.problem, found: event.problem ? undefined : event.found, problem: event.problem } } });
    },
    explanation_table_toggled: (state) => change(state, { table: !of(state).table }),
    importance_answered: (state, event) => (event.model === state.model ? change(state, { importance: { model: event.model, version: event.version, found: event.found } }) : state),
    importance_table_toggled: (state) => change(state, { importance_table: !of(state).importance_table }),
  };

  return { of, key, request, fromBody, isShapley, isExplanation, why, amount, signed, bars, sentence, method, rows, mapSentence, strongest, importance, importanceBars, importanceSentence, reducers };
}());
