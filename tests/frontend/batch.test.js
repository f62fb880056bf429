'use strict';
/* A CSV in the page: read in pieces, asked about in chunks, written so that no spreadsheet runs it. */
const test = require('node:test');
const assert = require('node:assert/strict');
const { load, plain, bench, catalogue, ok, failure, refused, DETAIL } = require('./load.js');

/* ---- reading and writing ---- */

const { csv, batchRows, batch } = load();

/** The records of `text`, which comes in pieces of `size` characters. */
function read(text, size) {
  const next = csv.reader();
  const cells = [];
  let [problem, at] = ['', 0];
  do {
    const found = next(text.slice(at, at + size), at + size >= text.length);
    cells.push(...found.records.map((one) => [one.number, ...one.cells]));
    at += size;
    problem = found.problem;
  } while (at < text.length && !problem);
  return plain({ cells, problem });
}

const CASES = [
  ['a,b\n1,2\n', [[1, 'a', 'b'], [2, '1', '2']]],
  ['a;b\r\n1,5;2', [[1, 'a', 'b'], [2, '1,5', '2']]],
  ['a\tb\r1\t\r', [[1, 'a', 'b'], [2, '1', '']]],
  ['\ufeffa,b\n\n1,2\n\n', [[1, 'a', 'b'], [3, '1', '2']]],
  ['"a;;;",b\n"x ""y"", z","two\r\nlines"\n', [[1, 'a;;;', 'b'], [2, 'x "y", z', 'two\r\nlines']]],
  ['a,b\n"",\n', [[1, 'a', 'b'], [2, '', '']]],
  ['a\n""\n', [[1, 'a'], [2, '']]],
  ['a,b\n1', [[1, 'a', 'b'], [2, '1']]],
  ['a,b"c\n<b>,=1+1\n', [[1, 'a', 'b"c'], [2, '<b>', '=1+1']]],
  ['', []],
];

test('records are the same however the text is cut', () => {
  CASES.forEach(([text, records]) => [1, 2, 3, 1000].forEach((size) => assert.deepEqual(read(text, size), { cells: records, problem: '' }, JSON.stringify([text, size]))));
});

test('what can’t be read is told with its row, and what stands before it is kept', () => {
  [
    ['a,b\n1,2\n"3,4\n', 'row 3: a quotation mark lacks its partner', 2],
    ['a,b\n"1"2,3\n', 'row 2: more text stands behind a quotation mark that ends a cell', 1],
    ['a,\0\n', 'row 1: holds a NUL character; save the file as CSV in UTF-8', 0],
    ['a\n' + 'x'.repeat(1000001), 'row 2: is longer than 1000000 characters; does a quotation mark lack its partner?', 1],
  ].forEach(([text, problem, count]) => {
    const found = read(text, 3000000);
    assert.equal(found.problem, problem);
    assert.equal(found.cells.length, count);
  });
});

test('no cell is written that a spreadsheet takes for a formula', () => {
  ['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\tx', '\rx', '-', '+'].forEach((cell) => assert.equal(csv.guarded(cell), "'" + cell));
  ['-1.5', '+2', '1e-3', '-.5E+2', 'a=b', '', "'=1", '<b>'].forEach((cell) => assert.equal(csv.guarded(cell), cell));
  assert.equal(csv.line(['a,b', 'say "x"', '=1;2', '-1']), '"a,b","say ""x""",\'=1;2,-1\r\n');
  const cells = ['two\nlines', '"', ',', '', 'ä'];
  assert.deepEqual(read(csv.line(cells) + csv.line(cells), 1000).cells[1], [2, ...cells]);
});

/* ---- rows ---- */

const input = (name, more) => ({ name, title: name, unit: '', categories: [], may_be_missing: false, ...more });

test('columns are found by name, and by a like name where there is only one', () => {
  const inputs = ['leaf_length_cm', 'b', 'B', 'kind'].map((name) => input(name));
  assert.deepEqual(plain(batchRows.matched(inputs, ['Leaf Length (cm)', 'B', 'b', 'Kind'])), [0, 2, 1, 3]);
  assert.deepEqual(plain(batchRows.matched(inputs, ['leaf length cm', 'LEAF_LENGTH_CM', 'b', 'kind', 'kind'])), [-1, 2, -1, -1]);
});

