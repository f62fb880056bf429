/* Draws the dialogs: addresses and token, the keyboard shortcuts, and whether a model is to be removed. Part of view.js. */
'use strict';

app.createDialogsView = function createDialogsView(settings, shortcuts, removing) {
  const { dom, config } = app;
  const button = (kind, type, title) => dom.el('button', { type, class: kind }, title);
  const nodes = {
    bases: dom.el('div'),
    token: dom.el('input', { id: 'token', type: 'password', autocomplete: 'off', spellcheck: 'false' }),
    reset: button('quiet', 'button', 'Defaults'),
    cancel: button('secondary', 'button', 'Cancel'),
    single_keys: dom.el('input', { type: 'checkbox' }),
    close: button('primary', 'button', 'Close'),
    question: dom.el('h2', { id: 'remove-title' }), removal_problem: dom.el('div', { role: 'alert' }),
    keep: button('secondary', 'button', 'Keep it'), remove: button('primary', 'button', 'Remove'),
  };
  nodes.form = dom.el('form', { method: 'dialog', novalidate: true },
    dom.el('h2', { id: 'settings-title' }, 'Settings'), nodes.bases,
    dom.el('div', { class: 'setting' },
      dom.el('label', { for: 'token' }, 'Token ', dom.el('small', {}, 'optional, for training; kept until the tab is closed')), nodes.token),
    dom.el('div', { class: 'dialog-actions' }, nodes.reset, nodes.cancel, button('primary', 'submit', 'Save')));
  const keys = shortcuts.flatMap(({ key, does }) => [dom.el('dt', {}, dom.el('kbd', {}, key)), dom.el('dd', {}, does)]);
  const dialogs = {
    settings: dom.el('dialog', { 'aria-labelledby': 'settings-title' }, nodes.form),
    shortcuts: dom.el('dialog', { 'aria-labelledby': 'shortcuts-title' },
      dom.el('h2', { id: 'shortcuts-title' }, 'Keyboard shortcuts'), dom.el('dl', { class: 'keys' }, ...keys),
      dom.el('label', { class: 'switch' }, nodes.single_keys, dom.el('span', {}, 'Single-key shortcuts')),
      dom.el('div', { class: 'dialog-actions' }, nodes.close)),
    remove: dom.el('dialog', { 'aria-labelledby': 'remove-title' }, nodes.question,
      dom.el('p', {}, 'Its data, versions and trainings are deleted, for everyone who uses these servers.'), nodes.removal_problem,
      dom.el('div', { class: 'dialog-actions' }, nodes.keep, nodes.remove)),
  };
  document.body.append(...Object.values(dialogs));
  let bases = [];

  function createBase(backend) {
    const id = 'base-' + backend.id;
    const input = dom.el('input', { id, type: 'url', inputmode: 'url', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': id + '-hint' });
    const hint = dom.el('p', { class: 'hint', id: id + '-hint' });
    input.addEventListener('input', () => settings.typeBase(backend.id, input.value));
    const label = dom.el('label', { for: id }, dom.mark(backend), backend.title + ' ', dom.el('small', {}, 'address'));
    return { id: backend.id, input, hint, node: dom.el('div', { class: 'setting' }, label, input, hint) };
  }

  const drawBases = dom.memo((backends) => {
    bases = backends.map(createBase);
    nodes.bases.replaceChildren(...bases.map((one) => one.node));
  });

  function drawBase(one, text) {
    const wrong = config.readBase(text) === null;
    one.input.value = text;
    dom.setAttribute(one.input, 'aria-invalid', wrong ? 'true' : false);
    dom.text(one.hint, wrong ? 'Enter an address such as http://localhost:8081' : '');
  }

  nodes.cancel.addEventListener('click', () => settings.close());
  nodes.keep.addEventListener('click', () => settings.close());
  nodes.remove.addEventListener('click', () => removing.confirm());
  nodes.close.addEventListener('click', () => settings.close());
  nodes.reset.addEventListener('click', () => settings.reset());
  nodes.form.addEventListener('submit', (event) => { event.preventDefault(); settings.save(); });
  nodes.token.addEventListener('input', () => settings.typeToken(nodes.token.value));
  nodes.single_keys.addEventListener('change', () => settings.singleKeys(nodes.single_keys.checked));
  // Escape tells 'cancel' at once and 'close' a moment later, when the next key may already be down.
  Object.values(dialogs).forEach((dialog) => ['cancel', 'close'].forEach((name) => dialog.addEventListener(name, () => settings.close())));

  const drawRemovalProblem = dom.memo((found, backends) => {
    nodes.removal_problem.replaceChildren(...(found ? [dom.problem(backends.find((one) => one.id === found.backend), found.problem)] : []));
  });

  const showDialog = dom.memo((name) => {
    Object.values(dialogs).forEach((dialog) => dialog.close());
    if (name) dialogs[name].showModal();
  });

  return function render(state) {
    drawBases(state.backends);
    bases.forEach((one) => drawBase(one, state.draft.bases[one.id] || ''));
    nodes.token.value = state.draft.token;
    nodes.single_keys.checked = state.single_keys;
    const detail = app.select.detail(state);
    dom.text(nodes.question, detail ? 'Remove ' + detail.title + '?' : '');
    drawRemovalProblem(state.removal_problem, state.backends);
    showDialog(state.dialog);
  };
};
