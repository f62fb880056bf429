/* Pure: the answers in one sentence for a screen reader. Samples speak for themselves, as alerts. */
'use strict';

app.speech = (function () {
  function ofPrediction(state, answer) {
    const [task, output] = [app.select.task(state), app.select.output(state)];
    const warnings = (answer.body.warnings || []).length;
    return [task.label(answer.body, output), task.sure(answer.body, output), 'answered by '].filter(Boolean).join(', ')
      + app.select.title(state, answer.backend) + (warnings ? ', with ' + warnings + ' warnings' : '') + '.';
  }

  function ofAnswer(state, answer) {
    if (answer.kind === 'prediction') return ofPrediction(state, answer);
    const title = app.select.title(state, answer.backend);
    return answer.kind === 'error' ? title + ': ' + answer.problem.title + '. ' + answer.problem.detail : title + ' does not answer.';
  }

  return (state) => app.select.shown(state).map((answer) => ofAnswer(state, answer)).join(' ');
}());
