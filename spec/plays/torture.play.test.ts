// The messages of RFC 4475 §3 and RFC 5118 §4, byte for byte, against the running server: what a stranger is answered,
// what somebody who proves who he is, over UDP and over TCP; and that the server is none the worse for it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { RawPeer } from '../cast/raw-peer.ts';
import { SipPeople } from '../cast/sip-people.ts';
import type { SipUserAgent } from '../cast/sip-user-agent.ts';
import { type Person, type Stage, standardEdition } from '../cast/stage.ts';
import { ping, pingId, proven, TortureSource } from '../cast/torture-source.ts';
import { type Answers, TORTURE_ANSWERS } from './torture-answers.ts';

const corpora = join(import.meta.dirname, '../corpora');
const names = ['rfc4475', 'rfc5118'].flatMap((folder) =>
  readdirSync(join(corpora, folder)).map((file) => `${folder}/${file.replace(/\.dat$/, '')}`),
);
/** Each message comes from an address of its own, so that what is counted against one source is not against the next. */
const network = `127.${10 + (process.pid % 200)}`;

describe('torture', () => {
  let stage: Stage;
  let people: SipPeople;
  let alice: Person;
  let user: SipUserAgent;
  let sources = 0;

  before(async () => {
    stage = await standardEdition({ domain: 'example.com' });
    people = new SipPeople(stage);
    alice = await stage.hire('Alice');
    const person = await personNamed(stage, 'user');
    user = await people.phone(person);
  });
  after(async () => {
    await people?.[Symbol.asyncDispose]();
    await stage?.[Symbol.asyncDispose]();
  });

  const address = () => {
    sources += 1;
    return `${network}.${1 + Math.floor(sources / 250)}.${1 + (sources % 250)}`;
  };
  const bytesOf = (name: string) => new Uint8Array(readFileSync(join(corpora, `${name}.dat`)));

  for (const name of names) {
    const expected: Answers | undefined = TORTURE_ANSWERS[name];
    test(`${name} over TCP`, async () => {
      assert(expected !== undefined, `${name} has no expected answer`);
      const statuses = expected.stream ?? [expected.stranger];
      const peer = await RawPeer.connect({ ...stage.frontEnds[0]!.sip('tcp'), localAddress: address() });
      await using _ = peer;
      peer.say(bytesOf(name));
      peer.say(expected.rest ?? '');
      peer.say(ping(pingId(1), 5060));
      // None of these responses has a body.
      const responses = () =>
        [...peer.text.matchAll(/^SIP\/2\.0 (\d{3}) [^\r]*\r\n(?:[^\r]+\r\n)*\r\n/gm)].map(
          ([text, status]) => ({ isPing: text.includes(pingId(1)), status: Number(status) }),
        );
      const finals = () =>
        responses()
          .filter(({ isPing, status }) => !isPing && status >= 200)
          .map(({ status }) => status);
      const wanted = statuses.filter((status) => status !== 'silence');
      if (expected.closes === true) await peer.left();
      else {
        await peer.until(
          'all answers',
          () => responses().some(({ isPing }) => isPing) && finals().length >= wanted.length,
        );
      }
      assert.deepEqual(finals().toSorted(), wanted.toSorted());
      assert.equal(peer.isClosed, expected.closes === true, 'whether the connection ends');
    });

    test(`${name}: ${expected?.because}`, async () => {
      assert(expected !== undefined, `${name} has no expected answer`);
      const bytes = bytesOf(name);
      const { address: host, port } = stage.frontEnds[0]!.sip('udp');
      await using source = await TortureSource.open(bytes, address(), { address: host, port });
      const toStranger = await source.send(bytes, expected.stranger !== 'silence');
      assert.equal(toStranger, expected.stranger, 'a stranger');
      assert.equal(toStranger === 401 || toStranger === 407, expected.known !== undefined);
      if (expected.known === undefined) return;
      const challenge = source.heard.entries.at(-1)!;
      const calls = user.incoming.entries.length;
      const answered = source.send(proven(bytes, challenge, alice), true);
      if (expected.rings === true) {
        const called = await user.incoming.until('the call', (all) => all[calls]);
        called.refuse(486);
      }
      assert.equal(await answered, expected.known, 'somebody who is known');
    });
  }

  test('after all of them a phone registers, calls and is called', async () => {
    const bob = await people.phoneOf('Bob');
    const calls = user.incoming.entries.length;
    const call = bob.calls('user@example.com');
    const called = await user.incoming.until('the call', (all) => all[calls]);
    called.accept();
    await call.accepted();
    call.hangUp();
    await called.ended();
    assert.equal((await bob.register()).status, 200);
  });

  test('no message of the corpora is left out, and nothing is expected of others', () => {
    assert.deepEqual(Object.keys(TORTURE_ANSWERS).toSorted(), names.toSorted());
  });
});

async function personNamed(stage: Stage, localPart: string): Promise<Person> {
  const password = 'a long enough password';
  const made = await stage.administrator.post<{ userId: string; address: string }>('/api/v1/admin/users', {
    address: `${localPart}@example.com`,
    name: localPart,
    password,
  });
  const path = `/api/v1/admin/users/${made.userId}/devices`;
  const device = await stage.administrator.post<{ password: string }>(path, { name: 'Phone' });
  return { ...made, name: localPart, password, devicePassword: device.password };
}
