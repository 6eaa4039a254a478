// Media over the bus: what a service that owns calls can ask of a host, and what it hears of it.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { EventOf, Outcome } from '@parley/platform/contract';
import { portOf, shareOf, TonePhone } from '@parley/platform/media/testing';
import { type TestProcess, testProcess } from '../testing.ts';
import * as contract from './contract.ts';
import { OWNER_SILENT_MS, Owners, YOUNG_MS } from './owners.ts';
import { mediaService } from './service.ts';

const OWNER = 'front-end-1';

async function host(t: TestContext): Promise<TestProcess> {
  const data = await mkdtemp(join(tmpdir(), 'media-'));
  const media = {
    listen: '127.0.0.1',
    port: 0,
    phonePorts: { from: 36_000, to: 38_000 },
    addresses: [],
    mostLegs: 10,
  };
  const process = await testProcess({ config: { media, data } });
  t.after(async () => {
    await process[Symbol.asyncDispose]();
    await rm(data, { recursive: true, force: true });
  });
  return process;
}

function must<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}

test('a call of two phones, all over the bus: opened, joined, heard, told of, closed', async (t) => {
  const process = await host(t);
  const { bus, context } = process;
  const told = Promise.withResolvers<EventOf<typeof contract.hostTold>>();
  const connected = Promise.withResolvers<EventOf<typeof contract.legEvent>>();
  await bus.subscribe(contract.hostTold, (value) => told.resolve(value));
  await bus.subscribe(contract.legEvent, (value) => connected.resolve(value));
  await process.start(mediaService);
  const { nodeId: node } = await told.promise;
  assert.equal(node, context.nodeId);
  await using alice = await TonePhone.open(440);
  await using bob = await TonePhone.open(1_000);
  const legs: string[] = [];
  for (const phone of [alice, bob]) {
    const wish = { kind: 'phone', ownerNodeId: OWNER, video: false } as const;
    const { legId } = must(await bus.call(contract.openLeg, wish, { node }));
    const offered = { legId, sdp: phone.sdp(), direction: 'sendrecv' } as const;
    const { sdp, agreed } = must(await bus.call(contract.answerLeg, offered, { node }));
    assert.deepEqual(agreed, { audio: { direction: 'sendrecv', codec: 'PCMU' } });
    phone.target = { address: '127.0.0.1', port: portOf(sdp) };
    legs.push(legId);
  }
  const [left = '', right = ''] = legs;
  must(await bus.call(contract.joinLegs, { legId: left, with: right }, { node }));
  alice.talk();
  assert.ok(shareOf(440, TonePhone.samples(await bob.hears(20))) > 0.95);
  const event = await connected.promise;
  assert.deepEqual([event.ownerNodeId, event.legId, event.what.kind], [OWNER, left, 'connected']);

  const all = { ownerNodeId: OWNER, legIds: [left, 'somebody-else'] };
  assert.deepEqual(must(await bus.call(contract.keepLegs, all, { node })).unknown, ['somebody-else']);
  must(await bus.call(contract.closeLeg, { legId: left }, { node }));
  const gone = await bus.call(contract.pressKeys, { legId: left, keys: '1' }, { node });
  assert.equal(!gone.ok && gone.fault.code, 'MEDIA_NO_SUCH_LEG');
  must(await bus.call(contract.pressKeys, { legId: right, keys: '1' }, { node }));
  must(await bus.call(contract.closeLeg, { legId: right }, { node }));
});

test('an owner that fell silent loses its legs, one that never spoke keeps them', () => {
  const owners = new Owners();
  owners.add('leg-one', 'a', 0);
  owners.add('leg-two', 'b', 0);
  assert.deepEqual(owners.keep('a', ['leg-one'], 0), { orphans: [], unknown: [] });
  assert.deepEqual(owners.orphans(OWNER_SILENT_MS - 1), []);
  assert.deepEqual(owners.orphans(OWNER_SILENT_MS), ['leg-one']);
});

test('a leg that its owner does not name is closed, unless it is younger than what the owner said', () => {
  const owners = new Owners();
  owners.add('leg-one', 'a', 0);
  assert.deepEqual(owners.keep('a', ['leg-two'], YOUNG_MS - 1), { orphans: [], unknown: ['leg-two'] });
  assert.deepEqual(owners.keep('a', [], YOUNG_MS), { orphans: ['leg-one'], unknown: [] });
});
