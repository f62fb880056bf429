'use strict';
/* The documentation page's logic: a description in words, and what is sent when something is tried. */
const test = require('node:test');
const assert = require('node:assert/strict');
const { load, plain } = require('./load.js');

const app = load({}, 'docs.html');

const DOCUMENT = Object.freeze({
  info: { title: 'Soil', description: 'About soil.' },
  tags: [{ name: 'Ask', description: 'Ask it.' }, { name: 'Nothing', description: 'No operation has it.' }],
  paths: {
    '/': { get: { operationId: 'page', tags: ['Ask'], responses: {} } },
    '/pits/{pit}/dig': {
      post: {
        operationId: 'dig', tags: ['Ask'], summary: 'Dig',
        parameters: [
          { name: 'pit', in: 'path', schema: { enum: ['a/b'] }, example: 'a/b' },
          { name: 'deep', in: 'query', schema: { type: 'string' } },
        ],
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Dig' }, examples: { one: { summary: 'One', value: { depths: [1, 2] } }, two: { summary: 'Two', value: {} } } } } },
        responses: { 200: { description: 'Done' }, 400: { $ref: '#/components/responses/Bad' } },
        security: [{ token: [] }],
      },
    },
  },
  components: { schemas: { Dig: { type: 'object' } }, responses: { Bad: { description: 'Bad', content: { 'application/problem+json': {} } } } },
});

const loaded = () => app.docs.reduce(app.docs.initial({}), { type: 'loaded', spec: DOCUMENT });
const words = (schema) => app.schemaWords.words(schema).map((piece) => (typeof piece === 'string' ? piece : '@' + piece.ref)).join('');

test('schemas are told in words', () => {
  assert.equal(words({ $ref: '#/components/schemas/Dig' }), '@Dig');
  assert.equal(words({ type: 'number', minimum: 0, maximum: 1 }), 'number from 0 to 1');
  assert.equal(words({ anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] }), 'whole number from 1 or null');
  assert.equal(words({ enum: ['a', null] }), '"a" or null');
  assert.equal(words({ const: 3 }), '3');
  assert.equal(words({ type: 'string', format: 'date-time' }), 'text (date-time)');
  assert.equal(words({ type: 'array', items: { type: 'number' }, minItems: 4, maxItems: 4 }), 'list of 4 numbers');
  assert.equal(words({ type: 'array', prefixItems: [{ type: 'number' }, { type: 'number' }], minItems: 2, maxItems: 2, items: false }), 'list of 2 numbers');
  assert.equal(words({ type: 'array', items: { $ref: '#/x/Row' }, minItems: 1, maxItems: 10000 }), 'list of 1 to 10,000 @Row');
  assert.equal(words({ type: 'object', additionalProperties: { type: 'string' } }), 'object of texts');
  assert.equal(words({ type: 'array', items: { type: 'array', items: { type: 'integer', minimum: 0 } } }), 'list of lists of whole numbers from 0');
  assert.equal(words({}), 'anything');
});

test('the keys of an object within an object are told by a path', () => {
  const schema = { properties: { a: { type: 'string', default: 'x' }, p: { properties: { n: { type: 'integer', description: 'how many' } } } }, required: ['a'] };
  assert.deepEqual(plain(app.schemaWords.fields(schema)), [
    { name: 'a', required: true, words: ['text'], note: 'default "x"' },
    { name: 'p.n', required: false, words: ['whole number'], note: 'how many' },
  ]);
});

test('variants are told only where they narrow an object', () => {
  const variant = { title: 'v', properties: { a: { const: 1 } } };
  assert.deepEqual(plain(app.schemaWords.variants({ properties: { a: {} }, anyOf: [variant] })).map((one) => one.title), ['v']);
  assert.deepEqual(plain(app.schemaWords.variants({ anyOf: [{ type: 'null' }] })), []);
});

test('operations stand by tag, with references followed and the first example filled in', () => {
  const state = loaded();
  assert.deepEqual(plain(state.groups.map((group) => [group.name, group.operations.map((one) => one.id)])), [['Ask', ['page', 'dig']]]);
  const dig = app.docs.find(state, 'dig');
  assert.deepEqual(plain(dig.answers.map((one) => [one.status, one.description, one.media.map((kind) => kind.type)])), [['200', 'Done', []], ['400', 'Bad', ['application/problem+json']]]);
  assert.equal(dig.secured, true);
  assert.deepEqual(plain(state.tries.dig.values), { pit: 'a/b', deep: '' });
  assert.equal(state.tries.dig.text, '{\n  "depths": [1, 2]\n}');
});

test('an example that is chosen replaces the text and the answer to the one before', () => {
  const answered = app.docs.reduce(app.docs.reduce(loaded(), { type: 'sent', id: 'dig' }), { type: 'answered', id: 'dig', reply: { status: 200 } });
  assert.equal(answered.tries.dig.pending, false);
  const chosen = app.docs.reduce(answered, { type: 'example_chosen', id: 'dig', key: 'two' });
  assert.deepEqual([chosen.tries.dig.text, chosen.tries.dig.example, chosen.tries.dig.reply], ['{}', 'two', null]);
  const typed = app.docs.reduce(chosen, { type: 'text_typed', id: 'dig', text: '{' });
  assert.deepEqual([typed.tries.dig.text, typed.tries.dig.example], ['{', '']);
});

test('an address stays below the page\'s own and holds what was typed', () => {
  const state = app.docs.reduce(loaded(), { type: 'value_typed', id: 'dig', name: 'deep', value: '3 m' });
  const of = (id) => app.docs.address(app.docs.find(state, id), state.tries[id].values, 'http://localhost:1/soil/docs#x');
  assert.equal(of('dig'), 'http://localhost:1/soil/pits/a%2Fb/dig?deep=3+m');
  assert.equal(of('page'), 'http://localhost:1/soil/');
});

test('JSON stands as a person would write it', () => {
  assert.equal(app.docs.pretty({ rows: [[1, 2.5], [3, null]], none: [], o: {} }), '{\n  "rows": [[1, 2.5], [3, null]],\n  "none": [],\n  "o": {}\n}');
  assert.equal(app.docs.pretty({ a: [{ b: 1 }] }), '{\n  "a": [\n    {\n      "b": 1\n    }\n  ]\n}');
  const nested = { text: 'a "b"\n', list: ['x'.repeat(40), 'y'.repeat(40), null, true], deep: { er: [{ e: [] }] } };
  assert.deepEqual(JSON.parse(app.docs.pretty(nested)), nested);
});

test('an answer that is no JSON is shown as it came, a long one in part', () => {
  assert.equal(app.docs.shownBody({ body: null, text: '# HELP\n' }), '# HELP\n');
  assert.ok(app.docs.shownBody({ body: null, text: 'x'.repeat(50000) }).length < 21000);
});
