// RFC 3665 §3.10 through Parley: bob's phone is off and nobody said so. It takes the 32 s of timer B.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SipPeople } from '../cast/sip-people.ts';
import { type Stage, standardEdition } from '../cast/stage.ts';

describe('no response', () => {
  let stage: Stage;
  before(async () => {
    stage = await standardEdition();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  test('3.10: the INVITE goes to bob seven times; then alice is told that it took too long', async () => {
    await using people = new SipPeople(stage);
    const [alice, bob] = [await people.phoneOf('Alice'), await people.phoneOf('Bob')];
    let arrived = 0;
    bob.wire.loses = ({ direction, message }) => {
      if (direction === 'in' && message.kind === 'request' && message.method === 'INVITE') arrived += 1;
      return direction === 'in';
    };
    const call = alice.calls(bob.options.address);
    assert.equal((await call.answer('INVITE', 60_000)).status, 408);
    assert.equal(arrived, 7, 'RFC 3261 §17.1.1.2: 0.5 s and doubling, until 64×T1');
    const lines = call.ladder.with({ trying: true }).lines;
    assert.deepEqual(lines, [
      '→ INVITE',
      '← 407 INVITE',
      '→ ACK',
      '→ INVITE',
      '← 100 INVITE',
      '← 408 INVITE',
      '→ ACK',
    ]);
  });
});
