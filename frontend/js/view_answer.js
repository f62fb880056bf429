/* Draws the answers: a card for each asked backend, what differs between them, and the random sample. Part of view.js. */
'use strict';

app.createAnswerView = function createAnswerView() {
  const { dom, select, format, features } = app;
  const nodes = { cards: dom.byId('cards'), verdict: dom.byId('verdict'), made_up: dom.byId('made-up'), speech: dom.byId('speech') };

  /** 'answered by Klein', and for whom it stood in. */
  function byText(state, slot, answer) {
    const by = 'answered by ' + select.title(state, answer.backend);
    return slot === answer.backend ? by : by + ', ' + select.title(state, slot) + ' does not answer';
  }

  function frame(template, state, slot, answer) {
    const node = dom.copy(template);
    dom.dress(node, select.backend(state, answer.backend));
    dom.text(node.querySelector('.by-text'), byText(state, slot, answer));
    node.querySelector('.by').classList.toggle('stand-in', slot !== answer.backend);
    return node;
  }

  function bar(one, index, share, best, differs) {
    const node = dom.copy('template-bar');
    node.dataset.class = String(index % 7);
    node.classList.toggle('best', best);
    node.classList.toggle('differs', differs);
    dom.text(node.querySelector('.bar-name'), one.name);
    node.querySelector('.bar-fill').style.width = Math.max(0, Math.min(1, Number(share) || 0)) * 100 + '%';
    dom.text(node.querySelector('.bar-value'), format.probability(share));
    if (differs) node.append(dom.el('span', { class: 'differs-mark' }, '≠', dom.el('span', { class: 'unseen' }, ' differs')));
    return node;
  }

  function fact(text, differs) {
    return dom.el('span', { class: differs ? 'fact differs' : 'fact' }, text, ...(differs ? [dom.el('span', { class: 'differs-mark' }, ' ≠')] : []));
  }

  /** '1.8 ms (model 3 µs)': how long it took for this page, and how much of that was the model's. */
  function time(answer) {
    const { inference, total } = answer.timing;
    const node = fact(format.ms(answer.ms) + (inference === undefined ? '' : ' (model ' + format.ms(inference) + ')'), false);
    node.title = 'From sending to the last byte, as this page sees it'
      + (total === undefined ? '' : '; ' + format.ms(total) + ' of it in the server');
    return node;
  }

  const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  function warning(state, item) {
    const input = select.inputs(state)[features.indexOfPath(item.path)];
    const where = input ? input.title + ': ' : '';
    return dom.el('li', {}, dom.svg('svg', { 'aria-hidden': 'true' }, dom.svg('use', { href: '#icon-warning' })), where ? where + item.message : sentence(String(item.message)));
  }

  /** Where the interval lies in the range of the training data, and the value in it. */
  function gauge(state, body, differs) {
    const output = select.output(state);
    const { value, low, high } = app.tasks.estimate(body);
    const [least, most] = [Math.min(output.minimum, low), Math.max(output.maximum, high)];
    const place = (at) => ((at - least) / (most - least || 1)) * 100;
    const span = (name, from, to) => {
      const node = dom.el('span', { class: 'gauge-' + name });
      Object.assign(node.style, { left: place(from) + '%', right: 100 - place(to) + '%' });
      return node;
    };
    const end = (at) => dom.el('span', {}, format.measured(at, output.maximum - output.minimum));
    const words = dom.el('p', { class: differs ? 'gauge-words differs' : 'gauge-words' }, select.task(state).sure(body, output));
    if (output.minimum === null) return words;
    return dom.el('div', { class: 'gauge' }, words,
      dom.el('div', { class: 'gauge-track', 'aria-hidden': 'true' }, span('seen', output.minimum, output.maximum), span('interval', low, high), span('value', value, value)),
      dom.el('p', { class: 'gauge-ends', 'aria-hidden': 'true' }, end(output.minimum), dom.el('span', { class: 'gauge-seen-words' }, 'seen in training'), end(output.maximum)));
  }

  const bars = (state, body, differences) => dom.el('ul', { class: 'bars' }, ...select.classes(state).map((one, i) =>
    bar(one, i, body.probabilities[one.name], i === body.class, differences.has('p ' + one.name))));

  function predictionCard(state, slot, answer, differences) {
    const node = frame('template-card', state, slot, answer);
    const body = answer.body;
    const label = node.querySelector('.label');
    dom.text(label, select.task(state).label(body, select.output(state)));
    label.classList.toggle('differs', differences.has('label'));
    if (select.classes(state).length) label.after(bars(state, body, differences));
    else { label.before(dom.el('p', { class: 'gauge-title' }, select.output(state).title)); label.after(gauge(state, body, differences.has('interval'))); }
    node.querySelector('.facts').append(fact('version ' + body.version, differences.has('version')), time(answer));
    const warnings = Array.isArray(body.warnings) ? body.warnings : [];
    node.querySelector('.warnings').append(...warnings.map((item) => warning(state, item)));
    return node;
  }

  function errorItem(state, error) {
    const input = select.inputs(state)[features.indexOfPath(error.path)];
    return dom.el('li', {}, (input ? input.title : error.path) + ': ' + error.message);
  }

  function errorCard(state, slot, answer) {
    const node = frame('template-error', state, slot, answer);
    const problem = answer.problem;
    const write = (part, text) => { node.querySelector('.' + part).hidden = !text; dom.text(node.querySelector('.' + part), text); };
    dom.text(node.querySelector('.error-title span'), problem.title);
    write('error-status', 'Status: ' + answer.status + (answer.reason ? ' (' + answer.reason + ')' : ''));
    write('error-detail', problem.detail);
    node.querySelector('.error-list').append(...problem.errors.map((error) => errorItem(state, error)));
    write('error-advice', problem.advice);
    write('error-id', problem.request_id ? 'Request ' + problem.request_id : '');
    return node;
  }

  function silentCard(state, slot, title, words) {
    const backend = select.backend(state, slot);
    const node = dom.el('article', { class: 'card silent' }, dom.el('p', { class: 'by' }, dom.mark(backend), backend.title),
      dom.el('p', { class: 'silent-title' }, title), dom.el('p', { class: 'silent-why' }, words));
    dom.dress(node, backend);
    return node;
  }

  /** A slot without an answer: why, and what to do. */
  function emptyCard(state, slot) {
    const backend = select.backend(state, slot);
    if (select.reach(state, slot) === 'unknown') return silentCard(state, slot, 'Looking…', 'Asking ' + backend.base_url);
    if (select.isDown(state, slot)) return silentCard(state, slot, 'Not reachable', 'Nothing answers at ' + backend.base_url + '.');
    if (select.champion(state, slot) === null) return silentCard(state, slot, 'Not trained yet', 'Press Train: it takes a few seconds.');
    return silentCard(state, slot, 'Ready', 'Move a slider or press ' + select.task(state).verb + '.');
  }

  function cardOf(state, slot, differences) {
    const answer = state.answers[slot];
    if (!answer) return emptyCard(state, slot);
    if (answer.kind === 'prediction') return predictionCard(state, slot, answer, differences);
    if (answer.kind === 'error') return errorCard(state, slot, answer);
    return silentCard(state, slot, 'No answer', 'Nothing answers at ' + select.backend(state, slot).base_url + '.');
  }

  /** What the two answers to one question disagree in. @returns {Map<string, string>} keys with their names */
  function differencesOf(state, answers) {
    const found = new Map();
    if (answers.length < 2) return found;
    const [first, ...others] = answers.map((one) => one.body);
    const parts = (body) => select.task(state).parts(body, select.output(state)).concat([['version', 'the model version', body.version]]);
    const others_parts = others.map(parts);
    parts(first).forEach(([key, name, value], i) => { if (others_parts.some((other) => other[i][2] !== value)) found.set(key, name); });
    return found;
  }

  function drawVerdict(answers, differences) {
    nodes.verdict.hidden = answers.length < 2;
    if (answers.length < 2) { nodes.verdict.replaceChildren(); return; }
    const words = Array.from(new Set(differences.values()));
    const text = words.length ? '≠ The answers differ in ' + format.list(words) : '= Both give the same answer, to the last digit';
    nodes.verdict.replaceChildren(dom.el('p', { class: words.length ? 'verdict differs' : 'verdict' }, text));
  }

  /** Answers to one and the same question, if every asked backend gave one. */
  function comparable(state) {
    const answers = select.slots(state).map((slot) => state.answers[slot]);
    const same = answers.length > 1 && answers.every((one) => one && one.kind === 'prediction' && one.seq === answers[0].seq);
    return same ? answers : [];
  }

  function randomCard(name, label, why) {
    const node = dom.copy('template-random');
    dom.text(node.querySelector('.random-name'), name);
    dom.text(node.querySelector('.label'), label);
    dom.text(node.querySelector('.random-why'), why);
    return node;
  }

  const drawMadeUp = dom.memo((sample, mock, task, output) => {
    const cards = [];
    if (sample) {
      const { label, why } = task.madeUp(sample, output);
      cards.push(randomCard('RANDOM, not a prediction', label, 'No server answered, so the page rolled a die: ' + why + ', whatever the values say.'));
    }
    if (mock && mock.accuracy === null) {
      cards.push(randomCard('Mock-up, not a training', 'pretending…', 'No server answers: nothing is being trained.'));
    } else if (mock) {
      cards.push(randomCard('RANDOM mock-up, not a training', task.mock(mock.accuracy), 'No server answered: nothing was trained and this number is made up.'));
    }
    nodes.made_up.replaceChildren(...cards);
  });

  const drawCards = dom.memo((state) => {
    const answers = comparable(state);
    const differences = differencesOf(state, answers);
    drawVerdict(answers, differences);
    nodes.cards.replaceChildren(...select.slots(state).map((slot) => cardOf(state, slot, differences)));
    nodes.cards.classList.toggle('several', select.slots(state).length > 1);
  });

  let drawnFrom = null;
  /** Everything that the cards depend on: a redraw on every keystroke would restart their transitions. */
  function changed(state) {
    const from = [state.answers, state.links, state.details, state.model, state.ask, state.backends];
    const same = drawnFrom && from.every((value, i) => value === drawnFrom[i]);
    drawnFrom = from;
    return !same;
  }

  return function render(state) {
    drawMadeUp(state.sample, state.mock, select.task(state), select.output(state));
    const made_up = Boolean(state.sample);
    if (changed(state)) drawCards(state);
    nodes.cards.hidden = made_up;
    nodes.verdict.hidden = made_up || !nodes.verdict.hasChildNodes();
    Array.from(nodes.cards.children).forEach((card, i) => {
      const answer = state.answers[select.slots(state)[i]];
      card.classList.toggle('stale', Boolean(answer) && select.isStale(state, answer));
    });
    dom.text(nodes.speech, state.spoken);
  };
};
