import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeaderFields } from '../header-list.ts';
import { chooseAccepted } from './accept.ts';

const PIDF = 'application/pidf+xml';
const choose = (accept: string | undefined, ...offered: string[]) =>
  chooseAccepted(createHeaderFields(accept === undefined ? [] : [['Accept', accept]]), offered, PIDF);

test('RFC 3856 §6.5: without Accept the default of the package is meant', () => {
  assert.equal(choose(undefined, PIDF), PIDF);
  assert.equal(choose(undefined, 'text/plain'), undefined);
});

test('20.1: an empty Accept takes nothing', () => assert.equal(choose('', PIDF), undefined));

test('20.1: the highest q wins, then our own order', () => {
  assert.equal(choose('text/plain;q=0.5, Application/PIDF+xml', 'text/plain', PIDF), PIDF);
  assert.equal(choose('text/*, application/*', 'text/plain', PIDF), 'text/plain');
});

test('20.1: the most specific range decides, q=0 refuses', () => {
  assert.equal(choose('*/*, application/pidf+xml;q=0', PIDF), undefined);
  assert.equal(choose('*/*;q=0.1, application/*;q=0', PIDF, 'text/plain'), 'text/plain');
});

test('a range that cannot be read is left out', () =>
  assert.equal(choose('nonsense, application/pidf+xml', PIDF), PIDF));
