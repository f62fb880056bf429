/* Loads a part of the page when it is first needed: classic scripts, which work from a file as well, and style sheets. */
'use strict';

app.lazy = (function () {
  /** By part, its files in the order in which they build on each other. The last one adds the part to `app.parts`. */
  const PARTS = Object.freeze({
    rest: ['panels.css', 'js/change.js', 'js/settings.js', 'js/removing.js', 'js/view_shortcuts.js', 'js/view_table.js', 'js/view_wide.js', 'js/view_dialogs.js', 'js/part_rest.js'],
    add: ['panels.css', 'js/change.js', 'js/add.js', 'js/add_runner.js', 'js/view_add.js', 'js/part_add.js'],
    explorer: ['panels.css', 'js/explorer.js', 'js/explorer_runner.js', 'js/view_explorer.js', 'js/view_gallery.js', 'js/part_explorer.js'],
    train_with: ['panels.css', 'js/train_with.js', 'js/view_train_with.js', 'js/part_train_with.js'],
    training: ['panels.css', 'data/rows.js', 'js/change.js', 'js/run_words.js', 'js/curve.js', 'js/ticks.js', 'js/regions.js', 'js/residuals.js', 'js/charts.js', 'js/chart_library.js', 'js/training_runner.js',
      'js/view_pictures.js', 'js/view_training.js', 'js/view_curve.js', 'js/view_regions.js', 'js/view_residuals.js', 'js/part_training.js'],
    batch: ['panels.css', 'js/csv.js', 'js/batch_rows.js', 'js/batch.js', 'js/batch_file.js', 'js/batch_runner.js', 'js/view_pictures.js', 'js/view_batch.js', 'js/view_batch_result.js', 'js/part_batch.js'],
    drawing: ['panels.css', 'js/drawing.js', 'js/drawing_runner.js', 'js/view_drawing.js', 'js/part_drawing.js'],
    explain: ['panels.css', 'js/explanation.js', 'js/explanation_runner.js', 'js/view_explanation.js', 'js/view_importance.js', 'js/part_explain.js'],
    versions: ['panels.css', 'js/change.js', 'js/run_words.js', 'js/versions.js', 'js/versions_runner.js', 'js/view_versions.js', 'js/view_comparison.js', 'js/part_versions.js'],
    card: ['panels.css', 'js/run_words.js', 'js/versions.js', 'js/card.js', 'js/card_runner.js', 'js/view_pictures.js', 'js/view_card.js', 'js/part_card.js'],
    burst: ['panels.css', 'data/scenarios.js', 'js/race_plan.js', 'js/agreement.js', 'js/burst.js', 'js/charts.js', 'js/chart_library.js', 'js/burst_runner.js',
      'js/view_pictures.js', 'js/view_race_form.js', 'js/view_race_figures.js', 'js/view_burst.js', 'js/part_burst.js'],
  });

  const asked = new Map();

  function insert(file) {
    const is_style = file.endsWith('.css');
    const node = document.createElement(is_style ? 'link' : 'script');
    return new Promise((loaded, failed) => {
      node.onload = loaded;
      // Asked for again, it may be there.
      node.onerror = () => { node.remove(); asked.delete(file); failed(new Error(file + ' could not be loaded')); };
      Object.assign(node, is_style ? { rel: 'stylesheet', href: file } : { src: file, async: false });
      document.head.append(node);
    });
  }

  /** Each file once. @param {string[]} files @returns {Promise} fails when one of them can't be had */
  function load(files) {
    files.filter((file) => !asked.has(file)).forEach((file) => asked.set(file, insert(file)));
    return Promise.all(files.map((file) => asked.get(file)));
  }

  return { PARTS, load, loadPart: (name) => load(PARTS[name]) };
}());

/** How each part is made once it is loaded: gets tools (asking.js), intents and view (app.js), gives functions that draw the state. */
app.parts = {};
