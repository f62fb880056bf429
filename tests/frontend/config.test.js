'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { load, plain } = require('./load.js');

const { config, address } = load();
const bases = (place, saved) => config.backends({ search: '', ...place }, saved || {}).map((one) => one.base_url);

test('the backends are on the host of the page', () => {
  assert.deepEqual(plain(bases({ protocol: 'http:', hostname: '10.0.0.5' })), ['http://10.0.0.5:8081', 'http://10.0.0.5:8082']);
  assert.deepEqual(plain(bases({ protocol: 'https:', hostname: 'duet.example' })), ['https://duet.example:8081', 'https://duet.example:8082']);
  assert.deepEqual(plain(bases({ protocol: 'file:', hostname: '' })), ['http://localhost:8081', 'http://localhost:8082']);
  assert.deepEqual(plain(bases({ protocol: 'http:', hostname: '[::1]' })), ['http://[::1]:8081', 'http://[::1]:8082']);
});

test('the address wins over the settings, the settings over the host', () => {
  const place = { protocol: 'http:', hostname: 'a', search: '?flask=http://x:1/' };
  assert.deepEqual(plain(bases(place, { flask: 'http://y:2', klein: 'http://z:3' })), ['http://x:1', 'http://z:3']);
});

test('what is no http address is ignored', () => {
  ['javascript:alert(1)', 'ftp://x', 'x', '', null, 'http://user:secret@x/', 'file:///x'].forEach((text) => assert.equal(config.readBase(text), null, String(text)));
  assert.equal(config.readBase(' http://x:1/duet/?a=b#c '), 'http://x:1/duet');
  const place = { protocol: 'http:', hostname: 'a', search: '?flask=javascript:alert(1)' };
  assert.equal(bases(place, { klein: 'nonsense' })[0], 'http://a:8081');
});

test('saving in the settings takes the backends out of the address and leaves the rest', () => {
  assert.equal(config.searchWithoutBases('?flask=http://x&klein=http://y&a=b'), '?a=b');
  assert.equal(config.searchWithoutBases('?flask=http://x'), '');
});

test('a token goes only to the addresses it was entered for', () => {
  const saved = { token: 'secret', bases: ['http://a:1'] };
  assert.equal(config.tokenFor(saved, 'http://a:1'), 'secret');
  assert.equal(config.tokenFor(saved, 'http://evil:1'), '');
  assert.equal(config.tokenFor({}, 'http://a:1'), '');
});

test('storage that is refused or damaged is no storage', () => {
  const broken = () => { throw new Error('refused'); };
  assert.deepEqual(plain(config.load(broken, 'k')), {});
  assert.equal(config.save(broken, 'k', 1), false);
  config.forget(broken, 'k');
  ['{', '3', 'null', '"x"'].forEach((text) => assert.deepEqual(plain(config.load(() => ({ getItem: () => text }), 'k')), {}));
});

test('the address restores what it was written from', () => {
  const hash = address.write('a b', ['x_m', 'y'], { x_m: '5.1', y: '-2' }, 'both', 'versions');
  assert.equal(hash, '#a%20b?x_m=5.1&y=-2&ask=both&tab=versions');
  assert.deepEqual(plain(address.parse(hash)), { model: 'a b', texts: { x_m: '5.1', y: '-2' }, ask: 'both', tab: 'versions', unusable: [] });
});

test('the address is not trusted', () => {
  const found = address.parse('#%E0%A4%A?x=5abc&y=&z=' + '1'.repeat(40) + '&ask=<b>&w=3');
  assert.equal(found.model, '');
  assert.deepEqual(plain(found.texts), { w: '3' });
  assert.deepEqual(plain(found.unusable), ['x', 'y', 'z']);
  assert.deepEqual(plain(address.parse('')), { model: '', texts: {}, ask: '', tab: '', unusable: [] });
  assert.equal(address.write('m', ['x', 'y'], { x: '5abc', y: '' }, 'a', 't'), '#m?ask=a&tab=t', 'text that is no number stays out');
});
