/* Draws the training runs: how far they are, what became of them, and the button that cancels one. Part of view.js. */
'use strict';

app.createTrainingView = function createTrainingView(tools, runner) {
  const { dom, runs, runWords } = app;
  const EMPTY = 'No training yet. While one goes on, this is where you see how far it is and how the model learns; reload or come back later, it stays.';
  const GIVEN = 'This model was fitted elsewhere, and no recipe says how to train it here. To renew it, publish it again under the same name.';
  const nodes = {
    problem: dom.el('div'),
    cards: dom.el('div', { class: 'runs' }),
    choice: dom.el('select', { id: 'run-choice' }),
  };
  nodes.chooser = dom.el('p', { class: 'run-chooser' }, dom.el('label', { for: 'run-choice' }, 'Show the training of '), nodes.choice);
  nodes.curve = dom.el('div', { id: 'curve' });
  nodes.regions = dom.el('div', { id: 'regions' });
  nodes.residuals = dom.el('div', { id: 'residuals' });
  dom.byId('body-training').append(dom.el('div', { class: 'learning' },
    dom.el('div', { class: 'learning-runs' }, nodes.problem, nodes.cards, nodes.curve, nodes.chooser), nodes.regions, nodes.residuals));
  nodes.choice.addEventListener('change', () => tools.dispatch({ type: 'run_chosen', run: nodes.choice.value }));

  const cards = new Map();

  function createCard(id) {
    const card = {
      title: dom.el('p', { class: 'run-title', id: 'run-' + id }),
      about: dom.el('p', { class: 'run-about' }),
      bar: dom.el('progress', { max: '1', 'aria-labelledby': 'run-' + id }),
      words: dom.el('p', { class: 'run-words' }),
      cancel: dom.el('button', { type: 'button', class: 'secondary', 'aria-describedby': 'run-' + id }, 'Cancel'),
    };
    card.node = dom.el('div', { class: 'run' }, card.title, card.about, card.bar, card.cancel, card.words);
    card.cancel.addEventListener('click', () => runner.cancel(id));
    return card;
  }

  function drawCard(state, run) {
    const card = cards.get(run.id) || createCard(run.id);
    cards.set(run.id, card);
    card.node.dataset.state = run.state;
    dom.text(card.title, runWords.recipe(state, run));
    dom.text(card.about, runWords.about(state, run));
    dom.text(card.words, runWords.progress(run));
    card.bar.value = run.progress;
    card.bar.hidden = !runs.isActive(run);
    card.cancel.hidden = !runs.isActive(run);
    return card.node;
  }

  /** Moves only what has another place: a button that is pressed must not move away. */
  function place(parent, children) {
    Array.from(parent.children).filter((child) => !children.includes(child)).forEach((child) => child.remove());
    children.forEach((child, i) => { if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] || null); });
  }

  const drawChoice = dom.memo((state, all, shown) => {
    nodes.chooser.hidden = all.length < 2;
    nodes.choice.replaceChildren(...all.map((run) => dom.el('option', { value: run.id, selected: run === shown }, runWords.short(state, run))));
  });

  const drawProblem = dom.memo((found, backends) => {
    nodes.problem.replaceChildren(...(found ? [dom.problem(backends.find((one) => one.id === found.backend), found.problem)] : []));
  });

  let drawnFrom = [];
  return function render(state) {
    const from = [state.runs, state.shown_run, state.model, state.details, state.run_problem];
    if (from.every((value, i) => value === drawnFrom[i])) return;
    drawnFrom = from;
    const all = runs.all(state);
    const shown = runs.shown(state);
    const listed = all.filter((run) => runs.isActive(run) || run === shown);
    place(nodes.cards, listed.length ? listed.map((run) => drawCard(state, run)) : [dom.el('p', { class: 'prose' }, app.select.isTrainable(state) ? EMPTY : GIVEN)]);
    drawChoice(state, all, shown);
    drawProblem(state.run_problem, state.backends);
  };
};
