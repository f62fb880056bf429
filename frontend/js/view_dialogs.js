/* Draws the two dialogs: addresses and token, and the keyboard shortcuts. Part of view.js. */
'use strict';

app.createDialogsView = function createDialogsView(intents, shortcuts) {
  const { dom, config } = app;
  const ids = ['settings', 'settings-form', 'settings-open', 'settings-close', 'settings-reset', 'bases', 'token', 'shortcuts', 'shortcuts-open', 'shortcuts-close', 'keys', 'single-keys'];
  const nodes = Object.fromEntries(ids.map((id) => [id, dom.byId(id)]));
  let bases = [];

  function createBase(backend) {
    const id = 'base-' + backend.id;
    const input = dom.el('input', { id, type: 'url', inputmode: 'url', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': id + '-hint' });
    const hint = dom.el('p', { class: 'hint', id: id + '-hint' });
    input.addEventListener('input', () => intents.typeBase(backend.id, input.value));
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

  nodes.keys.replaceChildren(...shortcuts.flatMap(({ key, does }) => [dom.el('dt', {}, dom.el('kbd', {}, key)), dom.el('dd', {}, does)]));
  nodes['settings-open'].addEventListener('click', () => intents.settings());
  nodes['shortcuts-open'].addEventListener('click', () => intents.shortcuts());
  nodes['settings-close'].addEventListener('click', () => intents.closeDialog());
  nodes['shortcuts-close'].addEventListener('click', () => intents.closeDialog());
  nodes['settings-reset'].addEventListener('click', () => intents.resetSettings());
  nodes['settings-form'].addEventListener('submit', (event) => { event.preventDefault(); intents.saveSettings(); });
  nodes.token.addEventListener('input', () => intents.typeToken(nodes.token.value));
  nodes['single-keys'].addEventListener('change', () => intents.singleKeys(nodes['single-keys'].checked));
  // Escape tells 'cancel' at once and 'close' a moment later, when the next key may already be down.
  [nodes.settings, nodes.shortcuts].forEach((dialog) => ['cancel', 'close'].forEach((name) => dialog.addEventListener(name, () => intents.closeDialog())));

  const showDialog = dom.memo((name) => {
    [nodes.settings, nodes.shortcuts].forEach((dialog) => dialog.close());
    if (name) nodes[name].showModal();
  });

  return function render(state) {
    drawBases(state.backends);
    bases.forEach((one) => drawBase(one, state.draft.bases[one.id] || ''));
    nodes.token.value = state.draft.token;
    nodes['single-keys'].checked = state.single_keys;
    showDialog(state.dialog);
  };
};
