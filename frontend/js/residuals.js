/* Pure: how far a regression is from what is true, row by row, by models that had not seen the row. */
'use strict';

app.residuals = (function () {
  const { format } = app;
  /** The axes reach a little beyond the values. */
  const MARGIN = 0.04;

  /** The champion's cross-validation, of the first backend that has one; null where the model answers with a class. */
  function shown(state) {
    const ids = app.select.slots(state).concat(state.backends.map((one) => one.id));
    const champion = ids.map((id) => app.select.champion(state, id)).find(Boolean);
    const found = champion && champion.metrics && champion.metrics.cross_validation;
    return found && Array.isArray(found.residuals) && found.residuals.length ? { ...found, version: champion.number } : null;
  }

  /** Both axes have one scale, so that what is right lies on the diagonal. @returns {[number, number]} */
  function span({ residuals }) {
    const values = residuals.flat();
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const margin = (high - low || 1) * MARGIN;
    return [low - margin, high + margin];
  }

  const off = ([truth, predicted]) => Math.abs(predicted - truth);

  /** Headers and rows of the table, in all digits that tell. */
  const headers = (output) => ['True', 'Predicted', 'Difference'].map((title) => title + (output.unit ? ', ' + output.unit : ''));
  const rows = (found) => found.residuals.map(([truth, predicted]) => [String(truth), ...[predicted, predicted - truth].map((value) => format.measured(value, found.rmse / 10))]);

  const csv = (found) => ['true,predicted'].concat(found.residuals.map((pair) => pair.join(','))).join('\r\n') + '\r\n';

  /** What the picture shows, for those who don't see it. */
  function words(found, output) {
    const count = found.residuals.length;
    const half = format.withUnit(format.measured(format.median(found.residuals.map(off)), found.rmse), output.unit);
    const above = found.residuals.filter(([truth, predicted]) => predicted > truth).length;
    return 'Predicted against true, ' + count + (count < found.n ? ' of ' + found.n : '') + ' rows: half of the predictions are off by less than ' + half
      + ', ' + above + ' are too high and ' + (count - above) + ' too low. ' + format.score(found, output.unit) + ' RMSE.';
  }

  const reducers = { residuals_table_toggled: (state) => ({ ...state, residuals_table: !state.residuals_table }) };

  return { shown, span, headers, rows, csv, words, reducers };
}());
