/* Draws the form "Train with…". Part of view.js. */
'use strict';

app.createTrainWithView = function createTrainWithView(tools, intents) {
  const { dom, trainWith } = app;
  const { dispatch } = tools;
  let fields = [];

  function createField(path, title, hint, input, typed) {
    const id = 'train-' + path.replace('.', '-');
    const words = dom.el('small', { id: id + '-hint' }, hint);
    const complaint = dom.el('p', { class: 'hint', id: id + '-problem' });
    Object.assign(input, { id });
    input.setAttribute('aria-describedby', words.id + ' ' + complaint.id);
    input.addEventListener('input', () => typed(input.value));
    return { path, input, complaint, node: dom.el('div', { class: 'setting' }, dom.el('label', { for: id }, title), input, words, complaint) };
  }

  const options = (pairs) => pairs.map(([value, title]) => dom.el('option', { value }, title));
  const numberInput = (standard) => dom.el('input', { type: 'text', inputmode: 'decimal', autocomplete: 'off', spellcheck: 'false', maxlength: '32', placeholder: standard });

  function createParameter(one) {
    const input = one.kind === 'choice' ? dom.el('select', {}, ...options([['', one.default]].concat(one.choices.map((choice) => [choice, choice])))) : numberInput(String(one.default));
    const field = createField('params.' + one.name, one.name.replace(/_/g, ' '), trainWith.hint(one), input, (text) => dispatch({ type: 'train_with_typed', name: one.name, text }));
    return { ...field, text: (state) => trainWith.texts(state)[one.name] || '' };
  }

  const seed = { ...createField('seed', 'seed', 'fixes every random choice', numberInput('0'), (text) => dispatch({ type: 'train_with_seed_typed', text })), text: (state) => trainWith.of(state).seed };
  const promote = {
    ...createField('promote', 'make champion', 'of what is trained here', dom.el('select', {}, ...options(trainWith.PROMOTIONS)), (value) => dispatch({ type: 'train_with_promotion_chosen', promote: value })),
    text: (state) => trainWith.of(state).promote,
  };

  const grid = dom.el('div', { class: 'train-grid' });
  const submit = dom.el('button', { type: 'submit', class: 'secondary' }, 'Train with these');
  const reset = dom.el('button', { type: 'button', class: 'quiet' }, 'Defaults');
  const form = dom.el('form', { class: 'train-form', novalidate: true, 'aria-label': 'Training settings' }, grid, dom.el('div', { class: 'actions' }, submit, reset));
  form.addEventListener('submit', (event) => { event.preventDefault(); intents.train(); });
  reset.addEventListener('click', () => dispatch({ type: 'train_with_reset' }));
  dom.byId('train-with').append(form);

  const drawFields = dom.memo((recipe) => {
    fields = (recipe ? recipe.hyperparameters.map(createParameter) : []).concat(seed, promote);
    grid.replaceChildren(...fields.map((field) => field.node));
  });

  function drawField(field, state) {
    const words = trainWith.complaint(state, field.path);
    field.input.value = field.text(state);
    dom.setAttribute(field.input, 'aria-invalid', words ? 'true' : false);
    dom.text(field.complaint, words);
  }

  return function render(state) {
    const recipe = trainWith.recipe(state);
    drawFields(recipe);
    fields.forEach((field) => drawField(field, state));
    submit.setAttribute('aria-disabled', app.select.isBusy(state) ? 'true' : 'false');
  };
};
