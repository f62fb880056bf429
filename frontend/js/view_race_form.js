/* Draws what a race is told: a scenario or load by hand, start, stop, and the same as a command. Part of view.js. */
'use strict';

app.createRaceFormView = function createRaceFormView(tools, burst) {
  const { dom, select, racePlan } = app;
  const { dispatch, state, is_file } = tools;

  function switched(title, detail, event) {
    const input = dom.el('input', { type: 'checkbox' });
    input.addEventListener('change', () => dispatch({ type: event, on: input.checked }));
    return { input, label: dom.el('label', { class: 'switch' }, input, dom.el('span', {}, title + ' ', dom.el('small', {}, detail))) };
  }

  function field({ name, title, hint }) {
    const input = dom.el('input', { id: 'race-' + name, type: 'text', inputmode: 'decimal', autocomplete: 'off', maxlength: '8', 'aria-describedby': 'race-problem' });
    input.addEventListener('input', () => dispatch({ type: 'burst_typed', name, text: input.value }));
    return { name, input, node: dom.el('div', { class: 'setting' }, dom.el('label', { for: input.id }, title), input, dom.el('small', {}, hint)) };
  }

  const fields = racePlan.FIELDS.map(field);
  const training = switched('train meanwhile', '(makes new versions)', 'burst_training_chosen');
  const turns = switched('one after the other', '(else both at once)', 'burst_turns_chosen');
  const nodes = {
    choice: dom.el('select', { id: 'race-choice' }, ...racePlan.CHOICES().map((one) => dom.el('option', { value: one.name }, one.title))),
    about: dom.el('p', { class: 'prose', id: 'race-about' }),
    hand: dom.el('div', { class: 'train-grid' }, ...fields.map((one) => one.node)),
    problem: dom.el('p', { class: 'problem', id: 'race-problem', role: 'status' }),
    start: dom.el('button', { type: 'button', class: 'secondary' }, 'Start'),
    stop: dom.el('button', { type: 'button', class: 'secondary' }, 'Stop'),
    progress: dom.el('span', { class: 'note' }),
    refused: dom.el('p', { class: 'note' }),
    command: dom.el('code', { id: 'race-command', tabindex: '0' }),
    copy: dom.el('button', { type: 'button', class: 'quiet' }, 'Copy'),
    copied: dom.el('span', { class: 'note', role: 'status' }),
  };
  const setup = dom.el('fieldset', { class: 'race-setup' }, dom.el('legend', { class: 'unseen' }, 'Race'),
    dom.el('div', { class: 'run-chooser' }, dom.el('label', { for: 'race-choice' }, 'Scenario'), nodes.choice), nodes.about, nodes.hand, nodes.problem,
    dom.el('div', { class: 'switches' }, turns.label, training.label));
  nodes.choice.setAttribute('aria-describedby', nodes.about.id);
  const only = dom.el('p', { class: 'prose', hidden: true }, 'Races take models that answer with a class: choose one of those above.');
  dom.byId('body-burst').before(only);
  dom.byId('body-burst').append(
    dom.el('p', { class: 'prose' }, 'The page sends requests without waiting for the ones before; each bar runs from its intended start to its answer. A synchronous server takes one at a time, so while it trains all bars wait for the end of the training; an asynchronous server trains aside and goes on answering.'),
    setup, nodes.refused, dom.el('div', { class: 'actions' }, nodes.start, nodes.stop, nodes.progress),
    dom.el('p', { class: 'note' }, 'A browser opens only about six connections to one host: of more requests, the later ones also wait inside the browser, whatever the server does. No more than ' + racePlan.MOST_REQUESTS.toLocaleString('en') + ' go to each. The real figures, without a browser between:'),
    dom.el('div', { class: 'command' }, nodes.command, nodes.copy, nodes.copied));

  function chooseCommand() {
    window.getSelection().selectAllChildren(nodes.command);
    dom.text(nodes.copied, 'Chosen, to be copied by hand.');
  }

  function copy() {
    if (!navigator.clipboard) { chooseCommand(); return; }
    navigator.clipboard.writeText(nodes.command.textContent).then(() => dom.text(nodes.copied, 'Copied.'), chooseCommand);
  }

  nodes.choice.addEventListener('change', () => dispatch({ type: 'burst_chosen', choice: nodes.choice.value, is_file }));
  nodes.start.addEventListener('click', () => burst.start());
  nodes.stop.addEventListener('click', () => burst.stop());
  nodes.copy.addEventListener('click', copy);

  function drawHand(chosen) {
    const is_hand = chosen.choice === racePlan.HAND;
    const { values, problem } = racePlan.read(chosen.hand);
    nodes.hand.hidden = !is_hand;
    nodes.problem.hidden = !is_hand || !problem;
    dom.text(nodes.problem, nodes.problem.hidden ? '' : problem);
    fields.forEach(({ name, input }) => {
      if (input.value !== chosen.hand[name]) input.value = chosen.hand[name];
      dom.setAttribute(input, 'aria-invalid', Number.isNaN(values[name]) && 'true');
    });
  }

  function drawTraining(chosen) {
    training.input.checked = chosen.with_training;
    training.input.disabled = is_file || !racePlan.mayTrain(chosen.choice);
    nodes.refused.hidden = !is_file;
    if (is_file) dom.text(nodes.refused, 'A page that was opened as a file may not train, so its races do without. Open ' + state().backends[0].base_url + '/ to train meanwhile.');
  }

  function drawCommand(chosen, model) {
    const text = racePlan.command(chosen, model);
    if (nodes.command.textContent !== text) dom.text(nodes.copied, '');
    dom.text(nodes.command, text);
    nodes.copy.disabled = !text;
  }

  const draw = dom.memo((chosen, model) => {
    nodes.choice.value = chosen.choice;
    setup.disabled = chosen.running;
    dom.text(nodes.about, racePlan.about(chosen.choice));
    turns.input.checked = chosen.in_turns;
    drawHand(chosen);
    drawTraining(chosen);
    drawCommand(chosen, model);
    dom.setAttribute(nodes.stop, 'aria-disabled', String(!chosen.running));
    dom.text(nodes.progress, chosen.running ? app.format.seconds(chosen.now) : '');
  });

  return function render(now) {
    only.hidden = !select.output(now) || racePlan.takes(select.output(now));
    dom.byId('body-burst').hidden = !only.hidden;
    draw(app.burst.of(now), now.model);
    dom.setAttribute(nodes.start, 'aria-disabled', String(!burst.isReady() || !select.detail(now)));
  };
};
