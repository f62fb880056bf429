/* Pure: a JSON Schema in words, as pieces of text and references to other schemas. */
'use strict';

var app = window.app || {};

app.schemaWords = (function () {
  const NAMES = { number: 'number', integer: 'whole number', string: 'text', boolean: 'true or false', null: 'null', object: 'object', array: 'list' };
  const PLURALS = { number: 'numbers', integer: 'whole numbers', string: 'texts', object: 'objects', array: 'lists' };
  const shown = (value) => JSON.stringify(value);

  /** @typedef {string|{ref: string}} Piece */

  const nameOf = (reference) => reference.slice(reference.lastIndexOf('/') + 1);

  /** 'a' and 'b' and 'c' with a word between each two. */
  const joined = (parts, between) => parts.flatMap((part, i) => (i ? [between, ...part] : part));

  function range(low, high) {
    if (low !== undefined && high !== undefined) return ' from ' + low + ' to ' + high;
    if (low !== undefined) return ' from ' + low;
    return high !== undefined ? ' up to ' + high : '';
  }

  function length(schema, many) {
    const list = many ? 'lists' : 'list';
    const { minItems: low, maxItems: high } = schema;
    if (low !== undefined && low === high) return list + ' of ' + low;
    if (low && high !== undefined) return list + ' of ' + low + ' to ' + high.toLocaleString('en');
    return list + (high !== undefined ? ' of up to ' + high.toLocaleString('en') : ' of');
  }

  function list(schema, many) {
    const kinds = schema.prefixItems || (schema.items ? [schema.items] : []);
    const distinct = kinds.map(shown).filter((one, i, all) => all.indexOf(one) === i).map((one) => JSON.parse(one));
    if (!distinct.length) return [many ? 'lists' : 'list'];
    const inner = joined(distinct.map((kind) => words(kind, true)), ', ');
    return [length(schema, many) + ' ', ...inner];
  }

  function single(schema, type, many) {
    if (type === 'array') return list(schema, many);
    if (type === 'object' && typeof schema.additionalProperties === 'object') return [(many ? 'objects' : 'object') + ' of ', ...words(schema.additionalProperties, true)];
    const format = schema.format ? ' (' + schema.format + ')' : '';
    const pattern = schema.pattern ? ' like ' + schema.pattern : '';
    return [((many && PLURALS[type]) || NAMES[type] || type || 'anything') + format + pattern + range(schema.minimum, schema.maximum)];
  }

  /** What a value, or each of `many`, may be. @returns {Piece[]} */
  function words(schema, many) {
    if (schema.$ref) return [{ ref: nameOf(schema.$ref) }];
    if (schema.const !== undefined) return [shown(schema.const)];
    if (schema.enum) return [schema.enum.map(shown).join(' or ')];
    if (schema.anyOf) return joined(schema.anyOf.map((one) => words(one, many)), ' or ');
    return joined([].concat(schema.type).map((type) => single(schema, type, many)), ' or ');
  }

  /**
   * The keys of an object, those of an object within it by a path.
   * @returns {{name: string, required: boolean, words: Piece[], note: string}[]}
   */
  function fields(schema, before) {
    const required = schema.required || [];
    return Object.entries(schema.properties || {}).flatMap(([key, value]) => {
      const name = (before || '') + key;
      const usual = value.default === undefined || value.default === null || typeof value.default === 'object' ? '' : 'default ' + shown(value.default);
      const own = { name, required: required.includes(key), words: words(value), note: [value.description, usual].filter(Boolean).join('; ') };
      const inner = value.properties ? fields(value, name + '.') : [];
      return value.properties && !value.type ? inner : [own, ...inner];
    });
  }

  /** The kinds of which an object must be one: each with a title, and the keys in which it differs. */
  const variants = (schema) => (schema.properties ? schema.anyOf || [] : []).map((one) => ({ title: one.title || '', fields: fields(one) }));

  return { words, fields, variants, nameOf };
}());
