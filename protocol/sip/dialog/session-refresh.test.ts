import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionOptions } from './session-output.ts';
import { answered, inDialog, OPTIONS, sentRequest, sentResponse, spell } from './testing/call.ts';
import { called, schedule } from './testing/ends.ts';

const TIMED: SessionOptions = { ...OPTIONS, sessionTimer: { intervalS: 90, minS: 90 } };

test('RFC 4028 §7.4, §10: the refresher sends UPDATE at half the interval; without answer the call ends before the other half', () => {
  const alice = called(TIMED, { 'Session-Expires': '90;refresher=uac', Allow: 'INVITE, UPDATE' });
  assert.equal(alice.wakeAt, 45_000);
  const update = sentRequest(alice.advance(45_000), 'UPDATE');
  assert.equal(update.headers.get('Session-Expires'), '90;refresher=uac');
  assert.equal(update.body.length, 0);
  assert.deepEqual(schedule(alice), ['60000 send BYE, ended failure session expired']);
});

test('RFC 4028 §7.4: an answered refresh starts the interval anew', () => {
  const alice = called(TIMED, { 'Session-Expires': '90;refresher=uac', Allow: 'UPDATE' });
  const update = sentRequest(alice.advance(45_000), 'UPDATE');
  alice.receiveResponse(answered(update, 200, { 'Session-Expires': '90;refresher=uac' }), 45_100);
  assert.equal(alice.wakeAt, 90_100);
});

test('RFC 4028 §7.4: without UPDATE in Allow the user refreshes with a re-INVITE', () => {
  const alice = called(TIMED, { 'Session-Expires': '90;refresher=uac' });
  assert.equal(spell(alice.advance(45_000)), 'refreshDue');
});

test('RFC 4028 §10: who does not refresh gives up a third of the interval before its end, and is kept by a refresh', () => {
  const alice = called(TIMED, { 'Session-Expires': '90;refresher=uas' });
  assert.equal(alice.wakeAt, 60_000);
  const refresh = inDialog('UPDATE', 1, { Supported: 'timer', 'Session-Expires': '90;refresher=uac' });
  const ok = sentResponse(alice.receiveRequest(refresh, 50_000));
  assert.equal(ok.headers.get('Session-Expires'), '90;refresher=uac');
  assert.equal(alice.wakeAt, 110_000);
});

test('RFC 4028 §9: an in-dialog interval below ours gets 422 with Min-SE', () => {
  const alice = called(TIMED);
  const refresh = inDialog('UPDATE', 1, { Supported: 'timer', 'Session-Expires': '30' });
  const { status, headers } = sentResponse(alice.receiveRequest(refresh, 0));
  assert.deepEqual([status, headers.get('Min-SE')], [422, '90']);
});

test('RFC 4028 §7.3: a refresh that gets 422 may be sent again at once, with the larger interval', () => {
  const alice = called(TIMED, { 'Session-Expires': '90;refresher=uac', Allow: 'UPDATE' });
  const update = sentRequest(alice.advance(45_000), 'UPDATE');
  alice.receiveResponse(answered(update, 422, { 'Min-SE': '600' }), 45_100);
  assert.equal(spell(alice.advance(45_100)), 'retry UPDATE');
  const { headers } = sentRequest(alice.update(), 'UPDATE');
  assert.deepEqual([headers.get('Session-Expires'), headers.get('Min-SE')], ['600;refresher=uac', '600']);
});
