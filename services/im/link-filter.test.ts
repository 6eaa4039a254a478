import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULTS, type LinkFilter } from '../policy/contract.ts';
import { filterLinks } from './link-filter.ts';

const under = (linkFilter: LinkFilter, linkDomains: string[] = []) => ({
  ...DEFAULTS,
  linkFilter,
  linkDomains,
});

function filtered(text: string, linkFilter: LinkFilter, linkDomains?: string[]): string {
  const outcome = filterLinks(text, under(linkFilter, linkDomains));
  return outcome.ok ? outcome.value : outcome.fault.code;
}

test('allow leaves every text as it was written', () => {
  assert.equal(
    filtered('see http://evil.test and file:///etc', 'allow'),
    'see http://evil.test and file:///etc',
  );
});

for (const [text, dead] of [
  ['see http://evil.test/x, please', 'see _hxxp://evil.test/x, please'],
  ['HTTPS://EVIL.TEST', '_hxxpS://EVIL.TEST'],
  ['www.evil.test', '_www.evil.test'],
  ['.http://evil.test', '._hxxp://evil.test'],
  ['ähttp://evil.test', 'ä_hxxp://evil.test'],
  ['xhttps://evil.test', 'x_hxxps://evil.test'],
  ['[click](http://evil.test)', '[click](_hxxp://evil.test)'],
  ['file:///etc/passwd callto:bob ftp://x', '_file:///etc/passwd _callto:bob _ftp://x'],
  ['http://one.test http://two.test', '_hxxp://one.test _hxxp://two.test'],
] as const) {
  test(`defang makes “${text}” unclickable`, () => assert.equal(filtered(text, 'defang'), dead));
}

for (const text of ['no link here', 'hotel:yes', 'see http: below', 'the shop: 12 tel', 'a_www.b']) {
  test(`“${text}” holds no link`, () => assert.equal(filtered(text, 'block'), text));
}

test('block refuses a message with a link, and says so', () => {
  assert.equal(filtered('hello http://evil.test', 'block'), 'IM_LINK_BLOCKED');
});

test('warn stands above the dead link', () => {
  assert.equal(filtered('http://evil.test', 'warn'), `${DEFAULTS.linkWarning}\n_hxxp://evil.test`);
});

test('a domain of the list and what is below it is left alone', () => {
  const domains = ['good.test'];
  for (const text of ['http://good.test/x', 'https://www.good.test', 'www.good.test', 'http://GOOD.test.'])
    assert.equal(filtered(text, 'block', domains), text);
});

for (const text of [
  'http://good.test@evil.test',
  'http://good.test.evil.test',
  'http://evil.test/good.test',
  'http://notgood.test',
  'http://evil.test\\@good.test',
  '[a](http://good.test)[b](http://evil.test)',
  'http://good.test/http://evil.test',
  'file://good.test/x',
]) {
  test(`“${text}” does not pass for a link to an allowed domain`, () =>
    assert.equal(filtered(text, 'block', ['good.test']), 'IM_LINK_BLOCKED'));
}
