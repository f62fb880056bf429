/* Pure: what differs between models that answer with a class and models that answer with a number. */
'use strict';

/**
 * @typedef {Object} Task
 * @property {string} verb     of the button
 * @property {string} score    what its figure is called: `updated` in the status pane, `crossed` among the versions, `unscored` where there is none
 * @property {function(string, number[]): {path: string, body: Object}} request  about one row of a model
 * @property {function(Object, Object): string} label  an answer in a word, by the signature's output; `sure`: how sure it is
 * @property {function(Object, Object): [string, string, unknown][]} parts  what answers may differ in: key, name, value
 * @property {function(Object, function(): number): Object} sample  made up where no backend answers; `madeUp`: in words
 */

app.tasks = (function () {
  const { format } = app;

  const classification = {
    verb: 'Classify', score: 'Test accuracy', unscored: '0' + format.SPACE + '%, not trained', updated: 'test accuracy', crossed: 'Accuracy, cross-validated', notTrained: app.messages.notTrained,

    request: (model, values) => ({ path: '/classify', body: { data: values, model } }),
    isAnswer: (body) => typeof body.data === 'string' && Number.isInteger(body.class)
      && Boolean(body.probabilities) && typeof body.probabilities === 'object',
    label: (body) => body.data,
    sure(body, output) {
      const likely = output.classes[body.class];
      return likely ? format.probability(body.probabilities[likely.name]) : '';
    },
    parts: (body, output) => [['label', 'the class', body.data]]
      .concat(output.classes.map((one) => ['p ' + one.name, 'the probabilities', body.probabilities[one.name]])),

    sample: (output, random) => ({ class: app.sampling.classIndex(output.classes.length, random) }),
    madeUp: (sample, output) => ({ label: output.classes[sample.class].label, why: 'every class was equally likely' }),
    mock: (accuracy) => accuracy + format.SPACE + '%',
  };

  /** @returns {{value: number, low: number, high: number, level: number|null}} of an answer to one row; no level: never measured */
  function estimate(body) {
    const [low, high] = body.intervals[0] || [body.predictions[0], body.predictions[0]];
    return { value: body.predictions[0], low, high, level: body.level };
  }

  const regression = {
    verb: 'Predict', score: 'Test error (RMSE)', unscored: 'not trained', updated: 'test error', crossed: 'RMSE, cross-validated', notTrained: app.messages.noModel,

    request: (model, values) => ({ path: '/models/' + encodeURIComponent(model) + '/predict', body: { rows: [values] } }),
    isAnswer: (body) => body.task === 'regression' && Array.isArray(body.predictions) && Number.isFinite(body.predictions[0])
      && Array.isArray(body.intervals) && (body.level === null || Array.isArray(body.intervals[0])),
    label(body, output) {
      const { value, low, high } = estimate(body);
      return format.withUnit(format.measured(value, (high - low) / 2 || Math.abs(value) / 1000), output.unit);
    },
    sure(body, output) {
      const found = estimate(body);
      if (found.level === null) return 'never measured';
      return format.percent(found.level, 0) + ' interval ' + format.between(found, output.unit);
    },
    parts: (body) => [['label', 'the value', body.predictions[0]], ['interval', 'the interval', String(body.intervals[0])]],

    sample: (output, random) => ({ value: output.minimum + random() * (output.maximum - output.minimum) }),
    madeUp(sample, output) {
      if (output.minimum === null) return { label: '?', why: 'it does not know which numbers there are' };
      const label = format.withUnit(format.measured(sample.value, output.maximum - output.minimum), output.unit);
      return { label, why: 'every number from ' + format.between({ low: output.minimum, high: output.maximum }, output.unit) + ', the range of the training data, was equally likely' };
    },
    mock: (accuracy) => 'R²' + format.SPACE + (accuracy / 100).toFixed(2),
  };

  const TASKS = { classification, regression };

  /** @param {Object|undefined} detail a model's description @returns {Task} */
  const of = (detail) => TASKS[detail && detail.task] || classification;

  /** Of what a model answers with; '' where that has none. */
  const unit = (detail) => (detail ? detail.signature.output.unit || '' : '');

  return { of, unit, estimate };
}());