const FLAT = [input('rooms'), input('city', { categories: ['Bonn', 'Berlin'] }), input('age', { may_be_missing: true }), input('lift', { categories: ['yes'], may_be_missing: true })];
const COLUMNS = ['rooms', 'city', 'age', 'lift', 'note'];
const rowOf = (...cells) => plain(batchRows.rowOf({ number: 7, cells }, FLAT, [0, 1, 2, 3], COLUMNS));

test('a row has numbers, names of categories, and null for what is missing', () => {
  assert.deepEqual(rowOf(' 3 ', ' Bonn', 'NA', '?', 'x').values, [3, 'Bonn', null, null]);
  assert.deepEqual(rowOf('abc', 'Paris', '1e999', '', 'x').problems, [
    { column: 'rooms', message: "'abc' is not a number" }, { column: 'city', message: "'Paris' is none of its categories (Bonn, Berlin)" }, { column: 'age', message: "'1e999' is not a number" },
  ]);
  assert.deepEqual(rowOf('nan', '', '1', '', 'x').problems.map((one) => one.message), ['is missing', 'is missing']);
  assert.deepEqual(rowOf('1', 'Bonn').problems, [{ column: '', message: 'has 2 cells; 5 columns are named' }]);
  assert.deepEqual(rowOf('1', 'Bonn', '', '', '', 'six').cells, ['1', 'Bonn', '', '', '']);
});

test('a category may have blanks around it', () => {
  const inputs = [input('city', { categories: [' ', ' Bonn', 'Bonn'], may_be_missing: true })];
  const values = [' ', ' Bonn', 'Bonn ', ''].map((cell) => batchRows.rowOf({ number: 2, cells: [cell] }, inputs, [0], ['city']).values[0]);
  assert.deepEqual(plain(values), [' ', ' Bonn', 'Bonn', null]);
});

test('what is added has a prefix where the file has a column of that name', () => {
  const classes = [{ name: 'clay', label: 'Clay' }];
  assert.deepEqual(plain(batchRows.added({ classes }, ['a'])), ['prediction', 'probability_clay', 'warnings', 'error']);
  assert.deepEqual(plain(batchRows.added({ classes: [] }, ['error', 'duet_lower'])), ['prediction', 'lower', 'upper', 'warnings', 'error'].map((name) => 'duet_duet_' + name));
});

test('rows of which an answer does not tell all warnings are asked about again', () => {
  const warn = (row) => ({ path: 'rows[' + row + '][0]', feature: 'f', message: 'm' });
  assert.equal(batchRows.complete({ warnings: [warn(1), warn(1), warn(5)], rows_with_warnings: 2 }, 10), 10);
  assert.equal(batchRows.complete({ warnings: [warn(1), warn(5)], rows_with_warnings: 3 }, 10), 5);
  assert.equal(batchRows.complete({ warnings: Array(100).fill(warn(0)), rows_with_warnings: 1 }, 10), 1);
  assert.equal(batchRows.complete({ warnings: [], rows_with_warnings: 0 }, 10), 10);
});

/* ---- a whole file ---- */

/** Reading a file takes turns of the event loop, as many as it takes. */
async function until(isSo) {
  for (let turns = 0; !isSo(); turns += 1) {
    assert.ok(turns < 10000, 'it never comes to that');
    await new Promise((done) => { setImmediate(done); });
  }
}

function open(text) {
  const it = bench({ globals: { Blob, TextDecoder } });
  it.app.state.learn(it.app.batch.reducers);
  it.heard('flask', ok(catalogue(3)));
  it.heard('klein', ok(catalogue(3)));
  const runner = it.app.createBatchRunner(it.tools);
  const file = Object.assign(new Blob([text]), { name: 'soil.csv' });
  const shown = () => it.app.batch.of(it.state());
  /** Until a request waits for its answer, or there will be none. */
  const settle = () => until(() => it.waiting.length || (shown().job && shown().job.stage !== 'running'));
  return { ...it, runner, file, shown, settle, result: () => runner.result().text() };
}

