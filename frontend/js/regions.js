/* Pure: which class a model gives to each cell of a plane over two of its features. */
'use strict';

/**
 * @typedef {Object} Plane
 * @property {number} resolution  cells a side
 * @property {number[]} cells     indices of classes, row by row from the lowest y, each from the lowest x; -1 for none
 */

app.regions = (function () {
  const RESOLUTION = 32;
  const MOST_FEATURES = 6;
  /** How far a plane reaches beyond the training range, as a share of it; the backends do the same. */
  const MARGIN = 0.05;

  const isPossible = (detail) => Boolean(detail) && detail.task === 'classification'
    && detail.signature.inputs.length > 1 && detail.signature.inputs.length <= MOST_FEATURES
    && detail.signature.inputs.every((input) => !app.features.isCategory(input) && app.features.hasRange(input) && !input.may_be_missing);

  /** The two features on show: the chosen ones, else the last two. */
  function axes(state) {
    const inputs = app.select.inputs(state);
    const chosen = (state.axes && state.axes[state.model]) || [];
    const [x, y] = chosen.map((name) => inputs.find((input) => input.name === name));
    return x && y && x !== y ? [x, y] : inputs.slice(-2);
  }

  /** @returns {[number, number]} from where to where a feature is drawn */
  function span(input) {
    const margin = (input.maximum - input.minimum) * MARGIN;
    return [input.minimum - margin, input.maximum + margin];
  }

  /** Where a value lies on its axis: 0 at the low end, 1 at the high one. */
  function place(input, value) {
    const [low, high] = span(input);
    return (value - low) / (high - low);
  }

  function centre(input, index) {
    const [low, high] = span(input);
    return low + ((index + 0.5) / RESOLUTION) * (high - low);
  }

  /** The rows to ask about: each cell's centre, the other features as in the form, or the example where that is no number. */
  function rows(state) {
    const inputs = app.select.inputs(state);
    const [x, y] = axes(state).map((input) => inputs.indexOf(input));
    const base = app.select.reading(state).values.map((value, i) => (Number.isNaN(value) ? inputs[i].example : value));
    return Array.from({ length: RESOLUTION * RESOLUTION }, (_, cell) => {
      const row = base.slice();
      row[x] = centre(inputs[x], cell % RESOLUTION);
      row[y] = centre(inputs[y], Math.floor(cell / RESOLUTION));
      return row;
    });
  }

  /** @param {string[]} predictions names of classes @returns {Plane} */
  function ofPredictions(state, predictions) {
    const names = app.select.classes(state).map((one) => one.name);
    return { resolution: RESOLUTION, cells: predictions.map((name) => names.indexOf(name)) };
  }

  const transposed = (cells, n) => cells.map((_, i) => cells[(i % n) * n + Math.floor(i / n)]);

  /** What a run learned so far, on the plane on show. @returns {Plane|null} */
  function ofRun(run, x, y) {
    const found = (run.regions || []).find((one) => (one.x === x.name && one.y === y.name) || (one.x === y.name && one.y === x.name));
    if (!found) return null;
    const cells = Array.from(found.classes, (digit) => parseInt(digit, 36));
    return { resolution: found.resolution, cells: found.x === x.name ? cells : transposed(cells, found.resolution) };
  }

  /** The share of the plane that each class has. */
  const shares = (plane, count) => Array.from({ length: count }, (_, index) => plane.cells.filter((cell) => cell === index).length / plane.cells.length);

  /** The class of the cell that a point lies in, -1 outside. @param {number} u place on x @param {number} v place on y */
  function at(plane, u, v) {
    if (!(u >= 0 && u < 1 && v >= 0 && v < 1)) return -1;
    return plane.cells[Math.floor(v * plane.resolution) * plane.resolution + Math.floor(u * plane.resolution)];
  }

  /** While a run learns, its plane; otherwise the champion's. */
  function shown(state) {
    const [x, y] = axes(state);
    const run = app.runs.shown(state);
    const learning = run && run.state === 'RUNNING' ? ofRun(run, x, y) : null;
    const champion = state.plane && state.plane.model === state.model && state.plane.x === x.name && state.plane.y === y.name ? state.plane : null;
    return learning ? { plane: learning, run } : { plane: champion && champion.plane, version: champion && champion.version };
  }

  const reducers = {
    axes_chosen: (state, event) => ({ ...state, axes: { ...state.axes, [state.model]: [event.x, event.y] } }),
    plane_answered(state, event) {
      const old = state.plane && state.plane.seq > event.seq;
      return old || event.model !== state.model ? state : { ...state, plane: event };
    },
    regions_table_toggled: (state) => ({ ...state, regions_table: !state.regions_table }),
  };

  return { isPossible, axes, span, place, rows, ofPredictions, ofRun, shares, at, shown, reducers };
}());
