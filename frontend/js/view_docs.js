/* Draws the documentation page: contents, operations with what they take and answer, and what was tried. */
'use strict';

app.createDocsView = function createDocsView(page, intents) {
  const { dom, docs, schemaView, schemaWords, format } = app;
  const nodes = {};
  ['contents', 'introduction', 'problem', 'operations', 'theme', 'main'].forEach((id) => { nodes[id] = dom.byId(id); });
  const forms = {};

  nodes.theme.addEventListener('click', () => intents.theme());

  /* ---- what the document says, drawn once ---- */

  const anchor = (operation) => 'operation-' + operation.id;

  const methodOf = (operation) => dom.el('span', { class: 'method', 'data-method': operation.method }, operation.method);

  function contentsOf(group) {
    return dom.el('div', {}, dom.el('h2', {}, group.name), dom.el('ul', {}, ...group.operations.map((one) => dom.el('li', {},
      dom.el('a', { href: '#' + anchor(one) }, methodOf(one), dom.el('span', {}, one.path))))));
  }

  /** Text in which `code` is marked as in Markdown; nothing else of Markdown is. */
  const marked = (text) => text.split('`').map((part, i) => (i % 2 ? dom.el('code', {}, part) : part));

  function takesOf(operation) {
    const found = operation.parameters.map((one) => dom.el('li', {}, dom.el('code', {}, one.name), ' in the ' + one.in + ': ', schemaView.words(one.schema), dom.el('small', {}, one.description || '')));
    if (operation.body) {
      operation.body.media.forEach((one) => found.push(dom.el('li', {}, dom.el('code', {}, one.type), ' ', Object.keys(one.schema).length ? schemaView.words(one.schema) : 'bytes')));
      found.push(dom.el('li', {}, dom.el('small', {}, ...marked(operation.body.description))));
    }
    return found.length ? [dom.el('h4', {}, 'Takes'), dom.el('ul', { class: 'takes' }, ...found)] : [];
  }

  function answerOf(answer) {
    const examples = answer.media.flatMap((one) => one.examples);
    const kinds = answer.media.map((one) => dom.el('p', {}, dom.el('code', {}, one.type), ' ', Object.keys(one.schema).length ? schemaView.words(one.schema) : 'bytes'));
    const shown = examples.flatMap((one) => [dom.el('p', { class: 'example-title' }, one.title), schemaView.code(one.value)]);
    return dom.el('details', { class: 'answer' },
      dom.el('summary', {}, dom.el('span', { class: 'code', 'data-good': String(answer.status < '400') }, answer.status), dom.el('span', {}, ...marked(answer.description))),
      ...kinds, dom.el('p', {}, dom.el('small', {}, 'Headers: ' + answer.headers.join(', '))), ...shown);
  }

  const hasExample = (answer) => answer.media.some((one) => one.examples.length);

  /** What a client must be ready for, and what is worth a look at once, stand apart. */
  function answersOf(operation) {
    const rare = operation.answers.filter((one) => one.status >= '400' && !hasExample(one));
    const others = operation.answers.filter((one) => !rare.includes(one));
    const lines = rare.map((one) => dom.el('li', {}, dom.el('span', { class: 'code' }, one.status), dom.el('span', {}, ...marked(one.description))));
    const kinds = new Set(rare.flatMap((one) => one.media.map((kind) => kind.type)));
    const folded = schemaView.folded(others.some((one) => one.status >= '400') ? 'Further errors' : 'Errors',
      dom.el('p', {}, 'As ', dom.el('code', {}, [...kinds].join(', ')), ' '), dom.el('ul', { class: 'errors' }, ...lines));
    return [...others.map(answerOf), ...(rare.length ? [folded] : [])];
  }

  function operationOf(operation) {
    const node = dom.copy('template-operation');
    node.id = anchor(operation);
    node.querySelector('.method').replaceWith(methodOf(operation));
    node.querySelector('.path').textContent = operation.path;
    node.querySelector('.summary').textContent = operation.summary;
    node.querySelector('.description').replaceChildren(...marked(operation.description));
    node.querySelector('.description').hidden = !operation.description;
    node.querySelector('.told').replaceChildren(...takesOf(operation), dom.el('h4', {}, 'Answers'), ...answersOf(operation));
    forms[operation.id] = formOf(operation, node.querySelector('.try'));
    return node;
  }

  const groupOf = (group) => dom.el('div', { class: 'group' }, dom.el('h2', {}, group.name), dom.el('p', { class: 'prose' }, group.description || ''), ...group.operations.map(operationOf));

  const schemaOf = ({ name, schema }) => dom.el('section', { class: 'panel schema', id: schemaView.anchor(name) },
    dom.el('h3', {}, dom.el('code', {}, name)), dom.el('p', { class: 'prose' }, ...marked(schema.description || '')), schemaView.full(schema));

  const drawDocument = dom.memo((spec, groups) => {
    if (!spec) return;
    const all = docs.schemas(spec);
    nodes.introduction.replaceChildren(...(spec.info.description || '').split('\n\n').map((text) => dom.el('p', {}, ...marked(text))));
    nodes.contents.replaceChildren(...groups.map(contentsOf), dom.el('div', {}, dom.el('h2', {}, dom.el('a', { href: '#schemas' }, 'Schemas'))));
    nodes.operations.replaceChildren(...groups.map(groupOf),
      dom.el('div', { class: 'group', id: 'schemas' }, dom.el('h2', {}, 'Schemas'), dom.el('div', { class: 'schemas' }, ...all.map(schemaOf))));
    // The address may name a part that was not there when the browser looked for it.
    const wanted = page.getElementById(decodeURIComponent(page.location.hash.slice(1)));
    if (wanted) wanted.scrollIntoView();
  });

  /* ---- trying ---- */

  const option = (value) => dom.el('option', { value }, value);

  /** A list where no other value is allowed; where others are, a text field that proposes those that are listed. */
  function valueField(operation, parameter) {
    const { enum: choices, anyOf: branches = [] } = parameter.schema;
    const proposed = branches.flatMap((one) => one.enum || []);
    const id = 'known-' + operation.id + '-' + parameter.name;
    const field = choices
      ? dom.el('select', {}, ...choices.map(option))
      : dom.el('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', ...(proposed.length ? { list: id } : {}) });
    const proposals = proposed.length ? [dom.el('datalist', { id }, ...proposed.map(option))] : [];
    field.addEventListener('input', () => intents.value(operation.id, parameter.name, field.value));
    return { name: parameter.name, field, label: dom.el('label', {}, dom.el('span', {}, parameter.name), field, ...proposals) };
  }

  function formOf(operation, form) {
    const area = form.querySelector('textarea');
    const values = operation.parameters.map((one) => valueField(operation, one));
    const examples = operation.examples.map((one) => {
      const button = dom.el('button', { type: 'button', class: 'example' }, one.title);
      button.addEventListener('click', () => intents.example(operation.id, one.key));
      return { key: one.key, button };
    });
    form.querySelector('.examples').replaceChildren(...examples.map((one) => one.button));
    form.querySelector('.try-parameters').replaceChildren(...values.map((one) => one.label));
    form.querySelector('.try-body').hidden = !operation.body;
    form.querySelector('.try-token').hidden = !operation.secured;
    form.setAttribute('aria-label', 'Try ' + operation.method + ' ' + operation.path);
    area.addEventListener('input', () => intents.text(operation.id, area.value));
    form.addEventListener('submit', (event) => { event.preventDefault(); intents.send(operation.id); });
    return { area, values, examples, draw: dom.memo((tried) => drawTry(form, area, values, examples, tried)) };
  }

  function drawTry(form, area, values, examples, tried) {
    if (area.value !== tried.text) {
      area.value = tried.text;
      area.rows = Math.min(16, Math.max(3, tried.text.split('\n').length));
    }
    values.forEach((one) => { if (one.field.value !== tried.values[one.name]) one.field.value = tried.values[one.name]; });
    examples.forEach((one) => one.button.setAttribute('aria-pressed', String(one.key === tried.example)));
    const send = form.querySelector('.primary');
    dom.setAttribute(send, 'aria-disabled', tried.pending ? 'true' : false);
    dom.text(form.querySelector('.try-status'), statusOf(tried));
    const answer = form.querySelector('.try-answer');
    answer.hidden = !tried.reply || !tried.reply.status;
    dom.text(answer, tried.reply ? docs.shownBody(tried.reply) || '(no body)' : '');
    form.dataset.failed = String(Boolean(tried.reply && (tried.reply.status === 0 || tried.reply.status >= 400)));
  }

  function statusOf(tried) {
    if (tried.pending) return 'Waiting for the answer …';
    if (!tried.reply) return '';
    if (!tried.reply.status) return tried.reply.cause === 'timeout' ? 'No answer in time' : 'No answer: the server can’t be reached';
    return tried.reply.status + ' ' + tried.reply.reason + ' · ' + format.ms(tried.reply.ms);
  }

  function render(state) {
    dom.setAttribute(page.documentElement, 'data-theme', state.theme || false);
    nodes.problem.hidden = !state.problem;
    dom.text(nodes.problem, state.problem);
    drawDocument(state.spec, state.groups);
    Object.entries(forms).forEach(([id, form]) => form.draw(state.tries[id]));
  }

  return { render };
};
