// Where calls go: rules are kept on the server, planned by any front end with no client running, explained step by step, and
// bounded by levels of access and policies.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallPlan, CallRules } from '@parley/services/call-routing/contract';
import { onEveryTopology, type Person, type Stage } from '../cast/stage.ts';
import type { WebUser } from '../cast/web-user.ts';

/** All front ends hear of levels, states and policies over the bus. */
const SOON_MS = 5_000;
/** Often enough for both front ends to be asked. */
const ASKED = 8;

const refusedWith = (code: string) => (error: Error) => error.message.startsWith(code);
const says = ({ steps }: CallPlan, sentence: RegExp) => steps.some((step) => sentence.test(step.sentence));

async function put(user: WebUser, changes: Partial<CallRules>) {
  const { rules, version } = await user.command('callRules.get', {});
  return user.command('callRules.put', { rules: { ...rules, ...changes }, version });
}

function planFor(user: WebUser, caller: Pick<Person, 'address'>): Promise<CallPlan> {
  return user.command('callRules.plan', { caller: { address: caller.address } });
}

/** As soon as a front end knows. */
async function untilPlanned(
  user: WebUser,
  caller: Pick<Person, 'address'>,
  isRight: (plan: CallPlan) => boolean,
): Promise<void> {
  const deadline = performance.now() + SOON_MS;
  for (let plan = await planFor(user, caller); !isRight(plan); plan = await planFor(user, caller))
    if (performance.now() > deadline) throw new Error(plan.steps.map(({ sentence }) => sentence).join('\n'));
}

async function planOfAdministrator(stage: Stage, { userId }: Person, caller: string): Promise<CallPlan> {
  const path = `/api/v1/admin/call-rules/${userId}?caller=${encodeURIComponent(caller)}`;
  return ((await stage.administrator.request('GET', path)) as { plan: CallPlan }).plan;
}

onEveryTopology((stage) => {
  test('alice forwards to bob: every front end says so at once, with her browser closed', async () => {
    const [alice, bob, carol] = [
      await stage().hire('Alice'),
      await stage().hire('Bob'),
      await stage().hire('Carol'),
    ];
    const hers = await stage().browser(alice);
    const before = await hers.command('callRules.get', {});
    assert.equal(before.version, 0);
    // She types his address: it is bob.
    const kept = await put(hers, {
      forwardAll: { kind: 'number', number: `sip:${bob.address.toUpperCase()}` },
    });
    const target = { kind: 'user', userId: bob.userId };
    assert.deepEqual([kept.version, kept.rules.forwardAll], [1, target]);
    await assert.rejects(
      hers.command('callRules.put', { rules: before.rules, version: 0 }),
      refusedWith('ROUTING_STALE'),
    );
    hers.drop();
    for (let asked = 0; asked < ASKED; asked += 1) {
      const plan = await planOfAdministrator(stage(), alice, carol.address);
      assert.deepEqual([plan.stages, plan.lastly], [[], { kind: 'target', target }]);
      assert.ok(says(plan, /^You forward all calls to Bob\.$/));
      assert.ok(says(plan, /^Carol is not blocked\.$/));
    }
  });

  test('who is blocked reaches nobody, and does not ring through a colleague either', async () => {
    const [alice, bob, carol] = [
      await stage().hire('Alice'),
      await stage().hire('Bob'),
      await stage().hire('Carol'),
    ];
    const [hers, his] = [await stage().browser(alice), await stage().browser(bob)];
    const member = { kind: 'user', value: carol.userId } as const;
    await his.command('access.set', { member, level: 'blocked', version: his.access.version });
    await put(hers, { ringAlso: [{ target: { kind: 'user', userId: bob.userId }, delayS: 5 }] });
    const rings = (plan: CallPlan) => plan.stages.flatMap((one) => one.rings).length;
    await untilPlanned(hers, carol, (plan) => rings(plan) === 1 && says(plan, /^Bob does not ring/));
    assert.equal(rings(await planFor(hers, { address: '+49301234567' })), 2);

    await untilPlanned(his, carol, ({ lastly, stages }) => {
      const told = lastly.kind === 'refuse' ? lastly.reason : lastly.kind;
      return stages.length === 0 && told === 'unreachable';
    });
    await put(his, { blocked: ['+49 30 1234567'] });
    const refused = await planFor(his, { address: '+49 (30) 123 45 67' });
    assert.deepEqual([refused.stages, refused.lastly], [[], { kind: 'refuse', reason: 'unreachable' }]);
  });

  test('on Do not disturb nothing rings; a dry run says what another moment brings', async () => {
    const [alice, carol] = [await stage().hire('Alice'), await stage().hire('Carol')];
    const hers = await stage().browser(alice);
    await hers.command('presence.setState', { state: 'doNotDisturb', forS: 3_600 });
    await untilPlanned(
      hers,
      carol,
      ({ stages, lastly }) => stages.length === 0 && lastly.kind === 'voicemail',
    );
    const later = await hers.command('callRules.plan', {
      caller: { address: carol.address },
      at: Date.now() + 2 * 3_600_000,
    });
    assert.ok(says(later, /^You are not on Do not disturb\.$/));
    assert.equal(later.stages.length, 1);
  });

  test('the administrator forbids numbers outside: new rules are refused, old ones rest and say why', async () => {
    const [alice, carol] = [await stage().hire('Alice'), await stage().hire('Carol')];
    const hers = await stage().browser(alice);
    const mobile = { kind: 'number', number: '+4915112345678' } as const;
    await put(hers, { forwardAll: mobile });
    await stage().administrator.request('PATCH', '/api/v1/admin/policies', {
      scope: { kind: 'user', value: alice.userId },
      changes: { outsideNumbers: false },
    });
    await untilPlanned(hers, carol, (plan) =>
      says(plan, /^It does not go to \+4915112345678: numbers outside are not allowed \(set for you\)\.$/),
    );
    const { allowances } = await hers.command('callRules.get', {});
    assert.deepEqual(allowances.outsideNumbers, { allowed: false, origin: 'user' });
    await assert.rejects(put(hers, { busy: mobile }), refusedWith('ROUTING_NOT_ALLOWED'));
    await assert.rejects(
      put(hers, { forwardAll: { kind: 'user', userId: alice.userId } }),
      refusedWith('ROUTING_CIRCLE'),
    );
    // What is there may stay while something else changes.
    assert.deepEqual((await put(hers, { busy: null })).rules.forwardAll, mobile);
    await assert.rejects(
      hers.http.request('GET', `/api/v1/admin/call-rules/${alice.userId}`),
      /PROVISIONING_NOT_ADMINISTRATOR|403/,
    );
  });
});
