// baresip calls baresip and linphone through Parley; sound goes from phone to phone.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Baresip, baresipMissing } from '../cast/baresip.ts';
import { Linphone, linphoneMissing } from '../cast/linphone.ts';
import { Phone } from '../cast/phone.ts';
import { onEveryTopology, type Person, type Stage } from '../cast/stage.ts';

const skip = baresipMissing;
type Transport = 'udp' | 'tcp' | 'tls';

async function phoneOf(stage: Stage, person: Person, transport: Transport, frontEnd = 0): Promise<Baresip> {
  const phone = await Baresip.start({
    address: person.address,
    password: person.devicePassword,
    server: stage.frontEnds.at(frontEnd)!.sip(transport),
    contacts: [],
  });
  await phone.registered();
  return phone;
}

/** Another front end hears of a registration a moment after the phone does. */
const HEARD_OF_MS = 10_000;

/** Dials until the other phone rings; again where the caller's front end knows nothing of that phone yet. */
async function ring(caller: Baresip, address: string, rings: Promise<unknown>): Promise<void> {
  const deadline = Date.now() + HEARD_OF_MS;
  for (;;) {
    const over = caller.callIs('CALL_CLOSED', caller.calls.entries.length);
    over.catch(() => {});
    await caller.dial(address);
    const closed = await Promise.race([rings.then(() => undefined), over]);
    if (closed === undefined) return;
    if (closed.param?.startsWith('480 ') && Date.now() < deadline) continue;
    throw new Error(`the call to ${address} is over before it rings: ${closed.param}`);
  }
}

/** Alice calls Bob, who is at another front end where there are two; they talk. */
async function talk(stage: Stage, t: TestContext, transport: Transport = 'tcp') {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const callee = await phoneOf(stage, bob, transport, -1);
  t.after(() => callee[Symbol.asyncDispose]());
  const caller = await phoneOf(stage, alice, transport);
  t.after(() => caller[Symbol.asyncDispose]());
  await ring(caller, bob.address, callee.callIs('CALL_INCOMING'));
  await caller.callIs('CALL_RINGING');
  return {
    alice,
    bob,
    caller,
    callee,
    async answered() {
      await callee.command('accept');
      await Promise.all([caller.callIs('CALL_ESTABLISHED'), callee.callIs('CALL_ESTABLISHED')]);
      await Promise.all([caller.hearsSound(), callee.hearsSound()]);
    },
  };
}

onEveryTopology((stage) => {
  for (const transport of ['udp', 'tcp', 'tls'] as const) {
    test(`baresip calls baresip over ${transport}: both hear each other until one hangs up`, {
      skip,
    }, async (t) => {
      const { caller, callee, answered } = await talk(stage(), t, transport);
      await answered();
      await callee.command('hangup');
      await caller.callIs('CALL_CLOSED');
      assert.ok((await caller.heardBytes()) > 0);
      assert.ok((await callee.heardBytes()) > 0);
    });
  }

  test('hold, resume and a digit', { skip }, async (t) => {
    const { caller, callee, answered } = await talk(stage(), t);
    await answered();
    await caller.command('hold');
    await callee.shows('a=sendonly');
    const before = callee.lines.entries.length;
    await caller.command('resume');
    await callee.shows('a=sendrecv', before);
    caller.type('5');
    await callee.shows("received event: '5'");
    await caller.command('hangup');
    await callee.callIs('CALL_CLOSED');
  });

  test('a call that is refused, and one that is given up', { skip }, async (t) => {
    const { bob, caller, callee } = await talk(stage(), t);
    await callee.command('hangup');
    const refused = await caller.callIs('CALL_CLOSED');
    assert.match(refused.param ?? '', /^(486|603) /);
    const seen = callee.calls.entries.length;
    await ring(caller, bob.address, callee.callIs('CALL_INCOMING', seen));
    await caller.command('hangup');
    await callee.callIs('CALL_CLOSED', seen);
  });

  test('a transfer: who is asked to call the third person does so', { skip }, async (t) => {
    const { caller, callee, answered } = await talk(stage(), t);
    await answered();
    const carol = await stage().hire('Carol');
    await using third = await phoneOf(stage(), carol, 'tcp');
    const seen = callee.calls.entries.length;
    await caller.command('transfer', `sip:${carol.address}`);
    await third.callIs('CALL_INCOMING');
    await third.command('accept');
    await Promise.all([third.hearsSound(), callee.callIs('CALL_ESTABLISHED', seen)]);
    await third.command('hangup');
    await callee.callIs('CALL_CLOSED', seen);
  });

  test('a call goes on although the phone is registered no more', { skip }, async (t) => {
    const { bob, caller, callee, answered } = await talk(stage(), t);
    await answered();
    const settings = { address: bob.address, password: bob.devicePassword };
    await using other = await Phone.on({ ...settings, server: stage().frontEnds[0]!.sip('tcp') });
    const all = [['Contact', '*'] as const, ['Expires', '0'] as const];
    assert.equal((await other.request('REGISTER', 'sip:parley.test', bob.address, all)).status, 200);
    await caller.command('hold');
    await callee.shows('a=sendonly');
    await caller.command('hangup');
    await callee.callIs('CALL_CLOSED');
  });

  test('linphone calls baresip, which hears a digit that comes by INFO', {
    skip: skip || linphoneMissing,
  }, async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    await using callee = await phoneOf(stage(), bob, 'tcp', -1);
    await using caller = await Linphone.start({
      address: alice.address,
      password: alice.devicePassword,
      server: stage().frontEnds[0]!.sip('udp'),
    });
    await caller.registered();
    caller.call(bob.address);
    await callee.callIs('CALL_INCOMING');
    await caller.callIs('OutgoingRinging');
    await callee.command('accept');
    await Promise.all([caller.callIs('StreamsRunning'), callee.callIs('CALL_ESTABLISHED')]);
    caller.type('5');
    await callee.shows("received DTMF: '5'");
    await callee.command('hangup');
    await caller.callIs('End');
  });

  test('baresip calls linphone', { skip: skip || linphoneMissing }, async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    await using callee = await Linphone.start({
      address: bob.address,
      password: bob.devicePassword,
      server: stage().frontEnds.at(-1)!.sip('tls'),
    });
    await callee.registered();
    await using caller = await phoneOf(stage(), alice, 'udp');
    await ring(caller, bob.address, callee.rings());
    callee.answer();
    await Promise.all([callee.callIs('StreamsRunning'), caller.callIs('CALL_ESTABLISHED')]);
    await caller.command('hangup');
    await callee.callIs('End');
  });
});
