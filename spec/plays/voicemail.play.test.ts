// Voicemail: callers leave messages where rules send them, the light on a phone follows, and the person hears on a phone what was
// said; in one process and with calls, media and messages on different ones. What is said is a tone, and is measured.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMessageSummary, type SipRequest } from '@parley/protocol/sip';
import type { CallRules } from '@parley/services/call-routing/contract';
import type { Call } from '../cast/sip-call.ts';
import { SoundingPhone } from '../cast/sounding-phone.ts';
import { onEveryTopology, type Person, type Stage } from '../cast/stage.ts';
import { WindowCalls } from '../cast/window-calls.ts';

const ALICE_HZ = 700;
const BOB_HZ = 1_300;
/** Of the tone behind the greeting. */
const TONE_HZ = 1_000;
/** Longer than the second below which nothing was said. */
const SAID_PACKETS = 130;

async function follows(stage: Stage, person: Person, changes: Partial<CallRules>): Promise<void> {
  const browser = await stage.browser(person);
  const { rules, version } = await browser.command('callRules.get', {});
  await browser.command('callRules.put', { rules: { ...rules, ...changes }, version });
  await browser[Symbol.asyncDispose]();
}

const unansweredToVoicemail = { unanswered: { afterS: 5, to: { kind: 'voicemail' as const } } };

async function speaks(phone: SoundingPhone, call: Call): Promise<void> {
  await call.accepted();
  await phone.hears(TONE_HZ);
  // Then silence arrives, as long as the phone is listened to; it speaks all the time.
  await phone.voice.hears(SAID_PACKETS);
}

/** What the light said last: new and old messages. */
function lightIs(phone: SoundingPhone, wanted: readonly [number, number]): Promise<SipRequest> {
  return phone.agent.requests.until(`the light at ${wanted.join('/')}`, (requests) => {
    const last = requests.findLast(({ method }) => method === 'NOTIFY');
    const summary = last === undefined ? undefined : parseMessageSummary(last.body);
    const isSo = summary?.newMessages === wanted[0] && summary.oldMessages === wanted[1];
    return isSo ? last : undefined;
  });
}

function presses(call: Call, key: string): void {
  const body = new TextEncoder().encode(`Signal=${key}\r\nDuration=160\r\n`);
  call.send('INFO', { headers: [['Content-Type', 'application/dtmf-relay']], body });
}

onEveryTopology(
  (stage) => {
    async function cast() {
      const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
      const phone = await SoundingPhone.registered(alice, stage().frontEnds[0]!, ALICE_HZ);
      return { alice, bob, phone };
    }

    test('nobody is there: a message is left, the light comes on, it is heard at *97, deleted, and the light goes out', async () => {
      const { bob, phone } = await cast();
      await using hers = phone;
      await follows(stage(), bob, unansweredToVoicemail);
      const call = hers.calls(bob.address);
      await speaks(hers, call);
      call.hangUp();

      await using his = await SoundingPhone.registered(bob, stage().frontEnds.at(-1)!, BOB_HZ);
      const { status } = await his.agent.subscribe(bob.address, 'message-summary');
      assert.equal(status, 200);
      const notify = await lightIs(his, [1, 0]);
      assert.match(new TextDecoder().decode(notify.body), new RegExp(`Message-Account: sip:${bob.address}`));

      const hearing = his.calls(`*97@${bob.address.split('@')[1]}`);
      await hearing.accepted();
      await his.hears(ALICE_HZ);
      await lightIs(his, [0, 1]);
      presses(hearing, '1');
      await his.hears(ALICE_HZ);
      presses(hearing, '7');
      await lightIs(his, [0, 0]);
      hearing.hangUp();
    });

    test('alice calls from her window: it says whose voicemail it is, and bob has missed the call, as nothing was said', async () => {
      const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
      const calls = new WindowCalls(await stage().browser(alice));
      const his = new WindowCalls(await stage().browser(bob));
      await his.window.command('presence.setState', { state: 'doNotDisturb' });
      await his.window.sees(bob.userId, 'doNotDisturb');
      const out = await calls.place({ userId: bob.userId });
      const talking = await calls.sees(
        out.sideId,
        'the voicemail',
        ({ attendedBy }) => attendedBy === 'voicemail',
      );
      assert.deepEqual([talking.state, talking.other.name], ['connected', 'Voicemail of Bob']);
      await calls.hangUp(out);
      const { missed } = await his.window.until(
        'the missed call',
        () =>
          his.window.frames.entries.flatMap((frame) =>
            frame.type === 'event' &&
            frame.data.type === 'callHistory' &&
            frame.data.entry.end === 'voicemail'
              ? [frame.data]
              : [],
          )[0],
      );
      assert.equal(missed, 1);
    });

    test('what carries the sound is killed while a message is spoken: what was said until then is there', async () => {
      const { bob, phone } = await cast();
      await using hers = phone;
      await follows(stage(), bob, unansweredToVoicemail);
      const call = hers.calls(bob.address);
      await speaks(hers, call);
      const hosts = stage().mediaHosts;
      await Promise.all(hosts.map((host) => host.kill()));
      await Promise.all(hosts.map((host) => host.start()));
      await using his = await SoundingPhone.registered(bob, stage().frontEnds.at(-1)!, BOB_HZ);
      if (!hosts.includes(stage().frontEnds[0]!)) await call.ended();
      await his.agent.subscribe(bob.address, 'message-summary');
      await lightIs(his, [1, 0]);
      const hearing = his.calls(`*97@${bob.address.split('@')[1]}`);
      await hearing.accepted();
      await his.hears(ALICE_HZ);
      hearing.hangUp();
    });
  },
  { hasMedia: true },
);
