import assert from 'node:assert/strict';
import { test } from 'node:test';
import { licensingErrors } from '../licensing/contract.ts';
import type { WritingGate } from './licence.ts';
import { readPage } from './store.ts';
import { postOffice } from './testing.ts';

/** Alice may do what `mayUse` names, on her own device; everybody else has no licence. */
function gateOf(mayUse: Set<string>): WritingGate {
  return {
    check(feature, actor) {
      if (actor.kind === 'internal' && actor.userId === 'alice' && mayUse.has(feature))
        return { allowed: true, coveredBy: 'user' };
      return { allowed: false, coveredBy: null, ...licensingErrors.fault('LICENCE_STANDARD_NEEDED') };
    },
  };
}

test('two people need the feature im, three or more need group-im; who may not has stored nothing', async () => {
  const mayUse = new Set(['im']);
  await using office = await postOffice(gateOf(mayUse));
  const pair = await office.messages.open('alice', ['bob']);
  const group = await office.messages.open('alice', ['bob', 'carol']);
  const send = async (senderId: string, conversationId: string) => {
    const draft = { senderId, conversationId, text: 'hello', clientId: `${senderId} ${conversationId}` };
    const sent = await office.messages.send({ ...draft, deviceId: 'desk' });
    return sent.ok ? 'sent' : sent.fault.code;
  };
  assert.equal(await send('alice', pair), 'sent');
  assert.equal(await send('alice', group), 'LICENCE_STANDARD_NEEDED');
  assert.equal(await send('bob', pair), 'LICENCE_STANDARD_NEEDED');
  assert.equal(await send('eve', pair), 'IM_NO_SUCH_CONVERSATION', 'a stranger learns nothing of licences');
  assert.deepEqual(await readPage(office.own.db, group, { limit: 10 }), []);
  mayUse.add('group-im');
  assert.equal(await send('alice', group), 'sent');
  mayUse.clear();
  assert.equal(await send('alice', group), 'sent', 'stored before: repeated, and acknowledged again');
  assert.equal((await readPage(office.own.db, group, { limit: 10 })).length, 1);
});

test('without a device the product itself writes, and no licence is asked for', async () => {
  await using office = await postOffice(gateOf(new Set()));
  const conversationId = await office.messages.open('alice', ['bob']);
  const sent = await office.messages.send({
    senderId: 'bob',
    conversationId,
    text: 'history',
    clientId: '1',
  });
  assert.ok(sent.ok);
});
