import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeaderFields } from '../header-list.ts';
import { isLooseRouter, parseRouteSet } from './route.ts';

const read = (...values: string[]) =>
  parseRouteSet(createHeaderFields(values.map((value) => ['Route', value])), 'Route');

test('20.34: the set keeps the order of the message', () => {
  const routes = read('<sip:bigbox3.site3.atlanta.com;lr>, <sip:server10.biloxi.com;lr>', '<sip:last>');
  assert.deepEqual(
    routes?.map(({ uri }) => uri),
    ['sip:bigbox3.site3.atlanta.com;lr', 'sip:server10.biloxi.com;lr', 'sip:last'],
  );
  assert.deepEqual(read(), []);
});

test('25.1: a route without brackets is none', () => assert.equal(read('sip:p.example.com;lr'), undefined));

test('16.12: a loose router says lr', () => {
  assert.equal(isLooseRouter('sip:p.example.com;lr'), true);
  assert.equal(isLooseRouter('sip:p.example.com;lr=on'), true);
  assert.equal(isLooseRouter('sip:lr@p.example.com'), false);
  assert.equal(isLooseRouter('nonsense'), false);
});

test('routes are bounded', () => {
  assert.equal(read(Array(256).fill('<sip:p;lr>').join())?.length, 256);
  assert.equal(read(Array(257).fill('<sip:p;lr>').join()), undefined);
});
