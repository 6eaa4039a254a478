// A stolen password that dials and dials.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { natsServerMissing } from '@parley/platform/bus/testing';
import { SipUserAgent } from '../cast/sip-user-agent.ts';
import { enterpriseEdition, type Stage } from '../cast/stage.ts';

const skip = natsServerMissing;
let stage: Stage;
before(async () => {
  if (!skip) stage = await enterpriseEdition({ settings: { calls: { perMinute: 6 } } });
});
after(() => stage?.[Symbol.asyncDispose]());

test('a telephone that dials without end is refused in words, is counted, and may call again later', {
  skip,
}, async () => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const sip = (person: typeof alice) => ({
    address: person.address,
    password: person.devicePassword,
    server: stage.frontEnds[0]!.sip('tcp') as { transport: 'tcp'; address: string; port: number },
  });
  await using stolen = await SipUserAgent.registered(sip(alice));
  await using his = await SipUserAgent.registered(sip(bob));
  for (let calls = 0; calls < 6; calls++) {
    const call = stolen.calls(bob.address);
    (await his.isCalled()).refuse(486);
    assert.equal((await call.answer('INVITE')).status, 486);
  }
  const refused = await stolen.calls(bob.address).answer('INVITE');
  assert.equal(refused.status, 403);
  assert.match(refused.headers.get('Warning') ?? '', /too many calls in a minute/);
  // An emergency call is never one too many: nobody has that number here, and the proxy says so.
  assert.equal((await stolen.calls('112@parley.test').answer('INVITE')).status, 404);
  const metrics = await Promise.all(
    stage.members.map(async ({ addresses }) =>
      (await fetch(`http://127.0.0.1:${addresses.adminPort}/metrics`)).text(),
    ),
  );
  assert.ok(metrics.some((text) => /^parley_calls_refused_total 1$/m.test(text)));
});
