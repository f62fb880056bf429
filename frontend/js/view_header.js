/* Draws models, the choice of backend, the chips and the "nobody is there" banner. Part of view.js. */
'use strict';

app.createHeaderView = function createHeaderView(intents) {
  const { dom, select, format } = app;
  const nodes = { models: dom.byId('models'), ask: dom.byId('ask'), chips: dom.byId('chips'), offline: dom.byId('offline') };
  const { ADD } = app.address;
  const chips = {};

  const link = (name, title, current) => dom.el('li', {}, dom.el('a', { href: '#' + name, 'aria-current': name === current ? 'page' : false }, title));

  const drawModels = dom.memo((names, titles, current) => {
    const shown = titles.split('\n');
    nodes.models.replaceChildren(...names.split('\n').map((name, i) => link(encodeURIComponent(name), shown[i], current)), link(ADD, '+ Add a model', current));
  });

  function segment(value, title, note, mark) {
    const input = dom.el('input', { type: 'radio', name: 'ask', value });
    input.addEventListener('change', () => intents.ask(value));
    const face = dom.el('span', { class: 'segment-face' }, ...(mark || []), title);
    if (note) face.append(dom.el('small', {}, note));
    return { value, input, label: dom.el('label', { class: 'segment' }, input, face) };
  }

  let segments = [];
  const drawAsk = dom.memo((backends) => {
    segments = backends.map((one) => segment(one.id, one.title, new URL(one.base_url).port, [dom.mark(one)]));
    segments.push(segment(select.BOTH, 'Both', '', backends.map(dom.mark)));
    nodes.ask.replaceChildren(...segments.map((one) => one.label));
  });

  function createChips(backends) {
    nodes.chips.replaceChildren(...backends.map((backend) => {
      const node = dom.copy('template-chip');
      const tip = node.querySelector('.tip');
      tip.id = 'tip-' + backend.id;
      node.setAttribute('aria-describedby', tip.id);
      node.addEventListener('keydown', (event) => { if (event.key === 'Escape') node.blur(); });
      dom.dress(node, backend);
      dom.text(node.querySelector('.chip-title'), backend.title);
      chips[backend.id] = { node, facts: node.querySelector('.chip-facts'), tip };
      return node;
    }));
  }

  const scoreOf = (champion) => (champion && champion.metrics && champion.metrics.holdout ? champion.metrics.holdout : null);

  const unitOf = (state) => app.tasks.unit(select.detail(state));

  function trainingSeconds(state, id) {
    const one = Object.values(state.training).find((training) => training.backend === id);
    return one ? format.seconds(state.now - one.started_at) : '';
  }

  /** Words before figures: how it is, then what it serves. @returns {string[]} */
  function factsOf(state, id) {
    const champion = select.champion(state, id);
    const training = trainingSeconds(state, id);
    if (select.reach(state, id) === 'unknown') return ['looking…'];
    if (select.isDown(state, id)) return ['not reachable'];
    if (training) return ['training', training];
    if (champion === undefined) return ['reachable'];
    if (!champion) return ['not trained'];
    const score = scoreOf(champion);
    const time = state.times[id];
    const busy = select.reach(state, id) === 'busy';
    return ['v' + champion.number, score ? (score.rmse === undefined ? '' : 'RMSE ') + format.score(score, unitOf(state)) : '–', busy ? 'busy' : time ? format.ms(time.last) : '–'];
  }

  function tipOf(state, backend) {
    const reach = { unknown: 'Not heard from yet', up: 'Reachable', busy: 'Connected, but slow to answer: it may be training', down: 'Does not answer, asked again every 2 s' };
    const lines = [backend.base_url, reach[select.reach(state, backend.id)]];
    const score = scoreOf(select.champion(state, backend.id));
    const unit = unitOf(state);
    if (score) lines.push(select.task(state).score + ' ' + format.score(score, unit) + ': ' + format.evidence(score, unit));
    if (state.times[backend.id]) lines.push('Last answer after ' + format.ms(state.times[backend.id].last) + ', there and back');
    return lines.join('\n');
  }

  function drawChip(state, backend) {
    const chip = chips[backend.id];
    chip.node.dataset.reach = select.reach(state, backend.id);
    dom.text(chip.facts, factsOf(state, backend.id).join('  '));
    dom.text(chip.tip, tipOf(state, backend));
  }

  const drawOffline = dom.memo((offline) => {
    if (!offline) { nodes.offline.replaceChildren(); return; }
    nodes.offline.replaceChildren(dom.el('p', { class: 'wide' },
      dom.el('strong', {}, 'No backend reachable, retrying.'), ' Start one with ', dom.el('code', {}, 'make run'), ' or change the addresses in the settings.'));
  });

  const drawBackends = dom.memo((backends) => { drawAsk(backends); createChips(backends); });

  return function render(state) {
    const models = select.models(state);
    drawModels(models.map((one) => one.name).join('\n'), models.map((one) => one.title).join('\n'), state.adding ? ADD : encodeURIComponent(state.model));
    drawBackends(state.backends);
    segments.forEach((one) => { one.input.checked = one.value === state.ask; });
    state.backends.forEach((backend) => drawChip(state, backend));
    drawOffline(select.allDown(state));
  };
};
