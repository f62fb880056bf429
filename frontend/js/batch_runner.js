/* Asks about the rows of a file, a thousand at a time, and keeps the result. No document. */
'use strict';

/** @param {import('./asking.js').Tools} tools */
app.createBatchRunner = function createBatchRunner(tools) {
  const { dispatch, state, send, clock } = tools;
  const { select, batch, batchRows, batchFile, csv } = app;
  const MOST_ROWS = 1000;
  const FEW_ROWS = 25;
  const MOST_CHARACTERS = 250000; // of the cells in a request: in UTF-8, with brackets, less than the mebibyte that backends take
  const PATIENCE = 60000;
  const TRIES = 6; // of a backend that is busy
  let file = null;
  let work = null;

  /** The first records, as soon as there are any. */
  async function beginning(chosen) {
    const next = batchFile.open(chosen);
    let found = await next();
    while (!found.records.length && !found.is_last) found = await next();
    return found;
  }

  /** @param {File} chosen */
  async function choose(chosen) {
    if (batch.isRunning(state())) return;
    file = chosen;
    work = null;
    dispatch({ type: 'batch_chosen', file: { name: chosen.name, size: chosen.size } });
    const found = await beginning(chosen);
    if (file === chosen) dispatch({ type: 'batch_read', look: batch.look(found) });
  }

  const isCurrent = (mine) => mine === work && mine.job.stage === 'running';

  function tell(mine, patch) {
    mine.job = { ...mine.job, ...patch };
    dispatch({ type: patch.stage && patch.stage !== 'running' ? 'batch_ended' : 'batch_told', job: mine.job });
  }

  const stop = (mine, problem) => tell(mine, { stage: 'stopped', problem });

  /** Reads on until there is enough for a request. */
  async function fill(mine) {
    while (isCurrent(mine) && mine.queue.length < MOST_ROWS && !mine.is_read) {
      const found = await mine.next();
      mine.is_read = found.is_last;
      mine.unreadable = found.problem;
      mine.bytes = found.bytes;
      const records = mine.is_begun ? found.records : found.records.slice(1);
      mine.is_begun = mine.is_begun || found.records.length > 0;
      records.forEach((record) => mine.queue.push(batchRows.rowOf(record, mine.inputs, mine.places, mine.job.columns)));
    }
  }

  /** The rows that are next, those with problems among them, which are not asked about. */
  function chunk(mine) {
    const taken = [];
    let [asked, characters] = [0, 0];
    for (const row of mine.queue) {
      if (!row.problems.length) {
        asked += 1;
        characters += row.values.reduce((sum, value) => sum + String(value).length + 3, 0);
      }
      if (taken.length && (asked > mine.most || characters > MOST_CHARACTERS || taken.length >= MOST_ROWS)) break;
      taken.push(row);
    }
    return taken;
  }

  /** Whoever is chosen above, and where that one is away, another one. */
  function order() {
    const ids = Array.from(new Set(select.slots(state()).concat(state().backends.map((one) => one.id))));
    return ids.filter((id) => select.isAnswering(state(), id)).concat(ids.filter((id) => !select.isAnswering(state(), id)));
  }

  async function answerTo(mine, rows) {
    const body = { rows: rows.map((row) => row.values), ...(mine.job.version ? { version: mine.job.version } : {}) };
    let reply;
    for (const id of order()) {
      const url = select.backend(state(), id).base_url + '/models/' + encodeURIComponent(mine.job.model) + '/predict';
      reply = await new Promise((done) => { send({ method: 'POST', url, timeout: PATIENCE, body }, done); });
      if (!isCurrent(mine)) return reply;
      mine.backend = id;
      if (reply.status) return reply;
      tools.poll();
    }
    return reply;
  }

  /** Takes rows from the queue into the result. @param {Object[]} answers to those without problems, in order */
  function keep(mine, rows, answers) {
    const left = answers.slice();
    const lines = rows.map((row) => csv.line(batchRows.result(row, row.problems.length ? null : left.shift(), mine.width)));
    mine.parts.push(new Blob(lines));
    mine.queue.splice(0, rows.length);
    tell(mine, { ...batch.noted(mine.job, rows, answers), bytes: mine.bytes });
  }

  /** Some rows of an answer may have to be asked about again, as it doesn't hold all of their warnings. */
  function accept(mine, taken, asked, body) {
    const count = batchRows.complete(body, asked.length);
    const end = count < asked.length ? taken.indexOf(asked[count]) : taken.length;
    mine.most = count < asked.length ? Math.max(FEW_ROWS, count) : Math.min(MOST_ROWS, mine.most * 2);
    mine.tries = 0;
    mine.job = { ...mine.job, version: body.version, backend: mine.backend };
    keep(mine, taken.slice(0, end), batchRows.answers(body).slice(0, count));
  }

  const isBusy = (reply) => reply.status === 429 || reply.status === 503;

  /** What a refusal is about: some of the rows, how many they are, or neither. */
  async function refused(mine, asked, reply) {
    const explained = app.problems.explain(reply, {});
    const found = batchRows.refused(explained.errors, mine.inputs);
    mine.tries += 1;
    if (isBusy(reply) && mine.tries < TRIES) await new Promise((done) => { clock.after(1000 * (Number(reply.retry_after) || 1), done); });
    else if (reply.status === 400 && found.size) found.forEach((problems, at) => { if (asked[at]) asked[at].problems = problems; });
    else if ((reply.status === 413 || reply.status === 400) && asked.length > 1) mine.most = Math.ceil(asked.length / 2);
    else if (reply.status === 413) asked[0].problems = [{ column: '', message: 'is too large for a request' }];
    else stop(mine, { backend: mine.backend, problem: reply.status ? explained : { ...explained, detail: 'Nothing answers at ' + select.backend(state(), mine.backend).base_url + '.' } });
  }

  async function ask(mine) {
    const taken = chunk(mine);
    const asked = taken.filter((row) => !row.problems.length);
    if (!asked.length) { keep(mine, taken, []); return; }
    const reply = await answerTo(mine, asked);
    if (!isCurrent(mine)) return;
    if (reply.status === 200 && batchRows.isAnswer(reply.body, asked.length)) accept(mine, taken, asked, reply.body);
    else if (reply.status === 200) stop(mine, { backend: mine.backend, problem: app.problems.strange('The answer does not fit the rows.') });
    else await refused(mine, asked, reply);
  }

  async function run(mine) {
    while (isCurrent(mine)) {
      await fill(mine);
      if (!isCurrent(mine)) return;
      if (mine.queue.length) await ask(mine);
      else if (mine.unreadable) stop(mine, { backend: '', problem: mine.unreadable });
      else tell(mine, { stage: 'done' });
    }
  }

  function start() {
    if (!batch.isReady(state())) return;
    const job = batch.begun(state());
    const added = batchRows.added(job.output, job.columns);
    work = {
      job, inputs: select.inputs(state()), places: batch.places(state()), width: added.length, next: batchFile.open(file), parts: [new Blob([csv.line(job.columns.concat(added))])],
      queue: [], most: MOST_ROWS, tries: 0, bytes: 0, backend: '', is_begun: false, is_read: false, unreadable: '',
    };
    tell(work, {});
    run(work);
  }

  /** What is on its way by then is waited for no longer. */
  function cancel() {
    if (work && isCurrent(work)) tell(work, { stage: 'cancelled' });
  }

  /** After it stopped, from where it was. */
  function resume() {
    if (!work || work.job.stage !== 'stopped') return;
    work.tries = 0;
    tell(work, { stage: 'running', problem: null });
    run(work);
  }

  /** All that was answered so far, as CSV. @returns {Blob} */
  const result = () => new Blob(work.parts);

  return { choose, start, cancel, resume, result };
};
