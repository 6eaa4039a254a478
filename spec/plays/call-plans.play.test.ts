// The rules of the person called, carried out: forwarded, rung elsewhere as well, sent on when nobody answers. The client of
// that person is closed or silent; each line of the history says what became of the call there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallRules } from '@parley/services/call-routing/contract';
import { onEveryTopology } from '../cast/stage.ts';
import { WindowCalls } from '../cast/window-calls.ts';

onEveryTopology((stage) => {
  async function windowOf(name: string) {
    const person = await stage().hire(name);
    return { ...person, calls: new WindowCalls(await stage().browser(person)) };
  }
  async function put({ calls }: Awaited<ReturnType<typeof windowOf>>, changes: Partial<CallRules>) {
    const { rules, version } = await calls.window.command('callRules.get', {});
    await calls.window.command('callRules.put', { rules: { ...rules, ...changes }, version });
  }

  test('bob forwards to carol: her windows ring, with his name, though none of his is open', async () => {
    const [alice, bob, carol] = [await windowOf('Alice'), await windowOf('Bob'), await windowOf('Carol')];
    await put(bob, { forwardAll: { kind: 'user', userId: carol.userId } });
    bob.calls.window.drop();
    const out = await alice.calls.place({ userId: bob.userId });
    const { side } = await carol.calls.rings();
    assert.deepEqual([side.via?.kind, side.via?.by.name, side.other.name], ['forward', 'Bob', 'Alice']);
    await carol.calls.answer(side);
    const talking = await alice.calls.sees(out.sideId, 'carol', ({ state }) => state === 'connected');
    assert.equal(talking.other.name, 'Carol');
    await alice.calls.hangUp(out);
  });

  test('bob rings at carol as well: she takes it, and he has not missed it', async () => {
    const [alice, bob, carol] = [await windowOf('Alice'), await windowOf('Bob'), await windowOf('Carol')];
    await put(bob, { ringAlso: [{ target: { kind: 'user', userId: carol.userId }, delayS: 1 }] });
    const out = await alice.calls.place({ userId: bob.userId });
    const [his, hers] = await Promise.all([bob.calls.rings(), carol.calls.rings()]);
    await carol.calls.answer(hers.side);
    await alice.calls.hears(out.sideId, 'answer');
    const { entry, missed } = await bob.calls.wasTold(his.side.sideId);
    assert.deepEqual([entry.end, entry.missed, missed], ['answered-elsewhere', false, 0]);
    await carol.calls.hangUp(hers.side);
  });

  test('nobody answers at bob for five seconds: the call goes to carol, and who gives up there is missed by her', async () => {
    const [alice, bob, carol] = [await windowOf('Alice'), await windowOf('Bob'), await windowOf('Carol')];
    await put(bob, { unanswered: { afterS: 5, to: { kind: 'user', userId: carol.userId } } });
    const out = await alice.calls.place({ userId: bob.userId });
    const his = await bob.calls.rings();
    const hers = await carol.calls.rings();
    assert.equal((await bob.calls.wasTold(his.side.sideId)).entry.end, 'forwarded');
    await alice.calls.hangUp(out);
    assert.equal((await carol.calls.wasTold(hers.side.sideId)).entry.missed, true);
  });
});
