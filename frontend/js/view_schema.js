/* Draws schemas and examples of the documentation page. Part of view_docs.js. */
'use strict';

app.schemaView = (function () {
  const { dom, schemaWords, docs } = app;

  const anchor = (name) => 'schema-' + name;

  const pieces = (found) => found.map((piece) => (typeof piece === 'string' ? piece : dom.el('a', { href: '#' + anchor(piece.ref) }, piece.ref)));

  const words = (schema) => dom.el('span', { class: 'type' }, ...pieces(schemaWords.words(schema)));

  function fieldList(fields) {
    return dom.el('dl', { class: 'keys-of' }, ...fields.map((field) => dom.el('div', {},
      dom.el('dt', {}, dom.el('code', {}, field.name), field.required ? '' : dom.el('small', {}, ' optional')),
      dom.el('dd', {}, dom.el('span', { class: 'type' }, ...pieces(field.words)), field.note ? dom.el('small', {}, field.note) : ''))));
  }

  /** A schema in full: its keys, or what it is where it has none. */
  function full(schema) {
    const variants = schemaWords.variants(schema);
    const parts = schema.properties ? [fieldList(schemaWords.fields(schema))] : [dom.el('p', {}, words(schema))];
    if (variants.length) {
      parts.push(dom.el('p', { class: 'variants-title' }, 'One of these:'));
      variants.forEach((one) => parts.push(folded(one.title, fieldList(one.fields))));
    }
    return dom.el('div', {}, ...parts);
  }

  const folded = (title, ...content) => dom.el('details', {}, dom.el('summary', {}, title), ...content);

  const code = (value) => dom.el('pre', { tabindex: '0', 'aria-label': 'Example' }, typeof value === 'string' ? value : docs.pretty(value));

  return { anchor, words, full, folded, code };
}());
