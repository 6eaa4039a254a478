// Kamailio in front of and behind Parley, as a trusted peer over UDP, TCP and mutual TLS: messages and calls of its users to
// ours and of ours to its.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Certificates, obtainCertificates, systemClock } from '@parley/platform/net';
import { Kamailio, kamailioMissing, kamailioTlsMissing } from '../cast/kamailio.ts';
import { SipPeople } from '../cast/sip-people.ts';
import { SipUserAgent } from '../cast/sip-user-agent.ts';
import { DOMAIN, onEveryTopology } from '../cast/stage.ts';

const PAI = 'P-Asserted-Identity';
const LINKS = ['udp', 'tcp', 'tls'] as const;
type Link = (typeof LINKS)[number];

const folder = await mkdtemp(join(tmpdir(), 'parley-kamailio-'));
after(() => rm(folder, { recursive: true }));

async function certificatesOf(name: string): Promise<Certificates> {
  return await obtainCertificates({ folder: join(folder, name), hostNames: [name], clock: systemClock });
}

async function written(file: string, text: string): Promise<string> {
  const path = join(folder, file);
  await writeFile(path, text);
  return path;
}

const ours = await certificatesOf('sip.parley.test');
const theirs = await certificatesOf('sip.kamailio.test');
const tls = { certPem: theirs.certPem, keyPem: theirs.keyPem, authoritiesPem: ours.caPem! };
/** One for each link: a peer is known by its address, or by its certificate. */
const peers: Readonly<Record<Link, Kamailio>> = {
  udp: await Kamailio.at({ domain: 'udp.kamailio.test', address: '127.0.0.2', other: DOMAIN }),
  tcp: await Kamailio.at({ domain: 'tcp.kamailio.test', address: '127.0.0.3', other: DOMAIN }),
  tls: await Kamailio.at({ domain: 'tls.kamailio.test', address: '127.0.0.4', other: DOMAIN, tls }),
};

const settings = {
  tls: {
    cert: await written('cert.pem', ours.certPem),
    key: await written('key.pem', ours.keyPem),
    peerCa: await written('peers.pem', theirs.caPem!),
  },
  sip: {
    peers: LINKS.map((link) => {
      const { address, port } = peers[link].at(link);
      return {
        name: `kamailio-${link}`,
        addresses: [`${address}:${port}`],
        ...(link === 'tls' ? { certificateNames: ['sip.kamailio.test'] } : {}),
        domains: [peers[link].domain],
        transport: link,
        trusted: true,
      };
    }),
  },
};

onEveryTopology(
  (stage) => {
    for (const link of LINKS) {
      const skip = link === 'tls' ? kamailioTlsMissing : kamailioMissing;
      describe(`over ${link}`, { skip }, () => {
        let people: SipPeople;
        let alice: SipUserAgent;
        let bob: SipUserAgent;
        const kamailio = peers[link];

        before(async () => {
          people = new SipPeople(stage());
          // Where there are two front ends she is at the one that Kamailio does not speak to.
          alice = await people.phoneOf('Alice', { frontEnd: stage().frontEnds.length - 1 });
          await kamailio.start(stage().frontEnds[0]!.sip(link) as ReturnType<Kamailio['at']>);
          bob = await SipUserAgent.registered({
            address: `bob@${kamailio.domain}`,
            server: kamailio.at('udp'),
          });
        });

        after(async () => {
          await bob[Symbol.asyncDispose]();
          await people[Symbol.asyncDispose]();
          await kamailio[Symbol.asyncDispose]();
        });

        test('Kamailio in front: a message of its user reaches ours, with the identity that Kamailio asserts', async () => {
          const { status } = await bob.say(alice.options.address, 'good morning');
          assert.equal(status, 200, kamailio.log);
          const message = await alice.asked('MESSAGE');
          assert.equal(new TextDecoder().decode(message.body), 'good morning');
          assert.equal(message.headers.get(PAI), `<sip:bob@${kamailio.domain}>`);
        });

        test('Kamailio behind: a message of our user reaches its, with the identity that we assert', async () => {
          const { status } = await alice.say(bob.options.address, 'good evening');
          assert.equal(status, 200, kamailio.log);
          const message = await bob.asked('MESSAGE');
          assert.equal(new TextDecoder().decode(message.body), 'good evening');
          assert.equal(message.headers.get(PAI), `<sip:${alice.options.address}>`);
        });

        test('Kamailio in front: its user calls ours, who holds the call, and he hangs up', async () => {
          const call = bob.calls(alice.options.address);
          const called = await alice.isCalled();
          called.ring();
          await call.rings();
          called.accept();
          await call.accepted();
          await called.acknowledged();
          called.hold('sendonly');
          await called.accepted();
          call.hangUp();
          await called.ended();
          await call.ended();
        });

        test('Kamailio behind: our user calls its, who hangs up', async () => {
          const call = alice.calls(bob.options.address);
          const called = await bob.isCalled();
          called.ring();
          await call.rings();
          called.accept();
          await call.accepted();
          await called.acknowledged();
          called.hangUp();
          await call.ended();
          await called.ended();
        });

        test('a call that is given up stops ringing on the other side', async () => {
          for (const [caller, callee] of [
            [alice, bob],
            [bob, alice],
          ] as const) {
            const call = caller.calls(callee.options.address);
            const called = await callee.isCalled();
            called.ring();
            await call.rings();
            call.cancel();
            await called.cancelled();
            assert.equal((await call.answer('INVITE')).status, 487);
          }
        });

        test('who is not there is said to be not there, in both directions', async () => {
          assert.equal((await alice.say(`nobody@${kamailio.domain}`, 'hello?')).status, 404);
          assert.equal((await bob.say(`nobody@${DOMAIN}`, 'hello?')).status, 404);
        });
      });
    }
  },
  { settings },
);
