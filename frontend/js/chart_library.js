/* Fetches the chart library: it is large, few need it, and a script that isn't there would be an error in the console. No document. */
'use strict';

/** @param {import('./asking.js').Tools} tools */
app.createChartLibrary = function createChartLibrary(tools) {
  const LIBRARY = 'vendor/chart.umd.min.js';
  let asked = false;

  const tell = (usable) => tools.dispatch({ type: 'charts_tried', usable });
  const load = () => tools.load([LIBRARY], tell);

  function need() {
    if (asked) return;
    asked = true;
    if (tools.is_file) load();
    else tools.send({ method: 'HEAD', url: LIBRARY, timeout: app.config.TIMES.classify }, (reply) => (reply.status === 200 ? load() : tell(false)));
  }

  return { need };
};

/** Without the library there are tables. */
app.createChartLibrary.reducers = { charts_tried: (state, event) => ({ ...state, charts: event.usable }) };
