/* Draws a flower to scale from four measurements, when the model's inputs say which is which. Part of view.js. */
'use strict';

var app = window.app || {};

app.createFlowerView = function createFlowerView() {
  const { dom, select, features } = app;
  const figure = dom.byId('flower');
  const ROLES = ['sepal_length', 'sepal_width', 'petal_length', 'petal_width'];
  /** Degrees, clockwise from the top: petals stand between the sepals. */
  const SEPALS = [60, 180, 300];
  const PETALS = [0, 120, 240];
  /** Beyond this many times the training range the drawing stops growing. */
  const LARGEST = 3;

  /** The inputs by role, null unless all four are there. */
  function inputsByRole(inputs) {
    const found = ROLES.map((role) => inputs.find((input) => input.role === role));
    return found.every(Boolean) ? found : null;
  }

  /** One leaf, base at the origin, tip upwards, in the unit of the measurements. */
  function leafPath(length, width) {
    const half = width / 1.382; // this cubic bulges to 0.691 of its widest handle: the leaf is `width` wide
    return ['M0 0', 'C', -half * 0.55, -length * 0.2, -half, -length * 0.62, -half * 0.42, -length * 0.88,
      'Q', -half * 0.14, -length, 0, -length, 'Q', half * 0.14, -length, half * 0.42, -length * 0.88,
      'C', half, -length * 0.62, half * 0.55, -length * 0.2, 0, 0, 'Z'].join(' ');
  }

  function leaves(kind, angles, length, width) {
    return angles.map((angle) => dom.svg('g', { class: kind, transform: 'rotate(' + angle + ')' },
      dom.svg('path', { d: leafPath(length, width) }),
      dom.svg('path', { class: 'vein', d: 'M0 ' + -length * 0.12 + ' V ' + -length * 0.78 })));
  }

  function ring(radius, unit) {
    return [
      dom.svg('circle', { class: 'ring', r: radius }),
      dom.svg('text', { class: 'ring-text', x: 0, y: radius, 'text-anchor': 'middle', dy: '0.32em' }, radius + ' ' + unit),
    ];
  }

  function rings(extent, unit) {
    const step = extent > 16 ? 8 : extent > 9 ? 4 : 2;
    const found = [];
    for (let radius = step; radius <= extent; radius += step) found.push(...ring(radius, unit));
    return found;
  }

  /** @param {number[]} sizes sepal length and width, petal length and width */
  function drawing(sizes, extent, unit) {
    const view = extent * 1.06;
    const [sepal_length, sepal_width, petal_length, petal_width] = sizes;
    return dom.svg('svg', { viewBox: [-view, -view, 2 * view, 2 * view].join(' '), role: 'img', 'aria-label': 'The flower, drawn to scale from the four values' },
      ...rings(extent, unit),
      ...leaves('sepal', SEPALS, sepal_length, sepal_width),
      ...leaves('petal', PETALS, petal_length, petal_width),
      dom.svg('circle', { class: 'heart', r: extent * 0.02 }));
  }

  function key(kind, length, width, inputs) {
    const size = (input, value) => features.toText(input, value);
    return dom.el('span', { class: 'key key-' + kind }, kind + ' ' + size(inputs[0], length) + ' × ' + size(inputs[1], width) + ' ' + inputs[0].unit);
  }

  const draw = dom.memo((inputs, texts) => {
    const roles = inputsByRole(inputs);
    figure.hidden = !roles;
    if (!roles) return;
    const reach = Math.max(...roles.map((input) => input.maximum));
    const values = roles.map((input) => features.parseNumber(texts[input.name]));
    const sizes = values.map((value) => (value > 0 ? Math.min(value, reach * LARGEST) : 0));
    const extent = Math.max(reach, sizes[0], sizes[2]);
    const shown = values.map((value) => (Number.isNaN(value) ? 0 : value));
    figure.replaceChildren(drawing(sizes, extent, roles[0].unit), dom.el('figcaption', {},
      key('sepal', shown[0], shown[1], roles.slice(0, 2)), key('petal', shown[2], shown[3], roles.slice(2))));
  });

  return function render(state) {
    draw(select.inputs(state), select.texts(state));
    const winner = select.agreedClass(state);
    figure.dataset.class = winner < 0 ? 'none' : String(winner % 7);
  };
};
