/* The composition root: joins state, requests and view. Every event of the page passes through `dispatch`. */
'use strict';

app.start = function start(/** @type {Window} */ page, random) {
  const { config, select, state: states } = app;
  const TIMES = config.TIMES;
  const local = () => page.localStorage;
  const session = () => page.sessionStorage;
  const is_file = page.location.protocol === 'file:';

  const clock = {
    now: () => Date.now(),
    ticks: () => page.performance.now(),
    after(ms, run) {
      const id = page.setTimeout(run, ms);
      return () => page.clearTimeout(id);
    },
  };

  let seq = 0;
  const next = () => { seq += 1; return seq; };

  let state = states.initial({
    backends: config.backends(page.location, config.load(local, config.KEYS.bases)),
    details: app.offline && Array.isArray(app.offline.models) ? app.offline.models : [],
    theme: config.load(local, config.KEYS.theme).theme,
    single_keys: config.load(local, config.KEYS.shortcuts).on,
  });

  function dispatch(event) {
    const before = state;
    state = states.reduce(state, { at: clock.now(), ...event });
    view.render(state);
    follow(before, state);
  }

  const tools = {
    dispatch, next, clock, is_file,
    state: () => state,
    send: app.api.send,
    random: random || Math.random,
    token: (base_url) => config.tokenFor(config.load(session, config.KEYS.token), base_url),
    poll: () => polling.poll(),
    onChange: (run) => followers.push(run),
    local, session, useBases,
    load: (files, done) => app.lazy.load(files).then(() => done(true), () => done(false)),
  };
  const followers = [];
  const asking = app.createAsking(tools);
  const polling = app.createPolling(tools);
  const following = app.createFollowing(tools);

  /* ---- what follows from a change of state ---- */

  function follow(before, now) {
    if (now.line && now.line !== before.line) clock.after(TIMES.status, () => dispatch({ type: 'line_cleared', id: now.line.id }));
    if (now.model !== before.model || now.texts !== before.texts || now.ask !== before.ask || now.tab !== before.tab || now.adding !== before.adding) writeAddress();
    if (now.tab !== before.tab) need(now.tab);
    if (now.adding && !before.adding) need('add');
    if (now.model !== before.model) polling.poll();
    if (serves(before) !== serves(now) || now.details !== before.details) asking.classifySoon();
    if (select.isTraining(now) && !select.isTraining(before)) tick();
    if (now.answers !== before.answers) speakSoon();
    if (now.runs !== before.runs || now.training !== before.training || now.shown_run !== before.shown_run) { following.watch(); following.settle(); }
    if (app.features.isImage(select.inputs(now))) need('drawing');
    followers.forEach((run) => run());
    if (now.model !== before.model || now.tab !== before.tab || (someoneAnswers(now) && !someoneAnswers(before))) following.list();
  }

  const someoneAnswers = (now) => now.backends.some((one) => select.isAnswering(now, one.id));

  /** Changes whenever a new answer may be due: another model, version, reach or choice of backend. */
  function serves(now) {
    const versions = now.backends.map((one) => {
      const champion = select.champion(now, one.id);
      return one.id + (select.isAnswering(now, one.id) ? '+' : '-') + (champion ? champion.number : '');
    });
    return [now.model, now.ask].concat(versions).join(' ');
  }

  /** Seconds pass only while somebody waits for a training. */
  function tick() {
    clock.after(1000, () => {
      dispatch({ type: 'ticked' });
      if (select.isTraining(state)) tick();
    });
  }

  let cancelSpeech = () => {};
  /** A screen reader hears the answer once it has settled, not every step of a slider. */
  function speakSoon() {
    cancelSpeech();
    cancelSpeech = clock.after(TIMES.announce, () => {
      const text = app.speech(state);
      if (text !== state.spoken) dispatch({ type: 'spoken', text });
    });
  }

  /* ---- what is loaded later ---- */

  const needed = new Set();
  function need(part) {
    if (needed.has(part)) return;
    needed.add(part);
    app.lazy.loadPart(part).then(() => {
      app.parts[part](tools, intents, view).forEach(view.add);
      dispatch({ type: 'part_tried', part, failed: false });
    }, () => {
      needed.delete(part);
      dispatch({ type: 'part_tried', part, failed: true });
    });
  }

  /* ---- the address ---- */

  function replaceAddress(search, hash) {
    try { page.history.replaceState(null, '', page.location.pathname + search + hash); } catch (error) { page.location.replace(hash); }
  }

  function writeAddress() {
    const inputs = select.inputs(state);
    const names = app.features.areMany(inputs) ? [] : inputs.map((input) => input.name);
    replaceAddress(page.location.search, state.adding ? '#' + app.address.ADD : app.address.write(state.model, names, select.texts(state), state.ask, state.tab));
  }

  function readAddress() {
    dispatch({ type: 'located', seq, ...app.address.parse(page.location.hash) });
  }

  /* ---- what people do ---- */

  function chooseTheme() {
    const dark = state.theme ? state.theme === 'dark' : page.matchMedia('(prefers-color-scheme: dark)').matches;
    const theme = dark ? 'light' : 'dark';
    config.save(local, config.KEYS.theme, { theme });
    dispatch({ type: 'theme_chosen', theme });
  }

  function openSettings() {
    const bases = Object.fromEntries(state.backends.map((one) => [one.id, one.base_url]));
    const token = state.backends.map((one) => tools.token(one.base_url)).find(Boolean) || '';
    dispatch({ type: 'dialog_opened', dialog: 'settings', draft: { bases, token } });
    need('rest');
  }

  function useBases() {
    replaceAddress(config.searchWithoutBases(page.location.search), page.location.hash);
    dispatch({ type: 'rebased', seq: next(), backends: config.backends(page.location, config.load(local, config.KEYS.bases)) });
    dispatch({ type: 'dialog_closed' });
    polling.start();
  }

  function tryNextExample() {
    const detail = select.detail(state);
    if (!detail || !detail.examples.length) return;
    const shown = select.reading(state).values;
    const at = detail.examples.findIndex((example) => example.row.every((value, i) => value === shown[i]));
    intents.row(detail.examples[(at + 1) % detail.examples.length].row);
  }

  /** @type {Object<string, function>} everything that the view can ask for */
  const intents = {
    classify: () => asking.classify(false),
    /** While the form is open, both of its buttons train with what it says. */
    train() {
      intents.tab(config.TABS[0].id);
      if (select.isTrainable(state)) asking.train(state.train_with_open && app.trainWith ? app.trainWith.settings(state) : undefined);
    },
    trainWith() { dispatch({ type: 'train_with_toggled' }); need('train_with'); },
    ask: (ask) => dispatch({ type: 'ask_chosen', ask }),
    field(name, text) { dispatch({ type: 'field_changed', name, text }); asking.classifySoon(); },
    row(row) { dispatch({ type: 'row_chosen', row }); asking.classifySoon(); },
    recipe: (recipe) => dispatch({ type: 'recipe_chosen', recipe }),
    example: tryNextExample,
    tab(tab) { dispatch({ type: 'tab_chosen', tab }); need(tab); },
    theme: chooseTheme,
    history: () => dispatch({ type: 'history_toggled' }),
    shortcuts() { dispatch({ type: 'dialog_opened', dialog: 'shortcuts' }); need('rest'); },
    settings: openSettings,
    visible(yes) { if (yes) polling.start(); else polling.stop(); following.visible(yes); },
  };

  const view = app.createView(page.document, intents);
  page.addEventListener('hashchange', readAddress);
  readAddress();
  writeAddress();
  polling.start();
  need('rest');
  need(state.tab);
};

app.start(window);
