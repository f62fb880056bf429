/* Pure: what the documentation page shows, made of the OpenAPI document and of what was tried. */
'use strict';

var app = window.app || {};

app.docs = (function () {
  const MAX_LINE = 64; // characters of a list or an object that stands on one line

  /** JSON as a person would write it: what is short stands on one line. */
  function pretty(value, before) {
    const flat = JSON.stringify(value);
    if (value === null || typeof value !== 'object') return flat;
    const inside = Object.values(value);
    const is_list = Array.isArray(value);
    const is_short = flat.length <= MAX_LINE && inside.every((one) => one === null || typeof one !== 'object' || Array.isArray(one));
    if (!inside.length || (is_list && is_short)) return is_list ? '[' + inside.map((one) => pretty(one)).join(', ') + ']' : flat;
    const indent = (before || '') + '  ';
    const lines = is_list
      ? inside.map((one) => indent + pretty(one, indent))
      : Object.entries(value).map(([key, one]) => indent + JSON.stringify(key) + ': ' + pretty(one, indent));
    return (is_list ? '[' : '{') + '\n' + lines.join(',\n') + '\n' + (before || '') + (is_list ? ']' : '}');
  }

  const MAX_SHOWN = 20000; // characters of an answer

  /** Follows one reference within the document. */
  function resolved(spec, thing) {
    if (!thing.$ref) return thing;
    return thing.$ref.slice(2).split('/').reduce((at, key) => at[key], spec);
  }

  function media(content) {
    return Object.entries(content || {}).map(([type, one]) => ({
      type, schema: one.schema || {},
      examples: Object.entries(one.examples || {}).map(([key, example]) => ({ key, title: example.summary || key, value: example.value })),
    }));
  }

  function answersOf(spec, described) {
    return Object.entries(described.responses || {}).map(([status, given]) => {
      const answer = resolved(spec, given);
      return { status, description: answer.description, media: media(answer.content), headers: Object.keys(answer.headers || {}) };
    });
  }

  function operationOf(spec, path, method, described) {
    const body = described.requestBody;
    const kinds = media(body && body.content);
    return {
      id: described.operationId, method: method.toUpperCase(), path,
      tag: (described.tags || [''])[0], summary: described.summary || '', description: described.description || '',
      parameters: (described.parameters || []).map((one) => resolved(spec, one)),
      body: body ? { description: body.description || '', media: kinds } : null,
      examples: kinds.length ? kinds[0].examples : [],
      answers: answersOf(spec, described),
      secured: Boolean((described.security || []).length),
    };
  }

  /** The operations by tag, in the document's order. */
  function groups(spec) {
    const all = Object.entries(spec.paths).flatMap(([path, item]) => (
      Object.entries(item).map(([method, described]) => operationOf(spec, path, method, described))));
    const tags = spec.tags || [];
    return tags.map((tag) => ({ ...tag, operations: all.filter((one) => one.tag === tag.name) })).filter((group) => group.operations.length);
  }

  const schemas = (spec) => Object.entries((spec.components || {}).schemas || {}).map(([name, schema]) => ({ name, schema }));

  /** An address below the page's own, with the parameters put in. */
  function address(operation, values, base) {
    const of = (place) => operation.parameters.filter((one) => one.in === place);
    const path = of('path').reduce((text, one) => text.replace('{' + one.name + '}', encodeURIComponent(values[one.name])), operation.path);
    const query = new URLSearchParams(of('query').filter((one) => values[one.name]).map((one) => [one.name, values[one.name]])).toString();
    return new URL(path.slice(1) || '.', base).href + (query ? '?' + query : '');
  }

  /* ---- state ---- */

  function untried(operation) {
    const values = Object.fromEntries(operation.parameters.map((one) => [one.name, String(one.example === undefined ? '' : one.example)]));
    const first = operation.examples[0];
    return { values, example: first ? first.key : '', text: first ? pretty(first.value) : '', pending: false, reply: null };
  }

  const initial = (given) => ({ spec: null, groups: [], problem: '', theme: given.theme || '', tries: {} });

  const changed = (state, id, change) => ({ ...state, tries: { ...state.tries, [id]: { ...state.tries[id], ...change } } });

  const find = (state, id) => state.groups.flatMap((group) => group.operations).find((one) => one.id === id);

  const REDUCERS = {
    loaded(state, event) {
      const found = groups(event.spec);
      const tries = found.flatMap((group) => group.operations).map((one) => [one.id, untried(one)]);
      return { ...state, spec: event.spec, groups: found, problem: '', tries: Object.fromEntries(tries) };
    },
    failed: (state, event) => ({ ...state, problem: event.problem }),
    theme_chosen: (state, event) => ({ ...state, theme: event.theme }),
    example_chosen(state, event) {
      const example = find(state, event.id).examples.find((one) => one.key === event.key);
      return changed(state, event.id, { example: example.key, text: pretty(example.value), reply: null });
    },
    text_typed: (state, event) => changed(state, event.id, { text: event.text, example: '' }),
    value_typed: (state, event) => changed(state, event.id, { values: { ...state.tries[event.id].values, [event.name]: event.value } }),
    sent: (state, event) => changed(state, event.id, { pending: true }),
    answered: (state, event) => changed(state, event.id, { pending: false, reply: event.reply }),
  };

  const reduce = (state, event) => REDUCERS[event.type](state, event);

  /** An answer's body as it is shown: JSON on lines of its own, anything else as it came, both cut where they are long. */
  function shownBody(reply) {
    const text = reply.body === null ? reply.text : pretty(reply.body);
    return text.length > MAX_SHOWN ? text.slice(0, MAX_SHOWN) + '\n…' : text;
  }

  return { initial, reduce, find, schemas, address, shownBody, pretty };
}());
