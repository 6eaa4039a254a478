// Calls and those who do them wrong: descriptions of media that lie, phones that fall silent or never stop, windows that flood.
// Each is told what is wrong, and nothing of it stays behind.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { CallSide } from '@parley/services/calls/contract';
import { directionOf, SDP_TYPE } from '../cast/session-description.ts';
import type { Call } from '../cast/sip-call.ts';
import { SipUserAgent } from '../cast/sip-user-agent.ts';
import { onEveryTopology, type Person, type Stage } from '../cast/stage.ts';
import { WindowCalls } from '../cast/window-calls.ts';

let stage: Stage;

function phoneOf(person: Person): Promise<SipUserAgent> {
  const server = stage.frontEnds[0]!.sip('tcp') as { transport: 'tcp'; address: string; port: number };
  return SipUserAgent.registered({ address: person.address, password: person.devicePassword, server });
}
async function hire(name: string) {
  const person = await stage.hire(name);
  return { ...person, calls: new WindowCalls(await stage.browser(person)) };
}

const isOver = ({ state }: CallSide) => state === 'ended';
const warningOf = (response: { headers: { get(name: string): string | undefined } }) =>
  response.headers.get('Warning') ?? '';

/** An offer of one voice, with what stands in its lines. */
function sdp(media: string, ...lines: readonly string[]) {
  const all = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', media, ...lines, ''];
  return { headers: [SDP_TYPE], body: new TextEncoder().encode(all.join('\r\n')) };
}

async function gaugesOf(...names: readonly string[]): Promise<number[]> {
  const texts = await Promise.all(
    stage.members.map(async ({ addresses }) =>
      (await fetch(`http://127.0.0.1:${addresses.adminPort}/metrics`)).text(),
    ),
  );
  return names.map((name) =>
    texts.reduce((sum, text) => sum + Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0), 0),
  );
}

/** No call lives any more, and no end of one is held open at a media host. */
async function nothingIsLeft(): Promise<void> {
  // What was lost on its way is swept within half a minute.
  const deadline = Date.now() + 30_000;
  for (;;) {
    const left = await gaugesOf('parley_calls', 'parley_media_legs');
    if (left.every((count) => count === 0)) return;
    assert.ok(Date.now() < deadline, `calls and ends of calls that are left: ${left}`);
  }
}

/** Alice's window and Bob's phone talk. */
async function talk() {
  const [alice, bob] = [await hire('Alice'), await stage.hire('Bob')];
  const phone = await phoneOf(bob);
  const out = await alice.calls.place({ userId: bob.userId });
  const call = await phone.isCalled();
  call.accept();
  await call.acknowledged();
  await alice.calls.sees(out.sideId, 'the call', ({ state }) => state === 'connected');
  return { alice, bob, phone, call, out };
}

/** The re-INVITEs of the server, as the phone had them. */
function offersTo(call: Call): (string | undefined)[] {
  return call.events.entries.flatMap(({ event }) =>
    event.kind === 'request' && event.request.method === 'INVITE' ? [directionOf(event.request.body)] : [],
  );
}

