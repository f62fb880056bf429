/* Pure: the model card of a version, in words and tables. */
'use strict';

app.card = (function () {
  const { format } = app;
  const NOTHING = Object.freeze({ model: '', versions: [], champion: null, card: null, problem: null, chosen: {} });
  /** In a table; an image of 28 x 28 has 784. */
  const MOST_INPUTS = 64;
  const OF_MANY = 8;
  const NO_BACKEND = 'No backend answers, and a model card comes from one. It appears here as soon as one is back.';
  const NOT_TRAINED = 'This model has no version yet, and a card is of a version.';

  const of = (state) => state.card || NOTHING;
  const isCard = (body) => Boolean(body) && Array.isArray(body.inputs) && Boolean(body.training) && Boolean(body.asking);

  /** The numbers of the model's versions, the newest first; none while they are on their way. */
  const numbers = (state) => (of(state).model === state.model ? of(state).versions : []);

  /** The version on show: the chosen one, else the one that answers. @returns {number|null} */
  function number(state) {
    const chosen = of(state).chosen[state.model];
    if (numbers(state).includes(chosen)) return chosen;
    return numbers(state).length ? of(state).champion : null;
  }

  /** The card of the version on show; null while it is on its way. */
  function shown(state) {
    const { card } = of(state);
    return card && card.model === state.model && card.version === number(state) ? card : null;
  }

  const plain = (value) => (Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4))));

  const TITLES = { accuracy: 'Accuracy', log_loss: 'Log loss (nats)', brier: 'Brier score', rmse: 'RMSE', mae: 'Mean absolute error', r2: 'R²' };

  function interval(figure) {
    if (!figure.interval) return '–';
    const ends = figure.name === 'accuracy' ? format.interval(figure.interval) : format.between(figure.interval, figure.unit);
    return ends + ' (' + format.percent(figure.interval.level, 0) + ', ' + figure.interval.method + ')';
  }

  /** @returns {string[][]} title, value, interval, n, protocol */
  const figures = (card) => card.evaluation.figures.map((one) => [
    TITLES[one.name] || one.name, one.name === 'accuracy' ? format.percent(one.value) : format.withUnit(plain(one.value), one.unit), interval(one), String(one.n), one.protocol,
  ]);

  function residuals({ n, mean, least, quartiles, largest, level, half_width, coverage }, unit) {
    return 'Residuals of ' + n + ' rows of the cross-validation' + (unit ? ', in ' + unit : '') + ': mean ' + plain(mean) + ', from ' + plain(least) + ' to ' + plain(largest)
      + ', quartiles ' + format.list(quartiles.map(plain)) + '. A ' + format.percent(level, 0) + ' prediction interval reaches ' + plain(half_width)
      + ' to both sides, and held ' + format.percent(coverage) + ' of the true values.';
  }

  function seen(input) {
    const found = input.categories.length ? 'one of ' + format.list(input.categories) : !app.features.hasRange(input) ? 'not known' : plain(input.minimum) + ' to ' + plain(input.maximum);
    return found + (input.may_be_missing ? ', or missing' : '');
  }

  const told = ({ inputs: all }) => (all.length <= MOST_INPUTS ? all : all.slice(0, OF_MANY));

  /** @returns {string[][]} name, title, unit, what was seen in training */
  const inputs = (card) => told(card).map((one) => [one.name, one.title, one.unit, seen(one)]);

  function more(card) {
    const left = card.inputs.length - told(card).length;
    return left > 0 ? 'and ' + left + ' more, up to ' + card.inputs[card.inputs.length - 1].name + '.' : '';
  }

  function output({ output: found, evaluation }) {
    if (found.classes.length) return found.title + ', one of ' + found.classes.length + ' classes, with a probability each: ' + format.list(found.classes.map((one) => one.label)) + '.';
    const range = found.minimum === null ? '' : ' In training it was ' + plain(found.minimum) + ' to ' + plain(found.maximum) + '.';
    return found.title + ', a number' + (found.unit ? ' in ' + found.unit : '') + (evaluation ? ', with a prediction interval.' : '.') + range;
  }

  /** @returns {string[][]} input, how much worse the figure gets without it, standard deviation; the most important first */
  function importance({ importance: found, output: { unit } }) {
    const worse = (value) => (found.metric === 'accuracy' ? (100 * value).toFixed(1) + ' points' : format.withUnit(plain(value), unit));
    return found.features.slice().sort((a, b) => b.loss - a.loss).slice(0, MOST_INPUTS).map((one) => [one.feature, worse(one.loss), worse(one.sd)]);
  }

  const importanceWords = ({ importance: found }) => 'Permutation importance: how much worse the ' + TITLES[found.metric] + ' gets when the values of an input are shuffled among '
    + found.n + ' rows that were not learned from, ' + found.repeats + ' times (' + found.protocol + ').';

  const data = ({ data: found }) => (found ? found.name + ': ' + found.source + '. ' + found.n_samples + ' rows.' : 'Not recorded.');

  function procedure({ training }) {
    const { selection } = training;
    const tried = selection ? ' ' + selection.chosen + ' was chosen by the least ' + TITLES[selection.metric] + ' (' + selection.protocol + ', n ' + selection.n + '): '
      + format.list(selection.candidates.map((one) => one.recipe + ' ' + plain(one.figure))) + '.' : '';
    return 'Recipe: ' + training.title + '. Seed ' + training.seed + '.' + tried;
  }

  /** @returns {string[][]} name, value, meaning */
  const parameters = (card) => card.training.hyperparameters.map((one) => [one.name, String(one.value), one.meaning]);

  /** @returns {string[][]} engine, whether it may answer, why */
  const engines = (card) => card.engines.map((one) => [one.name, one.accepted ? 'yes' : 'no', one.why]);

  /** As a shell takes it: the body is ASCII, and in single quotes only a single quote means anything. */
  const curl = ({ asking }, base_url) => 'curl -s ' + base_url + asking.path + " -d '" + asking.body.replace(/'/g, "'\"'\"'") + "'";

  const file = (card) => card.model + '-' + card.version + '-card';

  const change = (state, patch) => ({ ...state, card: { ...of(state), ...patch } });

  const reducers = {
    card_versions_answered: (state, event) => change(state, { model: event.model, versions: event.answer.versions.map((one) => one.number), champion: event.answer.champion, problem: null }),
    card_answered: (state, event) => change(state, { card: event.card, problem: null }),
    card_chosen: (state, event) => change(state, { chosen: { ...of(state).chosen, [state.model]: event.number } }),
    card_refused: (state, event) => change(state, { problem: { backend: event.backend, problem: event.problem } }),
  };

  return { of, isCard, numbers, number, shown, figures, residuals, importance, importanceWords, inputs, more, output, data, procedure, parameters, engines, curl, file, reducers, NO_BACKEND, NOT_TRAINED };
}());
