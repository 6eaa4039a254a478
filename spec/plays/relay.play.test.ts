// Calls that nothing but a relay brings together: Chromium's own TURN client over UDP, TCP and TLS, with the credentials that
// a signed-in person is given.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { IceServer } from '@parley/services/edge/contract';
import { PHONE_FLAGS } from '../cast/browser-phone.ts';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { HttpClient } from '../cast/http-client.ts';
import { hangUp, relayError, talkThroughRelay } from '../cast/relay-call.ts';
import { onEveryTopology, type Stage } from '../cast/stage.ts';

const chromium = chromiumForFile([...PHONE_FLAGS, '--ignore-certificate-errors']);

async function serversOf(stage: Stage, name: string): Promise<IceServer[]> {
  const person = await stage.hire(name);
  const http = new HttpClient(stage.web.origin);
  await http.post('/api/v1/sign-in', { address: person.address, password: person.password });
  const { servers } = (await http.request('GET', '/api/v1/ice-servers')) as { servers: IceServer[] };
  // This Chromium looks up no names for UDP.
  return servers.map((server) => ({
    ...server,
    urls: server.urls.map((url) => url.replace('localhost', '127.0.0.1')),
  }));
}

onEveryTopology(
  (stage) => {
    describe('the relay', () => {
      test('nobody who is not signed in is given credentials', async () => {
        const response = await fetch(new URL('/api/v1/ice-servers', stage().web.origin));
        assert.equal(response.status, 401);
      });

      test('two browsers talk through it by UDP, TCP and TLS', { skip: chromiumMissing }, async (t) => {
        const [alice, bob] = [await serversOf(stage(), 'Alice'), await serversOf(stage(), 'Bob')];
        const [caller, callee] = [
          await chromium().window(t, 'about:blank'),
          await chromium().window(t, 'about:blank'),
        ];
        for (const page of [caller, callee]) await page.goto('about:blank');
        for (const [protocol, scheme] of [
          ['udp', 'turn:'],
          ['tcp', 'turn:'],
          ['tls', 'turns:'],
        ] as const) {
          const only = (servers: readonly IceServer[]) =>
            servers.map((server) => ({
              ...server,
              urls: server.urls.filter(
                (url) => url.startsWith(scheme) && url.endsWith(protocol === 'udp' ? 'udp' : 'tcp'),
              ),
            }));
          const words = ['hello', 'x'.repeat(1_500)];
          const talk = await talkThroughRelay([caller, only(alice)], [callee, only(bob)], words);
          assert.deepEqual(
            talk.echoes,
            words.map((word) => `${word} ${word}`),
          );
          assert.deepEqual(talk.local, { candidateType: 'relay', relayProtocol: protocol });
          assert.equal(talk.remote.candidateType, 'relay');
          await hangUp(caller, callee);
        }
      });

      test('credentials that are not right are refused', { skip: chromiumMissing }, async (t) => {
        const [server] = await serversOf(stage(), 'Mallory');
        const page = await chromium().window(t, 'about:blank');
        await page.goto('about:blank');
        const urls = server!.urls.slice(0, 1);
        const past = server!.username.replace(/^\d+/, '1000000000');
        assert.equal(await relayError(page, [{ ...server!, urls, credential: 'guessed' }]), 401);
        assert.equal(await relayError(page, [{ ...server!, urls, username: past }]), 401);
      });
    });
  },
  { hasTurn: true },
);