const answerTo = ({ body }, more) => ok({
  task: 'classification', model: 'soil', version: 3, classes: ['clay', 'loam', 'sand'], predictions: body.rows.map(() => 'loam'),
  probabilities: body.rows.map(() => [0.25, 0.5, 0.25]), warnings: [], rows_with_warnings: 0, ...more,
});

async function begun(text) {
  const it = open(text);
  await it.runner.choose(it.file);
  it.runner.start();
  await it.settle();
  return it;
}

test('a file is answered row by row, and what is wrong with a row stands beside it', async () => {
  const it = await begun('id,Depth_M,count,note\n1,3,4,=1+1\n2,deep,4,x\n3,3,,<b>\n4,5,6,y\n');
  assert.deepEqual(plain(it.waiting[0].body), { rows: [[3, 4], [5, 6]] });
  assert.ok(it.waiting[0].url.endsWith('/models/soil/predict'));
  it.answer('/predict', answerTo(it.waiting[0], { warnings: [{ path: 'rows[1][0]', feature: 'depth_m', message: '5 m is much' }], rows_with_warnings: 1 }));
  await it.settle();
  assert.equal(await it.result(), [
    'id,Depth_M,count,note,prediction,probability_clay,probability_loam,probability_sand,warnings,error',
    "1,3,4,'=1+1,loam,0.25,0.5,0.25,,", "2,deep,4,x,,,,,,Depth_M: 'deep' is not a number", '3,3,,<b>,,,,,,count: is missing', '4,5,6,y,loam,0.25,0.5,0.25,depth_m: 5 m is much,', '',
  ].join('\r\n'));
  const { job } = it.shown();
  assert.deepEqual([job.stage, job.rows, job.failed, job.version, job.backend], ['done', 4, 2, 3, 'flask']);
  assert.deepEqual(plain(job.told), [{ row: 3, column: 'Depth_M', message: "'deep' is not a number" }, { row: 4, column: 'count', message: 'is missing' }]);
  assert.deepEqual(plain(job.counts), { loam: 2 });
  assert.equal(it.said().at(-1), 'soil.csv: 4 rows asked, 2 of them without an answer.');
});

const many = (count) => 'depth_m,count\n' + '3,4\n'.repeat(count);

test('chunks follow each other, the first answer says which version, and only a few rows wait in memory', async () => {
  const it = await begun(many(2500));
  const sizes = [];
  for (; it.waiting.length; await it.settle()) {
    sizes.push([it.waiting[0].body.rows.length, it.waiting[0].body.version]);
    assert.equal(it.waiting.length, 1);
    it.answer('/predict', answerTo(it.waiting[0]));
  }
  assert.deepEqual(sizes, [[1000, undefined], [1000, 3], [500, 3]]);
  assert.equal(it.shown().job.rows, 2500);
  assert.equal((await it.result()).split('\r\n').length, 2502);
});

test('a backend that refuses rows costs these alone, and one that finds them too many gets fewer', async () => {
  const it = await begun(many(4));
  it.answer('/predict', failure(413, 'Content Too Large'));
  await it.settle();
  assert.equal(it.waiting[0].body.rows.length, 2);
  it.answer('/predict', failure(400, 'Bad Request', { title: 'Bad Request', errors: [{ path: 'rows[1]', message: 'no finite answer' }] }));
  await it.settle();
  for (; it.waiting.length; await it.settle()) it.answer('/predict', answerTo(it.waiting[0]));
  const { job } = it.shown();
  assert.deepEqual([job.stage, job.rows, job.failed], ['done', 4, 1]);
  assert.deepEqual(plain(job.told), [{ row: 3, column: '', message: 'no finite answer' }]);
});

