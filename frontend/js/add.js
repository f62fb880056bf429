/* Pure: a table that is to become a model: what is understood of it, and what a person says of it. */
'use strict';

/**
 * @typedef {Object} Wishes  what the model is to be; `task` is '' where the target decides, `drop` names columns
 * @property {string} name @property {string} title @property {string} target @property {string} task @property {string[]} drop
 */

app.add = (function () {
  const NOTHING = Object.freeze({ file: '', busy: '', overview: null, wishes: null, problem: null });
  const COUNTED = 4;

  const of = (state) => state.add || NOTHING;

  const isOverview = (body) => Boolean(body) && Array.isArray(body.columns) && typeof body.target === 'string';
  const isAdded = (body) => Boolean(body) && Boolean(body.model) && app.runs.isRun(body.run);

  const number = (value) => String(Number(value.toPrecision(6)));

  /** '1 to 5', or 'Bonn (41), Munich (38), 1 more'. */
  function values(column) {
    if (column.kind === 'number') return number(column.minimum) + ' to ' + number(column.maximum);
    const counted = column.counts.slice(0, COUNTED).map((one) => one.category + ' (' + one.n_rows + ')');
    const more = column.n_categories - counted.length;
    return counted.concat(more > 0 ? [more + ' more'] : []).join(', ');
  }

  const KINDS = { number: 'numbers', category: 'categories', unusable: '–' };
  const kind = (column) => KINDS[column.kind] || column.kind;

  /** The columns that a model can be made to predict. */
  const targets = (overview) => overview.columns.filter((column) => column.task);

  const columnNamed = (overview, name) => overview.columns.find((column) => column.name === name);

  /** What the model does unless somebody says otherwise. */
  const inferredTask = ({ overview, wishes }) => columnNamed(overview, wishes.target).task;

  /** The path that asks for what is wished for. */
  function path({ file, wishes }) {
    const query = new URLSearchParams({ file, name: wishes.name, title: wishes.title, target: wishes.target });
    if (wishes.task) query.append('task', wishes.task);
    wishes.drop.filter((name) => name !== wishes.target).forEach((name) => query.append('drop', name));
    return '/models?' + query.toString();
  }

  /** In the words of somebody who adds a model. */
  function explained(problem, status) {
    if (status === 409) return { ...problem, title: 'The name is taken', advice: '' };
    if (status === 413) return { ...problem, advice: 'The command "duet add" takes larger files.' };
    return problem;
  }

  const change = (state, patch) => ({ ...state, add: { ...of(state), ...patch } });
  const wish = (state, patch) => change(state, { wishes: { ...of(state).wishes, ...patch }, problem: null });

  const size = (overview) => overview.n_rows + ' rows, ' + overview.columns.length + ' columns';

  const reducers = {
    file_chosen: (state, event, say, count) => say(count(change(state, { ...NOTHING, file: event.file, busy: 'reading' }), 'in_flight', 1), event, app.messages.sending(event.url)),
    table_answered(state, event, say, count) {
      const { name, title, target } = event.overview;
      const next = change(count(state, 'in_flight', -1), { busy: '', overview: event.overview, wishes: { name, title, target, task: '', drop: [] } });
      return say(next, event, of(state).file + ' holds ' + size(event.overview) + '.', 'ok');
    },
    add_refused: (state, event, say, count) => say(count(change(state, { busy: '', problem: { backend: event.backend, problem: event.problem } }), 'in_flight', -1), event, event.problem.title, 'error'),
    /** Another file was chosen meanwhile. */
    add_outdated: (state, event, say, count) => count(state, 'in_flight', -1),
    wished: (state, event) => wish(state, event.wish),
    column_used(state, event) {
      const others = of(state).wishes.drop.filter((name) => name !== event.column);
      return wish(state, { drop: event.yes ? others : others.concat(event.column) });
    },
    add_sent: (state, event, say, count) => say(count(change(state, { busy: 'adding', problem: null }), 'in_flight', 1), event, app.messages.sending(event.url)),
    model_added: (state, event, say, count) => say(count({ ...state, add: NOTHING }, 'in_flight', -1), event, event.title + ' is there, and learns.', 'ok'),
  };

  return { of, isOverview, isAdded, values, kind, targets, inferredTask, path, explained, size, reducers };
}());
