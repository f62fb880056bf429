/* Draws how far a batch is, what was answered, what is wrong with rows, and gives the result away. Part of view.js. */
'use strict';

app.createBatchResultView = function createBatchResultView(tools, runner) {
  const { dom, select, batch } = app;
  const MOST_COLUMNS = 8; // of the file, beside the answers
  const nodes = {
    progress: dom.el('progress', { max: 1, 'aria-label': 'Share of the file that was read' }),
    words: dom.el('p', { class: 'batch-words' }),
    problem: dom.el('div', {}),
    resume: dom.el('button', { type: 'button', class: 'secondary' }, 'Go on'),
    download: dom.el('button', { type: 'button', class: 'secondary' }, 'Download CSV'),
    summary: dom.el('div', { class: 'batch-summary' }),
    wrong: dom.el('div', {}),
    first: dom.el('div', {}),
  };
  const box = dom.el('section', { class: 'batch-result', 'aria-label': 'Answers', hidden: true }, nodes.words, nodes.progress, nodes.problem,
    dom.el('div', { class: 'actions' }, nodes.download, nodes.resume), nodes.summary, nodes.wrong, nodes.first);
  dom.byId('body-batch').append(box);
  nodes.resume.addEventListener('click', () => runner.resume());
  nodes.download.addEventListener('click', () => {
    const { job } = batch.of(tools.state());
    app.pictures.csv(job.name.replace(/\.[^.]*$/, '') + '-' + job.model, runner.result());
  });

  /** @param {string[]} heads @param {string[][]} rows */
  function table(title, heads, rows, kind) {
    const body = rows.map((cells) => dom.el('tr', {}, ...cells.map((cell, i) => (i ? dom.el('td', {}, cell) : dom.el('th', { scope: 'row' }, cell)))));
    return dom.el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': title }, dom.el('table', { class: 'figures ' + kind },
      dom.el('caption', { class: 'unseen' }, title), dom.el('thead', {}, dom.el('tr', {}, ...heads.map((head) => dom.el('th', { scope: 'col' }, head)))), dom.el('tbody', {}, ...body)));
  }

  const titled = (title, ...content) => [dom.el('h3', {}, title), ...content];

  function drawSummary(job) {
    const found = job.rows > job.failed ? batch.summary(job) : [];
    const heads = job.output.classes.length ? [job.output.title, 'Rows', 'Share'] : [job.output.title, ''];
    nodes.summary.replaceChildren(...(found.length ? [table('Answers in short', heads, found.map((one) => [one.title, ...one.figures]), 'batch-counts')] : []));
  }

  function drawWrong(job) {
    const rest = job.failed && job.told.length >= 100 ? [dom.el('p', { class: 'note' }, 'These are the first ones. Each of the ' + job.failed.toLocaleString('en') + ' rows has its reason in the column “error” of the result.')] : [];
    nodes.wrong.replaceChildren(...(job.told.length
      ? titled('Rows without an answer', table('Rows without an answer', ['Row', 'Column', 'What is wrong'], job.told.map((one) => [String(one.row), one.column || '–', one.message]), 'batch-wrong'), ...rest) : []));
  }

  function firstRow(job, { number, cells, answer, why }) {
    const note = answer ? answer.warnings : why;
    return [String(number), ...batch.cells(job, answer), note, ...cells.slice(0, MOST_COLUMNS)];
  }

  const drawFirst = dom.memo((first, job) => {
    const heads = ['Row', job.output.title, job.output.classes.length ? 'Probability' : 'Interval', 'Note', ...job.columns.slice(0, MOST_COLUMNS)];
    nodes.first.replaceChildren(...(first.length ? titled('First rows', table('First rows with their answers', heads, first.map((one) => firstRow(job, one)), 'batch-rows batch-answers')) : []));
  });

  function drawProblem(job, backends) {
    const { problem } = job;
    if (!problem) nodes.problem.replaceChildren();
    else if (!problem.backend) nodes.problem.replaceChildren(dom.el('p', { class: 'problem' }, 'The file can’t be read further: ' + problem.problem + '.'));
    else nodes.problem.replaceChildren(dom.problem(backends.find((one) => one.id === problem.backend), problem.problem));
  }

  const draw = dom.memo((job, backends) => {
    const by = job.version ? ', by ' + job.title + ' version ' + job.version + ' on ' + select.title(tools.state(), job.backend) : '';
    dom.text(nodes.words, job.name + ': ' + batch.progress(job) + by + '.');
    nodes.progress.value = job.stage === 'done' ? 1 : Math.min(1, job.bytes / Math.max(1, job.size));
    nodes.progress.hidden = job.stage !== 'running';
    nodes.resume.hidden = job.stage !== 'stopped' || !job.problem.backend;
    nodes.download.hidden = job.stage === 'running' || !job.rows;
    dom.text(nodes.download, job.stage === 'done' ? 'Download CSV' : 'Download what there is as CSV');
    drawProblem(job, backends);
    drawSummary(job);
    drawWrong(job);
    drawFirst(job.first, job);
  });

  return function render(state) {
    const { job } = batch.of(state);
    box.hidden = !job;
    if (job && state.tab === 'batch') draw(job, state.backends);
  };
};