test('where one backend is gone the other goes on, and where both are, nothing is lost', async () => {
  const it = await begun(many(1500));
  it.answer('8081/models', refused());
  await it.settle();
  it.answer('8082/models', answerTo(it.waiting[0]));
  await it.settle();
  it.answer('/predict', refused());
  await it.settle();
  it.answer('/predict', refused());
  await it.settle();
  assert.deepEqual([it.shown().job.stage, it.shown().job.rows], ['stopped', 1000]);
  it.runner.resume();
  await it.settle();
  it.answer('/predict', answerTo(it.waiting[0]));
  await it.settle();
  assert.deepEqual([it.shown().job.stage, it.shown().job.rows, it.waiting.length], ['done', 1500, 0]);
});

test('a busy backend is asked again after the time that it names', async () => {
  const it = await begun(many(1));
  it.answer('/predict', { ...failure(429, 'Too Many Requests'), retry_after: '2' });
  await until(() => { it.pass(500); return it.waiting.length; });
  assert.ok(it.now() >= 2000);
  await it.settle();
  it.answer('/predict', answerTo(it.waiting[0]));
  await it.settle();
  assert.equal(it.shown().job.stage, 'done');
});

test('what was answered before a cancel is kept, and what comes later is not', async () => {
  const it = await begun(many(1500));
  it.answer('/predict', answerTo(it.waiting[0]));
  await it.settle();
  const late = it.waiting[0];
  it.runner.cancel();
  late.done(answerTo(late));
  await it.settle();
  assert.deepEqual([it.shown().job.stage, it.shown().job.rows], ['cancelled', 1000]);
  assert.equal((await it.result()).split('\r\n').length, 1002);
});

test('a hostile file is told about in words', async () => {
  const problems = async (content) => {
    const it = open(content);
    await it.runner.choose(it.file);
    return it.shown().problem;
  };
  assert.match(await problems(new Uint8Array([0xff, 0xfe, 0x41])), /it is no text in UTF-8/);
  assert.match(await problems('a\0b\n1\n'), /row 1: holds a NUL character/);
  assert.match(await problems('a,'.repeat(20000) + 'b\n1\n'), /20001 columns; 10000 are allowed/);
  assert.match(await problems('a,'.repeat(1e6) + 'b\n1\n'), /longer than 1000000 characters/);
  assert.match(await problems(''), /no rows below/);
  assert.match(await problems('depth_m,count\n'), /no rows below/);
  assert.equal(await problems('depth_m,count\n<script>alert(1)</script>,=cmd\n'), '');
});

test('nobody can be asked before each input has a column', async () => {
  const it = open('depth,count\n1,2\n');
  await it.runner.choose(it.file);
  const ready = () => it.app.batch.isReady(it.state());
  assert.deepEqual([ready(), it.app.batch.hindrance(it.state())], [false, 'Each input needs a column of the file.']);
  it.dispatch({ type: 'batch_mapped', name: 'depth_m', place: 0 });
  assert.deepEqual([ready(), it.app.batch.hindrance(it.state())], [true, '']);
  ['flask', 'klein'].forEach((id) => it.heard(id, refused()));
  assert.equal(ready(), false);
  assert.match(it.app.batch.hindrance(it.state()), /No backend is there.*duet predict/);
});

test('numbers are told by mean and ends, classes by count and share', () => {
  const read_ = (found) => plain(found).map((one) => [one.title, ...one.figures.map((text) => text.replace(/[\u00a0\u202f]/g, ' '))]);
  const job = { rows: 4, failed: 1, counts: { clay: 3 }, output: DETAIL.signature.output };
  assert.deepEqual(read_(batch.summary(job)), [['Clay', '3', '100.0 %'], ['Loam', '0', '0.0 %'], ['Sand', '0', '0.0 %']]);
  const values = { rows: 2, failed: 0, values: { sum: 30, min: 10, max: 20 }, output: { classes: [], unit: 'm' } };
  assert.deepEqual(read_(batch.summary(values)), [['Mean', '15.00 m'], ['Smallest', '10.00 m'], ['Largest', '20.00 m']]);
  assert.deepEqual(plain(batch.cells({ output: { classes: [], unit: 'm' } }, { prediction: 5, numbers: ['', ''] })), ['5.000\u00a0m', '–']);
});
