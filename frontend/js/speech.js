/* Pure: the answers in one sentence for a screen reader. Samples speak for themselves, as alerts. */
'use strict';

app.speech = (function () {
  function ofPrediction(state, answer) {
    const likely = app.select.classes(state)[answer.body.class];
    const share = likely ? app.format.probability(answer.body.probabilities[likely.name]) + ', ' : '';
    const warnings = (answer.body.warnings || []).length;
    return answer.body.data + ', ' + share + 'answered by '
      + app.select.title(state, answer.backend) + (warnings ? ', with ' + warnings + ' warnings' : '') + '.';
  }

  function ofAnswer(state, answer) {
    if (answer.kind === 'prediction') return ofPrediction(state, answer);
    const title = app.select.title(state, answer.backend);
    return answer.kind === 'error' ? title + ': ' + answer.problem.title + '. ' + answer.problem.detail : title + ' does not answer.';
  }

  return (state) => app.select.shown(state).map((answer) => ofAnswer(state, answer)).join(' ');
}());
