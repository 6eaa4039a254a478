// RFC 3261 §16.4, §16.6 step 6, §16.12.1.2: between loose routers and strict ones.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequest } from '../build-message.ts';
import { addressStrictRouter, repairStrictRoute } from './strict-route.ts';

const bye = (uri: string, ...routes: readonly string[]) =>
  createRequest({ method: 'BYE', uri, headers: routes.map((route) => ['Route', route] as const) });

test('16.6 step 6: a strict router gets the Request-URI, and what stood there becomes the last Route', () => {
  const request = bye('sip:bob@192.0.2.4', '<sip:strict.example.com>', '<sip:next.example.com;lr>');
  const onward = addressStrictRouter(request);
  assert.equal(onward.uri, 'sip:strict.example.com');
  assert.deepEqual(onward.headers.getAll('Route'), ['<sip:next.example.com;lr>', '<sip:bob@192.0.2.4>']);
  assert.equal(request.uri, 'sip:bob@192.0.2.4', 'what came stays as it was');
});

for (const routes of [[], ['<sip:next.example.com;lr>', '<sip:strict.example.com>']]) {
  test(`16.6 step 6: nothing is moved where the first Route is ${routes[0] ?? 'missing'}`, () => {
    const request = bye('sip:bob@192.0.2.4', ...routes);
    assert.equal(addressStrictRouter(request), request);
  });
}

test('16.4: what a strict router moved comes back', () => {
  const moved = bye('sip:us.example.com;lr', '<sip:next.example.com;lr>', '<sip:bob@192.0.2.4>');
  const repaired = repairStrictRoute(moved, (uri) => uri.startsWith('sip:us.example.com'));
  assert.equal(repaired.uri, 'sip:bob@192.0.2.4');
  assert.deepEqual(repaired.headers.getAll('Route'), ['<sip:next.example.com;lr>']);
});
