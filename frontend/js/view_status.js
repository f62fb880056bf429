/* Draws the status line with its spinner, and the history behind it. Part of view.js. */
'use strict';

app.createStatusView = function createStatusView(intents) {
  const { dom, select, format } = app;
  const nodes = { line: dom.byId('line'), resting: dom.byId('resting'), spinner: dom.byId('spinner'), history: dom.byId('history'), toggle: dom.byId('history-toggle') };

  nodes.toggle.addEventListener('click', () => intents.history());

  const drawLine = dom.memo((line) => {
    // Lines that nobody asked for (a slider on the move) are for the eye only.
    nodes.line.setAttribute('aria-live', line && line.quiet ? 'off' : 'polite');
    nodes.line.dataset.kind = line ? line.kind : '';
    dom.text(nodes.line, line ? line.text : '');
  });

  const drawHistory = dom.memo((log, open) => {
    if (!open) return;
    nodes.history.replaceChildren(...log.slice().reverse().map((line) => dom.el('li', { 'data-kind': line.kind },
      dom.el('time', { datetime: new Date(line.at).toISOString() }, format.clock(line.at)), dom.el('span', {}, line.text))));
  });

  const progressText = (run) => (run && run.state === 'RUNNING' ? ' (' + run.step + ', ' + format.percent(run.progress, 0) + ')' : '');

  /** What goes on when there is nothing new to tell. */
  function restingText(state) {
    const trainings = Object.values(state.training);
    if (trainings.length) {
      return 'Training on ' + format.list(trainings.map((one) => select.title(state, one.backend) + progressText(state.runs[one.run])));
    }
    return state.in_flight ? state.in_flight + (state.in_flight === 1 ? ' request' : ' requests') + ' under way' : '';
  }

  return function render(state) {
    drawLine(state.line);
    nodes.resting.hidden = Boolean(state.line);
    dom.text(nodes.resting, state.line ? '' : restingText(state));
    nodes.spinner.classList.toggle('turning', state.in_flight > 0 || select.isTraining(state) || Boolean(state.mock && state.mock.accuracy === null));
    nodes.history.hidden = !state.history_open;
    nodes.toggle.setAttribute('aria-expanded', String(state.history_open));
    drawHistory(state.log, state.history_open);
  };
};