onEveryTopology(
  (current) => {
    before(() => {
      stage = current();
    });

    test('a phone that describes what nobody can take is refused in words before anything rings', async () => {
      const [alice, bob] = [await stage.hire('Alice'), await hire('Bob')];
      await using phone = await phoneOf(alice);
      const answerTo = async (parts: ReturnType<typeof sdp>) =>
        await phone.calls(bob.address, { ...parts, offers: false }).answer('INVITE');

      const unknown = await answerTo(sdp('m=audio 4000 RTP/AVP 18', 'a=rtpmap:18 G729/8000'));
      assert.equal(unknown.status, 488);
      assert.match(warningOf(unknown), /^305 .*No codec or protection is common to both\./);
      const short = `inline:${Buffer.alloc(12).toString('base64')}`;
      const locked = await answerTo(
        sdp('m=audio 4000 RTP/SAVP 0', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 ${short}`),
      );
      assert.equal(locked.status, 488, 'a key that is none is no reason to speak in clear');
      assert.equal((await answerTo(sdp('m=video 4000 RTP/AVP 96', 'a=rtpmap:96 VP8/90000'))).status, 488);
      assert.equal((await answerTo(sdp('m=audio 0 RTP/AVP 0'))).status, 488);
      for (const parts of [
        { headers: [SDP_TYPE], body: new TextEncoder().encode('Good morning') },
        sdp('m=audio 4000 RTP/AVP 0', ...Array.from({ length: 1_200 }, (_, at) => `a=candidate:${at}`)),
        sdp('m=audio 4000 RTP/AVP 0', ...Array.from({ length: 9 }, () => `a=x:${'x'.repeat(8_000)}`)),
      ]) {
        const unread = await answerTo(parts);
        assert.equal(unread.status, 400);
        assert.match(warningOf(unread), /^399 .*description of the media/);
      }
      assert.deepEqual(bob.calls.sides, [], 'his window heard nothing of it');

      const many = Array.from(
        { length: 500 },
        (_, at) => `a=candidate:${at} 1 udp 1 192.0.2.1 ${at + 1} typ host`,
      );
      const fine = phone.calls(bob.address, { ...sdp('m=audio 4000 RTP/AVP 18 0', ...many), offers: false });
      const { side } = await bob.calls.rings();
      await bob.calls.answer(side);
      const { body } = await fine.accepted();
      assert.match(new TextDecoder().decode(body), /m=audio \d+ RTP\/AVP 0\r\n/);
      // In the call it wants what cannot be: that is refused, and the call goes on.
      fine.perform(fine.session.invite(sdp('m=audio 4000 RTP/AVP 18', 'a=rtpmap:18 G729/8000')));
      const changed = await fine.answer('INVITE');
      assert.equal(changed.status, 488);
      assert.match(warningOf(changed), /^305 /);
      fine.hangUp();
      await bob.calls.sees(side.sideId, 'the end', isOver);
      await nothingIsLeft();
    });

    test('a phone that is called and has nothing in common, or answers what it was not asked: the window reads why', async () => {
      const [alice, bob] = [await hire('Alice'), await stage.hire('Bob')];
      await using phone = await phoneOf(bob);
      const refused = await alice.calls.place({ userId: bob.userId });
      (await phone.isCalled()).refuse(488);
      const lied = await alice.calls.place({ userId: bob.userId });
      (await phone.isCalled()).accept(sdp('m=audio 4000 RTP/AVP 18', 'a=rtpmap:18 G729/8000'));
      for (const { sideId } of [refused, lied]) {
        const { end } = await alice.calls.sees(sideId, 'the end', isOver);
        assert.equal(end?.reason, 'no-common-media');
        assert.match(end?.sentence ?? '', /no way of speaking in common/);
      }
      const bare = { to: { userId: bob.userId }, clientId: crypto.randomUUID(), video: false };
      const clear = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n';
      await assert.rejects(
        alice.calls.window.command('call.place', { ...bare, sdp: clear }),
        /CALL_BAD_SDP: .*no protection/,
      );
      await nothingIsLeft();
    });

    test('RFC 3261 §14.1: who changes a call at the same moment as the other is heard a little later', async () => {
      const { alice, phone, call, out } = await talk();
      await using _phone = phone;
      const hold = (held: boolean) => alice.calls.window.command('call.hold', { sideId: out.sideId, held });
      // Refused once, it comes again.
      let refusals = 0;
      call.answers = ({ method }) =>
        method === 'INVITE' && refusals++ === 0 ? { status: 491 } : { status: 200 };
      await hold(true);
      await call.events.until('it to come again', () => offersTo(call).length === 2);
      assert.deepEqual(offersTo(call), ['sendonly', 'sendonly']);
      await hold(false);
      await call.events.until('the end of hold', () => offersTo(call).at(-1) === 'sendrecv');
      // Held and taken back, whatever the phone has said until then: it ends where the window does.
      await hold(true);
      await hold(false);
      await hold(true);
      await call.events.until('hold', () => offersTo(call).at(-1) === 'sendonly');
      await hold(false);
      await call.events.until('the end of hold', () => offersTo(call).at(-1) === 'sendrecv');
      // Both at once.
      const seen = offersTo(call).length;
      call.update();
      await Promise.all([hold(true), call.answer('UPDATE')]);
      await call.events.until('hold, in the end', () => offersTo(call).slice(seen).includes('sendonly'));

      // A storm of changes: refused for a while, and the call lives.
      for (let changes = 0; changes < 30; changes++) {
        const before = call.events.entries.length;
        await call.events.until('a moment in which the phone may offer', () => {
          try {
            call.resume();
            return true;
          } catch {
            return false;
          }
        });
        const answered = await call.events.until('an answer', (entries) =>
          entries
            .slice(before)
            .flatMap(({ event }) => ('response' in event ? [event.response] : []))
            .at(-1),
        );
        if (answered.status === 200) continue;
        assert.equal(answered.status, 500);
        assert.ok(Number(answered.headers.get('Retry-After')) > 0);
        break;
      }
      assert.ok(
        call.events.entries.some(({ event }) => event.kind === 'response' && event.response.status === 500),
      );
      call.hangUp();
      await alice.calls.sees(out.sideId, 'the end', isOver);
      await nothingIsLeft();
    });

    test('a phone that never answers again, and one that plays early media for ever, hold nothing up', async (t) => {
      const { alice, bob, phone, call, out } = await talk();
      await using _phone = phone;
      const carol = await hire('Carol');
      const { rules, version } = await carol.calls.window.command('callRules.get', {});
      const unanswered = { afterS: 5, to: null };
      await carol.calls.window.command('callRules.put', { rules: { ...rules, unanswered }, version });
      carol.calls.window.drop();
      await using radio = await phoneOf(carol);
      const listens = await alice.calls.place({ userId: carol.userId });
      const playing = await radio.isCalled();
      playing.earlyMedia();
      const again = setInterval(() => playing.earlyMedia(), 500);
      t.after(() => clearInterval(again));
      const stops = playing.cancelled(20_000).then(() => clearInterval(again));
      await alice.calls.sees(listens.sideId, 'ringing', ({ state }) => state === 'ringing');

      // Deaf and dumb from here on: the BYE goes nowhere, and so does the next call.
      phone.wire.received = () => {};
      await alice.calls.hangUp(out);
      assert.equal((await alice.calls.sees(out.sideId, 'the end', isOver)).end?.reason, 'hung-up');
      assert.equal(
        call.events.entries.some(({ event }) => event.kind === 'ended'),
        false,
        'it heard no BYE',
      );
      assert.deepEqual(await gaugesOf('parley_calls'), [1], 'the one that plays');
      const second = await alice.calls.place({ userId: bob.userId });
      await alice.calls.hangUp(second);

      const { end } = await alice.calls.sees(listens.sideId, 'the end', isOver);
      assert.equal(end?.reason, 'unanswered');
      await stops;
      await nothingIsLeft();
    });

    test('a window that floods, and calls to somebody who has ten of them already', async () => {
      const [alice, bob, carol] = [await hire('Alice'), await hire('Bob'), await hire('Carol')];
      await using hall = await phoneOf(carol);
      const out = await alice.calls.place({ userId: bob.userId });
      const { side } = await bob.calls.rings();
      const candidate = 'candidate:1 1 udp 1 192.0.2.1 9 typ host';
      const flood = Array.from({ length: 95 }, () =>
        alice.calls.say(out.sideId, { kind: 'candidate', round: 1, candidate, mid: '0' }),
      );
      await Promise.all(flood);
      await bob.calls.answer(side);
      await alice.calls.hears(out.sideId, 'answer');
      assert.equal(bob.calls.signals(side.sideId, 'candidate').length, 80);
      const stale = { kind: 'offer', round: 1, sdp: 'v=0' } as const;
      await assert.rejects(alice.calls.say(out.sideId, stale), /CALL_BAD_SDP/);

      for (let calls = 1; calls < 10; calls++) await alice.calls.place({ userId: bob.userId });
      assert.equal((await hall.calls(bob.address).answer('INVITE')).status, 486);
      const busy = await carol.calls.place({ userId: bob.userId });
      assert.equal((await carol.calls.sees(busy.sideId, 'the end', isOver)).end?.reason, 'busy');
      for (const { sideId } of alice.calls.sides) await alice.calls.hangUp({ sideId } as CallSide);
      await nothingIsLeft();
    });

    test('bob’s mobile is off and its own mailbox answers at once: it does not get the call, his window still rings', async () => {
      const [alice, bob] = [await hire('Alice'), await hire('Bob')];
      const mobile = await stage.hire('Mobile');
      const number = `+4915${String(Date.now()).slice(-9)}`;
      const { rules, version } = await bob.calls.window.command('callRules.get', {});
      const ringAlso = [{ target: { kind: 'number', number } as const, delayS: 0 }];
      await bob.calls.window.command('callRules.put', { rules: { ...rules, ringAlso }, version });
      // The line outside is a phone here: until there are trunks, a number is somebody’s of this server.
      await stage.administrator.request('PATCH', `/api/v1/admin/users/${mobile.userId}`, { phone: number });
      await using phone = await phoneOf(mobile);
      const out = await alice.calls.place({ userId: bob.userId });
      const [his, call] = await Promise.all([bob.calls.rings(), phone.isCalled()]);
      call.accept();
      await call.ended();
      assert.equal(bob.calls.sides.find(({ sideId }) => sideId === his.side.sideId)?.state, 'ringing');
      await bob.calls.answer(his.side);
      await alice.calls.hears(out.sideId, 'answer');
      await alice.calls.hangUp(out);
      await nothingIsLeft();
    });
  },
  { hasMedia: true },
);
