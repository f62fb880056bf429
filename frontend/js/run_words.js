/* Pure: a training run in words. */
'use strict';

app.runWords = (function () {
  const { format } = app;
  const seconds = (duration) => format.seconds(duration * 1000);

  /** 'epochs 2000, hidden 10' */
  const params = (run) => Object.entries(run.params || {}).map(([name, value]) => name + ' ' + value).join(', ');

  function recipe(state, run) {
    const detail = state.details[run.model];
    const known = detail && detail.recipes.find((one) => one.name === run.recipe);
    return known ? known.title : run.recipe;
  }

  /** Who asked for it: the backends by their titles, others as they call themselves. */
  function by(state, who) {
    const backend = app.select.backend(state, who);
    return backend ? backend.title : who || '–';
  }

  const PROMISES = { always: 'becomes champion', 'if-not-worse': 'becomes champion if it is not worse', never: 'does not become champion' };

  function running(run) {
    const words = [run.step, format.percent(run.progress, 0), seconds(run.elapsed_s) + ' so far'];
    return words.concat(typeof run.remaining_s === 'number' ? ['about ' + seconds(run.remaining_s) + ' left'] : []).filter(Boolean).join(' · ');
  }

  const WORDS = {
    SCHEDULED: () => 'Waiting for its turn',
    RUNNING: running,
    FINISHED: (run) => 'Finished after ' + seconds(run.elapsed_s) + ': version ' + run.version + (run.promoted ? ', which became champion' : ' is stored, the champion stays'),
    FAILED: (run) => 'Failed after ' + seconds(run.elapsed_s) + (run.reason ? ': ' + run.reason : ''),
    CANCELLED: (run) => 'Cancelled after ' + seconds(run.elapsed_s) + (run.step ? ', during: ' + run.step : ''),
  };

  const progress = (run) => WORDS[run.state](run);

  /** 'asked for by Klein · becomes champion · epochs 2000, hidden_units 10' */
  function about(state, run) {
    const promise = app.runs.isActive(run) ? PROMISES[run.promote] : '';
    return ['asked for by ' + by(state, run.by), promise, params(run)].filter(Boolean).join(' · ');
  }

  /** In a list to choose from: '14:03:12 Multilayer perceptron, finished'. */
  function short(state, run) {
    const clock = format.clock(Date.parse(run.created_at));
    return clock + ' ' + recipe(state, run) + ', ' + run.state.toLowerCase();
  }

  return { about, progress, short, params, recipe, by };
}());
