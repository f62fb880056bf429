/* Pure: questions to the state, asked by the wiring and by the view. */
'use strict';

app.select = (function () {
  const BOTH = 'both';

  const backend = (state, id) => state.backends.find((one) => one.id === id);
  const title = (state, id) => backend(state, id).title;

  /** The slots of the answer pane: one per backend that is asked. A slot carries the id of the backend it was meant for. */
  const slots = (state) => (state.ask === BOTH ? state.backends.map((one) => one.id) : [state.ask]);

  const askedTitles = (state) => app.format.list(slots(state).map((id) => title(state, id)));

  /** The description of the model on show; undefined while it is on its way. */
  const detail = (state) => state.details[state.model];
  const inputs = (state) => (detail(state) ? detail(state).signature.inputs : []);
  const classes = (state) => (detail(state) ? detail(state).signature.output.classes : []);
  const output = (state) => (detail(state) ? detail(state).signature.output : null);
  const task = (state) => app.tasks.of(detail(state));
  const texts = (state) => state.texts[state.model] || {};
  const reading = (state) => app.features.read(inputs(state), texts(state));

  /** Those that the model on show has a use for. */
  const tabs = (state) => app.config.TABS.filter((one) => !one.only || app.features[one.only](inputs(state)));

  /** The version that a backend serves: null when it has none, undefined while that is unknown. */
  function champion(state, id, model) {
    const known = state.links[id].catalogue;
    const entry = known && known.find((one) => one.name === (model || state.model));
    return entry ? entry.champion || null : undefined;
  }

  const reach = (state, id) => state.links[id].reach;
  const isDown = (state, id) => reach(state, id) === 'down';
  const allDown = (state) => state.backends.every((one) => isDown(state, one.id));
  const isAnswering = (state, id) => reach(state, id) === 'up' || reach(state, id) === 'busy';

  /** Titles of the asked backends that are there and have no model: those a request would fail on. */
  function untrained(state) {
    return slots(state).filter((id) => isAnswering(state, id) && champion(state, id) === null).map((id) => title(state, id));
  }

  /** Which backend to ask first for a slot; in single mode another one stands in, at once if the first is known to be away. */
  function order(state, slot) {
    if (state.ask === BOTH) return [slot];
    const ids = [slot].concat(state.backends.map((one) => one.id).filter((id) => id !== slot));
    return ids.filter((id) => !isDown(state, id)).concat(ids.filter((id) => isDown(state, id)));
  }

  /** The backend that trains on behalf of a slot, '' when none does. */
  const trainingOn = (state, id) => Object.values(state.training).some((one) => one.backend === id);
  const isTraining = (state) => Object.keys(state.training).length > 0;
  /** An estimator that was fitted elsewhere has no recipe to train it by. */
  const isTrainable = (state) => !detail(state) || detail(state).recipes.length > 0;
  /** Every asked backend trains already. */
  const isBusy = (state) => slots(state).every((slot) => state.training[slot] || trainingOn(state, slot));
  /** A run has ended, and its version is not seen yet. */
  const isSettling = (state) => Object.values(state.training).some((one) => state.runs[one.run] && !app.runs.isActive(state.runs[one.run]));

  /** Enough is known to classify without being told to: values are numbers, somebody has a model. */
  function canAskQuietly(state) {
    const read = reading(state);
    const somebody = state.backends.some((one) => isAnswering(state, one.id) && champion(state, one.id));
    return Boolean(detail(state)) && somebody && !read.blank.length && !read.not_numeric.length && !untrained(state).length;
  }

  /** An answer to other values than the ones in the form. */
  function isStale(state, answer) {
    const now = reading(state).values;
    return !answer.data || answer.data.length !== now.length || answer.data.some((value, i) => value !== now[i]);
  }

  /** The models that the page can show: what a backend offers, else what the page brings along. */
  function models(state) {
    const link = Object.values(state.links).find((one) => one.catalogue && one.catalogue.length);
    return link ? link.catalogue : Object.values(state.details);
  }

  /** The answers on show, in the order of the backends. */
  const shown = (state) => slots(state).map((slot) => state.answers[slot]).filter(Boolean);

  /** The class an answer of the model on show points at, -1 when there is none or several. */
  function agreedClass(state) {
    const found = new Set(shown(state).filter((one) => one.kind === 'prediction').map((one) => one.body.class));
    const [only] = found;
    return found.size === 1 && only !== undefined && !state.sample ? only : -1;
  }

  return {
    BOTH, backend, title, slots, askedTitles, detail, inputs, classes, output, task, texts, reading, tabs, champion, reach, isDown, allDown,
    isAnswering, untrained, order, trainingOn, isTraining, isTrainable, isBusy, isSettling, canAskQuietly, isStale, models, shown, agreedClass,
  };
}());
