// Ten thousand connections that say nothing: they cost little, each source has its limit, everybody else is served, and
// in half a minute they are gone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Crowd, crowdMissing, residentBytes } from '../cast/crowd.ts';
import { RawPeer } from '../cast/raw-peer.ts';
import { type Stage, standardEdition } from '../cast/stage.ts';

const CROWD = 10_000;
/** Of the server's own memory, for each connection. */
const CONNECTION_BYTES = 24 * 1024;

describe('ten thousand connections', { skip: crowdMissing(CROWD) }, () => {
  let stage: Stage;
  before(async () => {
    stage = await standardEdition();
  });
  after(() => stage[Symbol.asyncDispose]());

  async function assertBounded(gather: () => Promise<Crowd>): Promise<Crowd> {
    const { pid } = stage.members[0]!.addresses;
    const beforeBytes = residentBytes(pid);
    const crowd = await gather();
    const eachBytes = (residentBytes(pid) - beforeBytes) / CROWD;
    assert.ok(eachBytes < CONNECTION_BYTES, `${Math.round(eachBytes)} bytes for each connection`);
    return crowd;
  }

  async function assertServed(): Promise<void> {
    const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
    const phone = await stage.phone(bob);
    const browser = await stage.browser(alice);
    await browser.send(await browser.conversationWith(bob.userId), 'what a crowd');
    await phone.hears('what a crowd');
  }

  test('on the SIP port', async () => {
    const { port } = stage.frontEnds[0]!.sip('tcp');
    await using crowd = await assertBounded(() => Crowd.gather(port, [2_000, 2_000, 2_000, 2_000, 2_000]));
    assert.equal(crowd.present, CROWD);
    await using oneMore = await RawPeer.connect({ address: '127.0.0.1', port, localAddress: '127.0.0.2' });
    assert.equal(await oneMore.left(), '', 'its source has its two thousand');
    await assertServed();
    await crowd.sentAway(60_000);
    await using again = await RawPeer.connect({ address: '127.0.0.1', port, localAddress: '127.0.0.2' });
    again.say('\r\n\r\n');
    assert.equal(await again.hears(/^\r\n$/), '\r\n', 'there is room again');
  });

  test('on the web port', async () => {
    const port = Number(new URL(stage.web.origin).port);
    await using crowd = await assertBounded(() => Crowd.gather(port, [4_000, 3_000, 3_000]));
    await using oneMore = await RawPeer.connect({ address: '127.0.0.1', port, localAddress: '127.0.0.2' });
    oneMore.say('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    assert.match(await oneMore.left(), /^HTTP\/1\.1 503 [\s\S]*WEB_TOO_MANY_SOCKETS[\s\S]*remedy/);
    await using silent = await RawPeer.connect({ address: '127.0.0.1', port, localAddress: '127.0.0.2' });
    assert.equal(await silent.left(), '');
    await assertServed();
    for (const said of await crowd.sentAway(60_000)) assert.match(said, /^HTTP\/1\.1 408 /);
    await assertServed();
  });
});
