/* Draws a flower to scale from four measurements, when the model's inputs say which is which. Part of view.js. */
'use strict';

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
    if (!(length > 0 && width > 0)) return [];
    return angles.map((angle) => dom.svg('g', { class: kind, transform: 'rotate(' + angle + ')' },
      dom.svg('path', { d: leafPath(length, width) }),
      dom.svg('path', { class: 'vein', d: 'M0 ' + -length * 0.12 + ' V ' + -length * 0.78 })));
  }

  /** The rings stand for a ruler: this far apart, in the unit of the measurements. */
  const ringStep = (extent) => (extent > 16 ? 8 : extent > 9 ? 4 : 2);

  function radii(extent) {
    const step = ringStep(extent);
    return Array.from({ length: Math.floor(extent / step) }, (_, i) => (i + 1) * step);
  }

  /** @param {number[]} sizes sepal length and width, petal length and width */
  function drawing(sizes, extent) {
    const view = extent * 1.02;
    const [sepal_length, sepal_width, petal_length, petal_width] = sizes;
    return dom.svg('svg', { viewBox: [-view, -view, 2 * view, 2 * view].join(' '), role: 'img', 'aria-label': 'The flower, drawn to scale from the four values' },
      ...radii(extent).map((r) => dom.svg('circle', { class: 'ring', r, 'stroke-width': view * 0.006 })),
      ...leaves('sepal', SEPALS, sepal_length, sepal_width),
      ...leaves('petal', PETALS, petal_length, petal_width),
      dom.svg('circle', { class: 'heart', r: extent * 0.02 }));
  }

  function key(kind, length, width, inputs) {
    const size = (input, value) => (Number.isNaN(value) ? '–' : features.toText(input, value));
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
    figure.replaceChildren(drawing(sizes, extent), dom.el('figcaption', {},
      key('sepal', values[0], values[1], roles.slice(0, 2)), key('petal', values[2], values[3], roles.slice(2)),
      dom.el('span', {}, 'rings ' + ringStep(extent) + ' ' + roles[0].unit + ' apart')));
  });

  return function render(state) {
    draw(select.inputs(state), select.texts(state));
    const winner = select.agreedClass(state);
    figure.dataset.class = winner < 0 ? 'none' : String(winner % 7);
  };
};
