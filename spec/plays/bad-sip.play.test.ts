// Bad input over SIP: each has an answer that a phone shows or a log explains, a bound, and harms nobody else.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { Phone } from '../cast/phone.ts';
import { RawPeer } from '../cast/raw-peer.ts';
import { onEveryTopology, type Person, type Stage } from '../cast/stage.ts';

function raw(stage: Stage): Promise<RawPeer> {
  return RawPeer.connect(stage.frontEnds[0]!.sip('tcp'));
}

function phoneOf(stage: Stage, person: Person, password = person.devicePassword): Promise<Phone> {
  return Phone.on({ address: person.address, password, server: stage.frontEnds[0]!.sip('tcp') });
}

/** A MESSAGE up to its Content-Length. */
function head(person: Person, callId: string, ...more: readonly string[]): string {
  return [
    `MESSAGE sip:${person.address} SIP/2.0`,
    `Via: SIP/2.0/TCP 127.0.0.1:5060;branch=z9hG4bK${callId}`,
    'Max-Forwards: 70',
    `From: <sip:${person.address}>;tag=1`,
    `To: <sip:${person.address}>`,
    `Call-ID: ${callId}`,
    'CSeq: 1 MESSAGE',
    ...more,
    '',
  ].join('\r\n');
}

onEveryTopology((stage) => {
  test('a wrong device password is challenged again; after many the phone is told to stop', async () => {
    const bob = await stage().hire('Bob');
    await using wrong = await phoneOf(stage(), bob, 'not the password');
    assert.equal((await wrong.register()).status, 401);
    let refused = await wrong.register();
    // What is wrong is forgotten with time, so that the eleventh may still be looked at.
    for (let guess = 3; refused.status === 401 && guess < 15; guess++) refused = await wrong.register();
    assert.deepEqual([refused.status, refused.reason], [403, 'Too Many Wrong Passwords']);
    assert.ok(Number(refused.headers.get('Retry-After')) > 0);
    const carol = await stage().hire('Carol');
    await using right = await phoneOf(stage(), carol);
    assert.equal((await right.register()).status, 200, 'others from the same office are let in');
  });

  test('a phone whose password has expired hears so and what to do', async () => {
    const bob = await stage().hire('Bob');
    const path = `/api/v1/admin/users/${bob.userId}/devices`;
    const device = await stage().administrator.post<{ password: string }>(path, {
      name: 'Loan phone',
      expiresAt: Date.now() - 1_000,
    });
    await using phone = await phoneOf(stage(), bob, device.password);
    const refused = await phone.register();
    assert.equal(refused.status, 403);
    assert.match(refused.reason, /password of this device has expired/);
    await using own = await phoneOf(stage(), bob);
    assert.equal((await own.register()).status, 200, 'the other phone of the same person works');
  });

  test('a message of 10 MB is answered 513 and the connection ends before it is read', async () => {
    const bob = await stage().hire('Bob');
    await using peer = await raw(stage());
    peer.say(`${head(bob, 'large', 'Content-Type: text/plain', 'Content-Length: 10000000')}\r\n`);
    assert.match(await peer.left(), /^SIP\/2\.0 513 /);
  });

  test('a message that is longer than a conversation takes is answered 513, one that fits arrives', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    await using phone = await phoneOf(stage(), bob);
    await phone.register();
    assert.equal((await phone.say(alice.address, 'x'.repeat(65 * 1024))).status, 513);
    const browser = await stage().browser(alice);
    const whole = 'x'.repeat(64 * 1024);
    assert.equal((await phone.say(alice.address, whole)).status, 202);
    await browser.hears(whole);
  });

  test('a header of 1 MB is answered 513 and the connection ends', async () => {
    const bob = await stage().hire('Bob');
    await using peer = await raw(stage());
    const line = `X-Long: ${'x'.repeat(1_000)}`;
    peer.say(head(bob, 'header', ...Array.from({ length: 1_000 }, () => line)));
    assert.match(await peer.left(), /^SIP\/2\.0 513 /);
  });

  test('bytes that are no SIP end the connection; a datagram of them gets no answer', async () => {
    await using peer = await raw(stage());
    peer.say('\u0000\u0001 this is not SIP at all\r\n\r\n');
    assert.equal(await peer.left(), '');

    const { port } = stage().frontEnds[0]!.sip('udp');
    const socket = createSocket('udp4');
    try {
      socket.send(Buffer.from([0, 1, 2, 3]), port, '127.0.0.1');
      const options = `OPTIONS sip:parley.test SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bKo\r\n`;
      socket.send(`${options}CSeq: no number\r\n\r\n`, port, '127.0.0.1');
      const [first] = (await once(socket, 'message')) as [Buffer];
      assert.match(first.toString(), /^SIP\/2\.0 400 /, 'the first answer is to what can be answered');
    } finally {
      socket.close();
    }
  });

  test('half a message and then silence, or silence from the start: the connection ends in half a minute', async () => {
    const bob = await stage().hire('Bob');
    await using half = await raw(stage());
    half.say(`${head(bob, 'half', 'Content-Type: text/plain', 'Content-Length: 100')}\r\nonly this`);
    await using silent = await raw(stage());
    await using phone = await phoneOf(stage(), bob);
    await Promise.all([half.left(40_000), silent.left(40_000)]);
    assert.equal((await phone.register()).status, 200);
  });

  test('a phone that subscribes without end has what a person may have and is told why; another sees what changes', async () => {
    const cast = await Promise.all(['Alice', 'Bob', 'Carol'].map((name) => stage().hire(name)));
    const [alice, bob, carol] = cast as [Person, Person, Person];
    const [storming, calm] = [await stage().phone(bob), await stage().phone(carol)];
    const hers = await stage().browser(alice);
    await calm.watch(alice.address);
    const answers = new Map<string, number>();
    let left = 1_500;
    const ask = async () => {
      for (; left > 0; ) {
        left -= 1;
        const { status, reason, headers } = await storming.watch(alice.address);
        const answer = [status, reason, headers.get('Retry-After') ?? ''].join(' ').trim();
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 40 }, ask));
    assert.deepEqual(
      [...answers],
      [
        ['200 OK', 1_100],
        ['503 Too Many Subscriptions 60', 400],
      ],
    );
    await hers.command('presence.setState', { state: 'busy', activity: 'custom', activityText: 'Stormy' });
    await calm.sees(alice.address, 'open', 'busy');
    await storming.sees(alice.address, 'open', 'busy');
  });
});
