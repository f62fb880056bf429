/* Draws two versions side by side: figures, parameters, agreement, and what each takes for what. Part of view.js. */
'use strict';

app.createComparisonView = function createComparisonView() {
  const { dom, select, versions } = app;
  const target = dom.byId('comparison');

  const head = (titles) => dom.el('thead', {}, dom.el('tr', {}, ...titles.map((title) => dom.el('th', { scope: 'col' }, title))));
  const row = (title, ...cells) => dom.el('tr', {}, dom.el('th', { scope: 'row' }, title), ...cells.map((cell) => dom.el('td', {}, cell)));
  const table = (caption, titles, rows) => dom.el('div', { class: 'sideways', tabindex: '0', role: 'region', 'aria-label': caption },
    dom.el('table', { class: 'figures compared' }, dom.el('caption', {}, caption), head(titles), dom.el('tbody', {}, ...rows)));

  const figure = (one) => row(one.title, ...one.values, one.difference, one.better === null ? '–' : 'v' + one.better);

  /** Rows are what it was, columns what it was taken for; means over the repeats. */
  function confusion(classes, version) {
    const names = classes.map((one) => one.name);
    const rows = version.metrics.cross_validation.confusion.map((counts, i) => dom.el('tr', {}, dom.el('th', { scope: 'row' }, names[i]),
      ...counts.map((count, j) => dom.el('td', { class: i === j ? 'right' : count ? 'amiss' : false }, String(Math.round(count * 10) / 10)))));
    return table('v' + version.number + ': true class (rows), answered class (columns)', [''].concat(names), rows);
  }

  function draw(comparison, { classes, unit }) {
    const titles = comparison.versions.map((one) => 'v' + one.number);
    const parameters = versions.parameters(comparison);
    target.replaceChildren(dom.el('h3', {}, 'Version ' + comparison.versions[0].number + ' beside version ' + comparison.versions[1].number),
      table('Figures', ['Figure', ...titles, 'Difference', 'Better'], versions.figures(comparison, unit).map(figure)),
      ...(parameters.length ? [table('Trained with', ['Parameter', ...titles], parameters.map((one) => row(one.name, ...one.values)))] : []),
      dom.el('p', {}, versions.agreement(comparison, unit) + ' ' + versions.data(comparison) + (parameters.length ? '' : ' They were trained with the same parameters.')),
      ...(classes.length ? [dom.el('div', { class: 'confusions' }, ...comparison.versions.map((one) => confusion(classes, one)))] : []));
  }

  const drawChanged = dom.memo((comparison, output) => {
    target.hidden = !comparison || !output;
    if (!target.hidden) draw(comparison, output);
  });

  return (state) => drawChanged(versions.of(state).model === state.model ? versions.of(state).comparison : null, select.output(state));
};
