/* Pure: the versions of a model, who answers, and two of them side by side, in words and figures. */
'use strict';

app.versions = (function () {
  const { format } = app;
  const NOTHING = Object.freeze({ model: '', answer: null, problem: null, busy: false, pair: {}, comparison: null, comparing: false });

  const promoted = (number, before) => (before === number ? 'Version ' + number + ' is the champion already.' : 'Version ' + number + ' answers from now on' + (before ? ', instead of version ' + before : '') + '.');

  const of = (state) => state.versions || NOTHING;

  /** What is known of the model on show; undefined while it is on its way. */
  const answer = (state) => (of(state).model === state.model ? of(state).answer : null);

  const isAnswer = (body) => Boolean(body) && Array.isArray(body.versions) && typeof body.model === 'string';
  const isComparison = (body) => Boolean(body) && Array.isArray(body.versions) && Array.isArray(body.figures) && Boolean(body.agreement);

  /** The two versions to compare: the chosen ones, else the newest two. @returns {number[]} fewer where there are fewer */
  function pair(state) {
    const numbers = (answer(state) ? answer(state).versions : []).map((one) => one.number);
    const chosen = of(state).pair[state.model] || [];
    return chosen.length === 2 && chosen.every((number) => numbers.includes(number)) ? chosen : numbers.slice(0, 2).reverse();
  }

  const params = (version) => Object.entries(version.params).map(([name, value]) => name + ' ' + value).join(', ');

  /** In the reader's language and zone. */
  const when = (text) => new Date(text).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

  const inUnit = (value, unit) => format.withUnit(format.measured(value, value / 100), unit);

  const FIGURES = {
    accuracy: { title: 'Accuracy, cross-validated', show: (value) => format.percent(value) },
    log_loss: { title: 'Log loss, cross-validated (nats)', show: (value) => value.toFixed(4) },
    brier: { title: 'Brier score, cross-validated', show: (value) => value.toFixed(4) },
    holdout_accuracy: { title: 'Accuracy, hold-out', show: (value) => format.percent(value) },
    rmse: { title: 'RMSE, cross-validated', show: inUnit },
    mae: { title: 'Mean absolute error, cross-validated', show: inUnit },
    r2: { title: 'R², cross-validated', show: (value) => format.measured(value, 0.01) },
    holdout_rmse: { title: 'RMSE, hold-out', show: inUnit },
  };

  /** A difference with its sign; 'none' when there is none. */
  function signed(difference, show) {
    if (difference === 0) return 'none';
    return (difference > 0 ? '+' : '−') + show(Math.abs(difference));
  }

  /** @returns {{title: string, values: string[], difference: string, better: number|null}[]} */
  const figures = (comparison, unit) => comparison.figures.map((one) => {
    const found = FIGURES[one.name] || { title: one.name, show: String };
    const show = (value) => found.show(value, unit);
    return { title: found.title, values: one.values.map(show), difference: signed(one.difference, show), better: one.better };
  });

  const parameters = (comparison) => comparison.parameters.map((one) => ({ name: one.name, values: one.values.map((value) => (value === null ? '–' : String(value))) }));

  function fittedWords(numbers, fitted) {
    const which = numbers.filter((_, i) => fitted[i]);
    if (!which.length) return '';
    return ' ' + (which.length === 2 ? 'Both were' : 'Version ' + which[0] + ' was') + ' fitted on these very rows, so how good it is on them is no measure of how good it is on others.';
  }

  function distance(comparison, unit) {
    const { n, mean_difference, largest_difference, rmse, fitted, data } = comparison.agreement;
    const numbers = comparison.versions.map((one) => one.number);
    return 'On the ' + n + ' rows of ' + data + ' their values are ' + inUnit(mean_difference, unit) + ' apart on average, and ' + inUnit(largest_difference, unit) + ' at most. The RMSE there is '
      + inUnit(rmse[0], unit) + ' for version ' + numbers[0] + ' and ' + inUnit(rmse[1], unit) + ' for version ' + numbers[1] + '.' + fittedWords(numbers, fitted);
  }

  /** How far the two give the same answers. */
  function agreement(comparison, unit) {
    if (comparison.agreement.task === 'regression') return distance(comparison, unit);
    const { n, same, share, right, fitted, data } = comparison.agreement;
    const numbers = comparison.versions.map((one) => one.number);
    return 'They give the same class to ' + same + ' of the ' + n + ' rows of ' + data + ' (' + format.percent(share) + '). Version ' + numbers[0] + ' is right on ' + right[0]
      + ', version ' + numbers[1] + ' on ' + right[1] + '.' + fittedWords(numbers, fitted);
  }

  const data = (comparison) => (comparison.same_data ? 'Both were trained on the same data.' : 'They were trained on different data.');

  const change = (state, patch) => ({ ...state, versions: { ...of(state), ...patch } });

  const reducers = {
    versions_answered(state, event) {
      if (event.model !== state.model) return state;
      const same = of(state).model === event.model;
      return change(state, { model: event.model, answer: event.answer, comparison: same ? of(state).comparison : null });
    },
    promotion_asked: (state) => change(state, { busy: true, problem: null }),
    promotion_answered: (state, event, say) => say(change(state, { busy: false }), event, promoted(event.champion, event.before), 'ok'),
    versions_refused(state, event, say) {
      return say(change(state, { busy: false, comparing: false, problem: { backend: event.backend, problem: event.problem } }), event, event.problem.title, 'error');
    },
    pair_chosen: (state, event) => change(state, { pair: { ...of(state).pair, [state.model]: event.pair }, comparison: null }),
    comparison_asked: (state) => change(state, { comparing: true, problem: null }),
    comparison_answered: (state, event) => (event.comparison.model === state.model ? change(state, { comparing: false, comparison: event.comparison }) : change(state, { comparing: false })),
  };

  return { of, answer, isAnswer, isComparison, pair, params, when, figures, parameters, agreement, data, reducers };
}());
