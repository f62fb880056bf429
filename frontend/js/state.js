/* Pure: reduce(state, event). Everything the page shows is in here; nothing is read back from the document. */
'use strict';

/**
 * @typedef {Object} Answer  what a slot of the answer pane shows
 * @property {number} seq     of its request; a newer one is never overwritten by an older
 * @property {'prediction'|'error'|'unreachable'} kind
 * @property {string} backend who answered
 * @property {number[]} data  the values that were asked about
 * @property {number} ms
 * @property {Object} [body]      the prediction
 * @property {Object} [problem]   the error, explained
 */

app.state = (function () {
  const KEPT_LINES = 200;

  const byId = (backends, value) => Object.fromEntries(backends.map((one) => [one.id, value(one)]));

  /** @param {{backends: Object[], details: Object[], single_keys?: boolean, theme?: string}} given */
  function initial(given) {
    const first = given.details[0];
    return withExamples({
      backends: given.backends,
      links: byId(given.backends, app.links.initial),
      times: byId(given.backends, () => null),
      details: Object.fromEntries(given.details.map((one) => [one.name, one])),
      model: first ? first.name : '',
      texts: {}, recipes: {},
      ask: given.backends[0].id,
      answers: {}, pending: {}, issued: {}, floor: 0,
      sample: null, mock: null, problem: null,
      training: {}, train_problems: {}, runs: {}, shown_run: '', run_problem: null, train_with_open: false,
      log: [], line: null, lines: 0, in_flight: 0, now: 0,
      history_open: false, theme: given.theme || '', single_keys: given.single_keys !== false,
      dialog: '', draft: { bases: {}, token: '' }, spoken: '',
      tab: app.config.TABS[0].id, missing: {}, adding: false,
    });
  }

  /** One line of the status pane and its history. Quiet ones are shown, not read out. */
  function say(state, event, text, kind) {
    const line = { id: state.lines + 1, at: event.at || 0, text, kind: kind || 'info', quiet: Boolean(event.quiet) };
    return { ...state, line, lines: line.id, log: state.log.concat(line).slice(-KEPT_LINES) };
  }

  /** Fields hold the model's own example until somebody enters something. */
  function withExamples(state) {
    const detail = state.details[state.model];
    if (!detail) return state;
    const given = state.texts[state.model] || {};
    const known = detail.signature.inputs.map((input) => input.name);
    const kept = Object.fromEntries(Object.entries(given).filter(([name]) => known.includes(name)));
    const texts = { ...app.features.exampleTexts(detail.signature.inputs), ...kept };
    return { ...state, texts: { ...state.texts, [state.model]: texts } };
  }

  /** The first tab where the model on show has no such one. */
  const withTab = (state, tab) => ({ ...state, tab: (app.select.tabs(state).find((one) => one.id === tab) || app.config.TABS[0]).id });

  /** Answers to another model are nobody's answers: replies still on their way are below the floor. */
  function choose(state, name, seq) {
    if (name === state.model) return state;
    return withTab(withExamples({ ...state, model: name, answers: {}, sample: null, mock: null, problem: null, run_problem: null, train_problems: {}, floor: seq }), state.tab);
  }

  function withTexts(state, texts) {
    const all = { ...app.select.texts(state), ...texts };
    return { ...state, texts: { ...state.texts, [state.model]: all }, problem: null };
  }

  /** A backend's own answers stay; one that stood in for it doesn't belong to it. */
  function askOf(state, ask) {
    const own = Object.entries(state.answers).filter(([slot, answer]) => slot === answer.backend);
    return { ...state, ask, answers: Object.fromEntries(own), problem: null, train_problems: {} };
  }

  const isSame = (a, b) => JSON.stringify({ ...a, champion: null }) === JSON.stringify({ ...b, champion: null });

  const isAsk = (state, ask) => ask === app.select.BOTH || state.backends.some((one) => one.id === ask);

  function located(state, event) {
    if (event.model === app.address.ADD) return { ...state, adding: true };
    let next = { ...(event.model ? choose(state, event.model, event.seq) : state), adding: false };
    next = isAsk(state, event.ask) ? askOf(next, event.ask) : next;
    next = event.tab ? withTab(next, event.tab) : next;
    next = Object.keys(event.texts).length ? withExamples(withTexts(next, event.texts)) : next;
    return event.unusable.length ? say(next, event, app.messages.unusable(event.unusable.join(', ')), 'warn') : next;
  }

  /** A model that nobody offers (an old link, a typo) gives way to the first one. */
  function settle(state, event) {
    const models = app.select.models(state);
    const known = models.some((one) => one.name === state.model) || state.details[state.model];
    const asked = Object.values(state.links).some((one) => one.catalogue) || app.select.allDown(state);
    if (known || !asked || !models.length) return state;
    const next = choose(state, models[0].name, event.seq);
    return say(next, event, app.messages.unknownModel(state.model, models[0].title), 'warn');
  }

  /** Coming and going is news for people who look on, but not at arrival. */
  function tellReach(before, after, event) {
    const [was, is] = [before, after].map((state) => app.select.reach(state, event.backend));
    const title = app.select.title(after, event.backend);
    if (was === 'down' && is === 'up') return say(after, event, app.messages.back(title), 'ok');
    if ((was === 'up' || was === 'busy') && is === 'down') return say(after, event, app.messages.lost(title), 'warn');
    return after;
  }

  function count(state, key, change) {
    return { ...state, [key]: Math.max(0, state[key] + change) };
  }

  const REDUCERS = {
    located,
    model_chosen: (state, event) => choose(state, event.model, event.seq),
    ask_chosen(state, event) {
      if (!isAsk(state, event.ask) || event.ask === state.ask) return state;
      const next = askOf(state, event.ask);
      return say(next, event, app.messages.changed(app.select.askedTitles(next)));
    },
    field_changed: (state, event) => withTexts(state, { [event.name]: event.text }),
    row_chosen: (state, event) => withTexts(state, app.features.rowTexts(app.select.inputs(state), event.row)),
    recipe_chosen: (state, event) => ({ ...state, recipes: { ...state.recipes, [state.model]: event.recipe } }),

    polled(state, event) {
      const next = app.links.polled(state, event);
      return app.training.settle(settle(tellReach(state, next, event), event), event, say);
    },
    /** The same description again changes nothing: whoever is typing keeps the field under the cursor. */
    described(state, event) {
      const known = state.details[event.detail.name];
      if (known && isSame(known, event.detail)) return state;
      return withExamples({ ...state, details: { ...state.details, [event.detail.name]: event.detail } });
    },
    /** Other addresses are other servers: what the old ones said no longer counts. */
    rebased(state, event) {
      const links = byId(event.backends, app.links.initial);
      const times = byId(event.backends, () => null);
      return { ...state, backends: event.backends, links, times, answers: {}, training: {}, runs: {}, sample: null, mock: null, floor: event.seq };
    },

    checked: (state, event) => say({ ...state, problem: event.problem }, event, event.problem.message, 'error'),
    request_sent: (state, event) => say(count(state, 'in_flight', 1), event, app.messages.sending(event.url)),
    fell_back(state, event) {
      const titles = [event.from, event.to].map((id) => app.select.title(state, id));
      return say(state, event, app.messages.fellBack(titles[0], titles[1]), 'warn');
    },

    line_cleared: (state, event) => (state.line && state.line.id === event.id ? { ...state, line: null } : state),
    ticked: (state, event) => ({ ...state, now: event.at }),
    history_toggled: (state) => ({ ...state, history_open: !state.history_open }),
    theme_chosen: (state, event) => ({ ...state, theme: event.theme }),
    spoken: (state, event) => ({ ...state, spoken: event.text }),
    train_with_toggled: (state) => ({ ...state, train_with_open: !state.train_with_open }),
    tab_chosen: (state, event) => ({ ...state, tab: event.tab }),
    part_tried(state, event) {
      const next = { ...state, missing: { ...state.missing, [event.part]: event.failed } };
      return event.failed ? say({ ...next, dialog: '' }, event, app.messages.MISSING, 'warn') : next;
    },
    dialog_opened: (state, event) => ({ ...state, dialog: event.dialog, draft: event.draft || state.draft }),
    dialog_closed: (state) => ({ ...state, dialog: '', draft: { bases: {}, token: '' } }),
    ...app.answers,
    ...app.training.reducers,
    ...app.runs.reducers,
  };

  /** @param {Object} state @param {{type: string, at?: number}} event @returns {Object} the next state */
  function reduce(state, event) {
    const reducer = REDUCERS[event.type];
    if (!reducer) throw new Error('No reducer for the event "' + event.type + '"');
    return reducer(state, event, say, count);
  }

  /** What a part that is loaded later adds. @param {Object<string, function>} reducers */
  const learn = (reducers) => Object.assign(REDUCERS, reducers);

  return { initial, reduce, learn };
}());
