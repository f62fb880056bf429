/* Draws the form: fields from the model's signature, examples, buttons, and problems beside them. Part of view.js. */
'use strict';

app.createFormView = function createFormView(intents) {
  const { dom, select, features, format } = app;
  const nodes = Object.fromEntries(['form', 'fields', 'examples', 'recipe', 'classify', 'train', 'problem', 'title', 'enter-title', 'train-problems', 'train-more', 'train-with'].map((id) => [id, dom.byId(id)]));
  let fields = [];

  function createField(input, index) {
    const node = dom.copy('template-field');
    const part = (name) => node.querySelector('.' + name);
    const field = { input, node, title: part('field-title'), number: part('number'), slider: part('slider'), hint: part('hint') };
    if (features.isCategory(input)) chooseCategory(field);
    if (features.isCategory(input) || !features.hasRange(input)) {
      field.slider.remove();
      field.slider = null;
      part('ends').hidden = true;
    }
    const id = 'field-' + index;
    field.number.id = id;
    field.hint.id = id + '-hint';
    field.title.htmlFor = id;
    dom.text(field.title, input.title);
    dom.text(part('unit'), input.unit || '');
    field.number.setAttribute('aria-describedby', field.hint.id);
    if (field.slider) describeSlider(field);
    field.number.addEventListener('input', () => intents.field(input.name, field.number.value));
    if (!field.slider) return field;
    field.slider.addEventListener('input', () => intents.field(input.name, features.toText(input, Number(field.slider.value))));
    field.slider.addEventListener('keydown', (event) => { if (event.key === 'Enter') { event.preventDefault(); intents.classify(); } });
    return field;
  }

  /** A list of names in the place of the number. */
  function chooseCategory(field) {
    const { input } = field;
    const names = input.may_be_missing ? ['', ...input.categories] : input.categories;
    const list = dom.el('select', { class: 'number category' }, ...names.map((name) => dom.el('option', { value: name }, name || 'not known')));
    field.number.replaceWith(list);
    field.number = list;
  }

  function describeSlider({ slider, input, node }) {
    const [min, max] = features.ends(input);
    Object.assign(slider, { min, max, step: input.step });
    [['.end-low', min], ['.end-high', max]].forEach(([name, end]) => dom.text(node.querySelector(name), features.toText(input, end)));
    slider.setAttribute('aria-label', input.title + ', slider, ' + format.range(input) + ' seen in training');
  }

  function drawField(field, state) {
    const { input } = field;
    const text = select.texts(state)[input.name] || '';
    const wrong = Boolean(state.problem) && state.problem.names.includes(input.name);
    const outside = features.isOutside(input, text);
    const place = features.sliderValue(input, text);
    field.number.value = text;
    if (field.slider) {
      field.slider.value = place;
      field.slider.setAttribute('aria-valuetext', format.withUnit(text, input.unit));
      field.slider.style.setProperty('--fill', ((place - input.minimum) / (input.maximum - input.minimum)) * 100 + '%');
    }
    dom.setAttribute(field.number, 'aria-invalid', wrong ? 'true' : false);
    field.node.classList.toggle('wrong', wrong);
    field.node.classList.toggle('outside', outside);
    dom.text(field.hint, wrong ? state.problem.message : outside ? 'outside the ' + format.range(input) + ' seen in training' : '');
  }

  const drawFields = dom.memo((inputs) => {
    fields = features.isImage(inputs) || features.areMany(inputs) ? [] : inputs.map(createField);
    nodes.fields.replaceChildren(...fields.map((field) => field.node));
  });

  const drawExamples = dom.memo((examples) => {
    nodes.examples.hidden = !examples || !examples.length;
    nodes.examples.replaceChildren(dom.el('span', { class: 'examples-title', 'aria-hidden': 'true' }, 'Try one'), ...(examples || []).map((example) => {
      const button = dom.el('button', { type: 'button', class: 'example' }, example.title);
      button.addEventListener('click', () => intents.row(example.row));
      return button;
    }));
  });

  const drawRecipes = dom.memo((recipes) => {
    nodes.recipe.replaceChildren(...(recipes || []).map((recipe) => dom.el('option', { value: recipe.name }, recipe.title || recipe.name)));
  });

  const drawTrainProblems = dom.memo((problems, backends) => {
    nodes['train-problems'].replaceChildren(...Object.values(problems).map((one) => dom.problem(backends.find((backend) => backend.id === one.backend), one.problem)));
  });

  nodes.form.addEventListener('submit', (event) => { event.preventDefault(); intents.classify(); });
  nodes.train.addEventListener('click', () => intents.train());
  nodes['train-more'].addEventListener('click', () => intents.trainWith());
  nodes.recipe.addEventListener('change', () => intents.recipe(nodes.recipe.value));

  function drawButtons(state) {
    const busy = select.isBusy(state);
    nodes['train-more'].setAttribute('aria-expanded', String(state.train_with_open));
    nodes['train-with'].hidden = !state.train_with_open || !select.isTrainable(state);
    dom.text(nodes.classify, select.task(state).verb);
    dom.text(nodes.train, busy ? 'Training…' : 'Train');
    nodes.train.setAttribute('aria-disabled', busy ? 'true' : 'false');
    [nodes.train, nodes.recipe].forEach((node) => { node.parentNode.hidden = !select.isTrainable(state); });
  }

  return function render(state) {
    const detail = select.detail(state);
    drawFields(detail ? detail.signature.inputs : []);
    drawExamples(detail && detail.examples);
    drawRecipes(detail && detail.recipes);
    nodes.form.setAttribute('aria-busy', detail ? 'false' : 'true');
    dom.text(nodes.title, detail ? 'Duet: ' + detail.title : 'Duet');
    if (detail) nodes.recipe.value = state.recipes[state.model] || detail.default_recipe;
    fields.forEach((field) => drawField(field, state));
    drawButtons(state);
    const general = state.problem && !(state.problem.names.length && fields.length) ? state.problem.message : '';
    nodes.problem.hidden = !general;
    dom.text(nodes.problem, general);
    drawTrainProblems(state.train_problems, state.backends);
  };
};
