/* Small tools for the view_*.js modules, which together are the only ones that touch the document. */
'use strict';

app.dom = (function () {
  const SVG = 'http://www.w3.org/2000/svg';

  /** An element with attributes and children; children are nodes or text, never markup. */
  function el(name, attributes, ...children) {
    return fill(document.createElement(name), attributes, children);
  }

  function svg(name, attributes, ...children) {
    return fill(document.createElementNS(SVG, name), attributes, children);
  }

  function fill(node, attributes, children) {
    Object.entries(attributes || {}).forEach(([key, value]) => setAttribute(node, key, value));
    node.append(...children);
    return node;
  }

  /** false, null and undefined take the attribute away. */
  function setAttribute(node, key, value) {
    if (value === false || value === null || value === undefined) node.removeAttribute(key);
    else node.setAttribute(key, value === true ? '' : String(value));
  }

  const byId = (id) => document.getElementById(id);

  /** A fresh copy of a template's first element. */
  const copy = (id) => byId(id).content.firstElementChild.cloneNode(true);

  const written = new WeakMap();

  /** Writes text only when it changed since it was last written here: live regions stay silent otherwise. */
  function text(node, value) {
    if (written.get(node) === value) return;
    written.set(node, value);
    node.textContent = value;
  }

  /** Runs `draw` only when one of the values it draws from changed. State is immutable, so `===` tells. */
  function memo(draw) {
    let last = null;
    return function drawChanged(...values) {
      if (last && last.length === values.length && values.every((value, i) => value === last[i])) return;
      last = values;
      draw(...values);
    };
  }

  /** Gives a shape the colour and form of a backend. */
  function dress(node, backend) {
    node.style.setProperty('--backend', backend.colour);
    const use = node.querySelector('.mark use');
    if (use) use.setAttribute('href', '#' + backend.mark);
  }

  /** The shape of a backend, for titles and table heads. */
  function mark(backend) {
    const icon = svg('svg', { class: 'mark', 'aria-hidden': 'true' }, svg('use', { href: '#' + backend.mark }));
    icon.style.setProperty('--backend', backend.colour);
    return icon;
  }

  /** The advice, with the address in it as a link. */
  function advice(found) {
    if (!found.link) return [found.advice];
    const [before, after] = found.advice.split(found.link);
    return [before, el('a', { href: found.link }, found.link), after || ''];
  }

  const sentence = (words) => (words && !/[.!?]$/.test(words) ? words + '. ' : words + ' ');

  /** What a backend objected to, in one paragraph. @param {import('./problems.js').Problem} found */
  function problem(backend, found) {
    const words = [found.detail].concat(found.errors.map((error) => (error.path + ' ' + error.message).trim())).filter(Boolean).map(sentence);
    return el('p', { class: 'problem' }, mark(backend), el('strong', {}, backend.title + ': ' + found.title + '. '), ...words, ...advice(found));
  }

  return { el, svg, setAttribute, byId, copy, text, memo, dress, mark, problem };
}());
