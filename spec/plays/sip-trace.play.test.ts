// Seeing it across front ends: a call from a telephone at one to a telephone at another is one ladder.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ladder, TraceCall, TraceText } from '@parley/services/monitoring/contract';
import { HttpClient, HttpProblem } from '../cast/http-client.ts';
import { onEveryTopology } from '../cast/stage.ts';

const BASE = '/api/v1/admin/traces';
const KEY = 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9zXc1';
const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.1',
  's=-',
  'c=IN IP4 192.0.2.1',
  't=0 0',
  'm=audio 49170 RTP/SAVP 0',
  `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`,
  '',
].join('\r\n');

onEveryTopology((stage) => {
  test('alice calls bob, who is busy: the administrator sees each message, and no secret', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const hers = await stage().phone(alice, { frontEnd: 0, transport: 'udp' });
    const his = await stage().phone(bob, { frontEnd: -1 + stage().frontEnds.length, transport: 'tcp' });
    his.answer = ({ method }) => (method === 'INVITE' ? 486 : 200);
    const call = () =>
      hers.request(
        'INVITE',
        `sip:${bob.address}`,
        bob.address,
        [
          ['Contact', '<sip:alice@127.0.0.1>'],
          ['Content-Type', 'application/sdp'],
        ],
        new TextEncoder().encode(SDP),
      );
    let answer = await call();
    // Her front end hears of his registration in a moment.
    while (answer.status === 480) answer = await call();
    assert.equal(answer.status, 486);

    const { administrator } = stage();
    const search = new URLSearchParams({ user: alice.address, method: 'INVITE', statusClass: '4' });
    const { calls } = (await administrator.request('GET', `${BASE}?${search}`)) as { calls: TraceCall[] };
    const refused = calls.find(({ status }) => status === 486);
    assert.ok(refused !== undefined, 'the call is listed as refused');
    const id = new URLSearchParams({ callId: refused.callId });
    const { ladder } = (await administrator.request('GET', `${BASE}/ladder?${id}`)) as { ladder: Ladder };
    const lanes = ladder.participants;
    assert.deepEqual([lanes[0]?.name, lanes.at(-1)?.name], [alice.address, bob.address]);
    assert.equal(lanes.filter(({ kind }) => kind === 'node').length, stage().frontEnds.length);
    const way = (label: string) =>
      ladder.steps
        .filter((step) => step.label.startsWith(label))
        .map(({ source, target }) => `${lanes[source]?.kind} → ${lanes[target]?.kind}`);
    const hops = stage().frontEnds.length === 1 ? [] : ['node → node'];
    assert.deepEqual(way('INVITE'), ['peer → node', ...hops, 'node → peer']);
    assert.deepEqual(way('486'), ['peer → node', ...hops, 'node → peer']);

    const { texts } = (await administrator.request('GET', `${BASE}/texts?${id}`)) as { texts: TraceText[] };
    assert.ok(texts.length >= ladder.steps.length);
    const all = texts.map(({ text }) => text).join('\n');
    assert.match(all, /a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x{36}/);
    for (const secret of [KEY, alice.devicePassword]) assert.ok(!all.includes(secret));
    assert.doesNotMatch(all, /response="[0-9a-f]/);
  });

  test('bob, who is no administrator, sees nothing of it', async () => {
    const bob = await stage().hire('Bob');
    const browser = new HttpClient(stage().web.origin);
    await browser.post('/api/v1/sign-in', { address: bob.address, password: bob.password });
    await assert.rejects(
      browser.request('GET', BASE),
      (error: unknown) =>
        error instanceof HttpProblem && error.problem.code === 'PROVISIONING_NOT_ADMINISTRATOR',
    );
  });
});
