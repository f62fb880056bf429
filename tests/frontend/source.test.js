'use strict';
/* Rules about the page's source that a reader could break without noticing. */
const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { FRONTEND, load, later, scripts } = require('./load.js');

const read = (name) => fs.readFileSync(path.join(FRONTEND, name), 'utf8');
const of = (page) => scripts(page).filter((name) => name.startsWith('js/'));
const page_modules = of('index.html');
const later_modules = later(load()).filter((name) => name.startsWith('js/'));
const modules = page_modules.concat(later_modules, of('docs.html').filter((name) => !page_modules.includes(name)));

test('every module is loaded by one of the pages, once, deferred or later', () => {
  ['index.html', 'docs.html'].forEach((page) => assert.deepEqual(of(page), Array.from(new Set(of(page))), page));
  const files = fs.readdirSync(path.join(FRONTEND, 'js')).map((name) => 'js/' + name).sort();
  assert.deepEqual(modules.slice().sort(), files);
});

test('only the view and the loader touch the document, only api.js sends requests', () => {
  modules.forEach((name) => {
    const code = read(name).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    if (!/(view(_\w+)?|lazy)\.js$/.test(name)) assert.doesNotMatch(code, /\bdocument\.(?!$)/, name);
    if (name !== 'js/api.js') assert.doesNotMatch(code, /XMLHttpRequest|\bfetch\(/, name);
    assert.doesNotMatch(code, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/, name);
    assert.match(read(name), /'use strict';/, name);
  });
});

test('no class name, no feature name and no branch on a backend stands in the source', () => {
  const page = modules.concat('index.html', 'docs.html', 'styles.css', 'panels.css', 'docs.css');
  page.forEach((name) => assert.doesNotMatch(read(name), /setosa|versicolor|virginica|sepal_length_cm|petal_width_cm/i, name));
  modules.filter((name) => name !== 'js/config.js').forEach((name) => assert.doesNotMatch(read(name), /['"`](flask|klein)['"`]/i, name));
});

test('nothing is inline and nothing comes from elsewhere', () => {
  ['index.html', 'docs.html'].forEach((name) => assert.doesNotMatch(read(name), /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/, name));
  ['index.html', 'docs.html', 'styles.css', 'panels.css', 'docs.css'].forEach((name) => assert.doesNotMatch(read(name), /https?:\/\/|url\(|@import/, name));
});

test('the page at arrival stays under 150 kB, all modules under 300 lines', () => {
  const files = page_modules.concat('index.html', 'styles.css', 'favicon.svg');
  assert.ok(files.reduce((sum, name) => sum + fs.statSync(path.join(FRONTEND, name)).size, 0) < 150000);
  modules.forEach((name) => assert.ok(read(name).split('\n').length <= 300, name));
});
