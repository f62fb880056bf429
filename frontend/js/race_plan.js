/* Pure: what a race of the panel "Many at once" sends and when, and the command that measures the same without a browser. */
'use strict';

/**
 * @typedef {Object} Plan
 * @property {string} model
 * @property {number} parallel       requests under way to one backend, at most
 * @property {number[]|null} schedule  when each request is to start, in ms; null: whenever one of `parallel` is answered
 * @property {number} ends           ms, without what is on its way by then
 * @property {number|null} train_at  ms; null: no training
 * @property {number} share          of requests that carry `batch_rows` rows
 * @property {number} batch_rows
 */

app.racePlan = (function () {
  const ONCE = 'once';
  const HAND = 'hand';
  const REQUESTS = 12;
  const BURST = 32; // as in shared/compare/plan.py
  const TRAIN_AT = 0.1; // of the time, as there
  const RAMP = [10, 20, 40, 80, 160]; // requests/s, a second each
  const MOST_RATE = 60; // requests/s of a scenario: beyond, the browser itself is what is slow
  const MOST_PARALLEL = 64;
  const MOST_SECONDS = 10; // of a scenario
  const MOST_REQUESTS = 3000; // to each backend
  const SEED = 0;

  const FIELDS = Object.freeze([
    { name: 'parallel', title: 'Parallel requests', hint: '1 to 64', least: 1, most: MOST_PARALLEL, step: 1, needed: true },
    { name: 'rate', title: 'Requests per second', hint: 'to 100; blank: each asks again at once', least: 1, most: 100, step: 0, needed: false },
    { name: 'seconds', title: 'Seconds', hint: '1 to 30', least: 1, most: 30, step: 0, needed: true },
  ]);

  const scenario = (name) => app.scenarios.find((one) => one.name === name);

  const CHOICES = () => [{ name: ONCE, title: 'Twelve at once' }].concat(app.scenarios, { name: HAND, title: 'By hand' });

  /** What is to be seen, and where the page does less than the command. */
  function about(choice) {
    if (choice === ONCE) return 'Twelve single rows start at the same moment. Look at whether the bars end one after the other, and with a training, whether they wait for it.';
    if (choice === HAND) return 'With a rate, requests start by the clock and their latency counts from there; without one, each of the parallel ones asks again when it is answered.';
    const { look_at, plan } = scenario(choice);
    if (plan.restarts) return look_at + ' A page can’t start servers: this one is for the command.';
    if (plan.p99_limit_ms) return look_at + ' The page only doubles the rate, from ' + RAMP[0] + ' to ' + RAMP[RAMP.length - 1] + ' a second, and may find the browser’s limit first.';
    return plan.rate > MOST_RATE ? look_at + ' The page sends ' + MOST_RATE + ' a second: more is too much for a browser.' : look_at;
  }

  const isPossible = (choice) => !scenario(choice) || !scenario(choice).plan.restarts;
  const mayTrain = (choice) => !scenario(choice) || !(scenario(choice).plan.restarts || scenario(choice).plan.p99_limit_ms);
  const trains = (choice) => Boolean(scenario(choice) && scenario(choice).plan.train);

  /** A field's number; null while it is blank, NaN while it is none or out of bounds. */
  function number(field, text) {
    if (!text.trim()) return field.needed ? NaN : null;
    const value = app.features.parseNumber(text);
    return value >= field.least && value <= field.most && (!field.step || Number.isInteger(value)) ? value : NaN;
  }

  /** @param {Object<string, string>} hand what was typed @returns {{values: Object<string, number|null>, problem: string}} all culprits in one sentence */
  function read(hand) {
    const values = Object.fromEntries(FIELDS.map((field) => [field.name, number(field, hand[field.name])]));
    const wrong = FIELDS.filter((field) => Number.isNaN(values[field.name]));
    const wants = (field) => field.title + ' must be a ' + (field.step ? 'whole ' : '') + 'number from ' + field.least + ' to ' + field.most + (field.needed ? '' : ', or blank');
    return { values, problem: wrong.length ? wrong.map(wants).join('; ') + '.' : '' };
  }

  const evenly = (rate, from, to) => Array.from({ length: Math.round(rate * (to - from) / 1000) }, (_, i) => from + i * 1000 / rate);

  /** As independent clients come (exponential gaps), or many at once. */
  function scattered(rate, end, arrivals, random) {
    const found = [];
    const group = arrivals === 'bursts' ? BURST : 1;
    for (let at = 0; at < end; at += (arrivals === 'poisson' ? -Math.log(1 - random()) : group) * 1000 / rate) {
      for (let i = 0; i < group; i += 1) found.push(at);
    }
    return found;
  }

  const open = (schedule, ends, more) => ({ parallel: MOST_PARALLEL, schedule: schedule.slice(0, MOST_REQUESTS), ends, share: 0, batch_rows: 0, ...more });

  function ofScenario(plan) {
    if (plan.p99_limit_ms) return open(RAMP.flatMap((rate, i) => evenly(rate, i * 1000, (i + 1) * 1000)), RAMP.length * 1000);
    const ends = 1000 * (plan.train ? plan.seconds : Math.min(MOST_SECONDS, plan.seconds * plan.rounds));
    const rate = Math.min(plan.rate, MOST_RATE);
    const schedule = plan.arrivals === 'constant' ? evenly(rate, 0, ends) : scattered(rate, ends, plan.arrivals, app.sampling.seeded(SEED));
    return open(schedule, ends, { share: plan.mix.predict || 0, batch_rows: plan.batch_rows });
  }

  function ofHand({ parallel, rate, seconds }) {
    const ends = seconds * 1000;
    return rate ? open(evenly(rate, 0, ends), ends, { parallel }) : { ...open([], ends), parallel, schedule: null };
  }

  /** Twelve; a training gets a head start, so that it is under way when they arrive. */
  function ofOnce(with_training) {
    const at = with_training ? app.config.TIMES.head_start : 0;
    return open(new Array(REQUESTS).fill(at), at);
  }

  /**
   * @param {{choice: string, hand: Object, with_training: boolean}} chosen that can be carried out
   * @param {string} model
   * @returns {Plan}
   */
  function plan({ choice, hand, with_training }, model) {
    if (choice === ONCE) return { ...ofOnce(with_training), model, train_at: with_training ? 0 : null };
    const made = choice === HAND ? ofHand(read(hand).values) : ofScenario(scenario(choice).plan);
    return { ...made, model, train_at: with_training ? TRAIN_AT * made.ends : null };
  }

  /** When the next request is due, in ms; undefined when there is no next one. */
  function due({ schedule, ends }, sent, now, rest_until) {
    if (schedule) return schedule[sent];
    return now < ends && sent < MOST_REQUESTS ? rest_until : undefined;
  }

  const drawRow = (inputs, random) => inputs.map((input) => (app.features.hasRange(input)
    ? Number((input.minimum + random() * (input.maximum - input.minimum)).toFixed(app.features.decimals(input.step))) : input.example));

  /** Questions without end, the same for every backend. @returns {function(): {kind: string, rows: number[][]}} */
  function questions({ share, batch_rows }, inputs) {
    const random = app.sampling.seeded(SEED);
    const batch = { kind: 'predict', rows: Array.from({ length: share ? batch_rows : 0 }, () => drawRow(inputs, random)) };
    return () => (random() < share ? batch : { kind: 'classify', rows: [drawRow(inputs, random)] });
  }

  function handOptions({ parallel, rate, seconds }) {
    return (rate ? ['--rate', rate, '--arrivals', 'constant'] : ['--connections', parallel]).concat('--seconds', seconds, '--rounds', 4);
  }

  /** `duet compare` for the same choice; '' while what was typed makes no sense. */
  function command({ choice, hand, with_training }, model) {
    const { values, problem } = read(hand);
    if (choice === HAND && problem) return '';
    const options = choice === HAND ? handOptions(values) : [];
    const named = scenario(choice) ? choice : choice === ONCE ? 'burst' : 'steady';
    const training = with_training && !trains(choice) ? ['--train', 'request'] : [];
    return ['duet', 'compare', named, '--model', model].concat(options, training).join(' ');
  }

  /** Its questions go to /classify. @param {Object} output of the model's signature */
  const takes = (output) => output.classes.length > 0;

  return { takes, ONCE, HAND, REQUESTS, MOST_REQUESTS, FIELDS, CHOICES, about, isPossible, mayTrain, trains, read, plan, due, questions, command };
}());
