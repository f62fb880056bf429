/* Pure: the form "Train with…": a recipe's hyperparameters, the seed, and whether the result becomes champion. */
'use strict';

app.trainWith = (function () {
  const PROMOTIONS = [['always', 'always'], ['if-not-worse', 'if not worse'], ['never', 'no']];
  const NOTHING = Object.freeze({ texts: {}, seed: '', promote: 'if-not-worse' });

  const of = (state) => state.train_with || NOTHING;

  /** The recipe that is chosen, with its hyperparameters. */
  function recipe(state) {
    const detail = app.select.detail(state);
    const name = state.recipes[state.model] || (detail && detail.default_recipe);
    return detail && detail.recipes.find((one) => one.name === name);
  }

  /** What was typed belongs to one recipe of one model. */
  const key = (state) => state.model + ' ' + recipe(state).name;
  const texts = (state) => of(state).texts[key(state)] || {};

  /** 'passes over the training rows, 1 to 2000' */
  function hint(parameter) {
    const bounded = typeof parameter.minimum === 'number' && typeof parameter.maximum === 'number';
    return parameter.meaning + (bounded ? ', ' + parameter.minimum + ' to ' + parameter.maximum : '');
  }

  /** A number where it is one; what else was typed is for the backend to judge. */
  function value(text) {
    const number = app.features.parseNumber(text);
    return Number.isNaN(number) ? text.trim() : number;
  }

  const isGiven = (text) => text !== undefined && text.trim() !== '';

  /** What to send: blank fields are left out, the backend has its defaults. */
  function settings(state) {
    const typed = texts(state);
    const params = recipe(state).hyperparameters.filter((one) => isGiven(typed[one.name]))
      .map((one) => [one.name, one.kind === 'choice' ? typed[one.name] : value(typed[one.name])]);
    const { seed, promote } = of(state);
    return { promote, ...(params.length ? { params: Object.fromEntries(params) } : {}), ...(isGiven(seed) ? { seed: value(seed) } : {}) };
  }

  /** What a backend said of one field, '' when nothing. @param {string} path 'params.epochs', 'seed' */
  function complaint(state, path) {
    const errors = Object.values(state.train_problems).flatMap((one) => one.problem.errors);
    return Array.from(new Set(errors.filter((error) => error.path === path).map((error) => error.message))).join('; ');
  }

  const change = (state, patch) => ({ ...state, train_with: { ...of(state), ...patch } });

  const reducers = {
    train_with_typed: (state, event) => change(state, { texts: { ...of(state).texts, [key(state)]: { ...texts(state), [event.name]: event.text } } }),
    train_with_seed_typed: (state, event) => change(state, { seed: event.text }),
    train_with_promotion_chosen: (state, event) => change(state, { promote: event.promote }),
    train_with_reset: (state) => change(state, NOTHING),
  };

  return { PROMOTIONS, of, recipe, texts, hint, settings, complaint, reducers };
}());
