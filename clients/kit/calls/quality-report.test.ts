import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countsIn, deviceName, intervalBetween, type StatsRow } from './quality-report.ts';

const NONE = new Set<string>();

/** What Chromium tells of a call with sound both ways, so many seconds after its beginning. */
function rows(atS: number, { lost = 0, via = 'host' } = {}): StatsRow[] {
  return [
    {
      id: 'P',
      type: 'candidate-pair',
      nominated: true,
      state: 'succeeded',
      currentRoundTripTime: 0.0423,
      localCandidateId: 'L',
      remoteCandidateId: 'R',
    },
    {
      id: 'L',
      type: 'local-candidate',
      candidateType: via,
      protocol: 'udp',
      address: '192.0.2.7',
      ...(via === 'relay' ? { relayProtocol: 'tls' } : {}),
    },
    { id: 'R', type: 'remote-candidate', candidateType: 'host', address: '198.51.100.4' },
    { id: 'C', type: 'codec', mimeType: 'audio/opus' },
    {
      id: 'I',
      type: 'inbound-rtp',
      kind: 'audio',
      mid: '0',
      codecId: 'C',
      packetsReceived: 50 * atS - lost,
      packetsLost: lost,
      jitter: 0.004,
      concealedSamples: 480 * lost,
      totalSamplesReceived: 48_000 * atS,
    },
    { id: 'O', type: 'outbound-rtp', kind: 'audio', mid: '0', codecId: 'C', packetsSent: 50 * atS },
    {
      id: 'F',
      type: 'remote-inbound-rtp',
      kind: 'audio',
      localId: 'O',
      packetsLost: 0,
      jitter: 0.002,
      roundTripTime: 0.05,
    },
  ];
}

test('between two looks: what came, what was lost of it, and what the other end tells of what went out', () => {
  const before = countsIn(rows(10), 10_000, NONE);
  const { from, until, streams, path } = intervalBetween(
    before,
    countsIn(rows(20, { lost: 50 }), 20_000, NONE),
  );
  assert.deepEqual([from, until], [10_000, 20_000]);
  const [received, sent] = streams;
  assert.deepEqual(
    [
      received?.way,
      received?.codec,
      received?.packets,
      received?.lost,
      received?.jitterMs,
      received?.roundTripMs,
    ],
    ['received', 'opus', 450, 50, 4, 42.3],
  );
  assert.ok(received!.mos! < 3.3, `${received?.mos}`);
  assert.equal(received?.concealed, 0.05);
  assert.deepEqual([sent?.way, sent?.packets, sent?.lost, sent?.roundTripMs], ['sent', 500, 0, 50]);
  assert.ok(sent!.mos! > 4.2);
  assert.deepEqual(path, { via: 'host', transport: 'udp', local: '192.0.2.7', remote: '198.51.100.4' });
});

test('a relay is named with what leads to it; of what nobody answers nothing is told', () => {
  const relayed = countsIn(rows(10, { via: 'relay' }), 10_000, NONE);
  assert.deepEqual([relayed.path?.via, relayed.path?.transport], ['relay', 'tls']);
  const silent = rows(10).filter(({ type }) => type !== 'remote-inbound-rtp');
  assert.deepEqual(
    [...countsIn(silent, 0, NONE).streams.values()].map(({ way }) => way),
    ['received'],
  );
});

test('a picture has frames and no score; a screen is one by its place', () => {
  const video = (atS: number): StatsRow => ({
    id: 'V',
    type: 'inbound-rtp',
    kind: 'video',
    mid: '2',
    packetsReceived: 90 * atS,
    packetsLost: 0,
    jitter: 0,
    framesDecoded: 25 * atS,
    frameWidth: 1280,
    frameHeight: 720,
  });
  const [before, now] = [10, 20].map((atS) => countsIn([video(atS)], atS * 1000, new Set(['2'])));
  const [stream] = intervalBetween(before!, now!).streams;
  assert.deepEqual(
    [stream?.kind, stream?.frames, stream?.width, stream?.mos],
    ['screen', 250, 1280, undefined],
  );
});

test('the device: browser and microphone, in a line', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36';
  assert.equal(deviceName('Jabra Evolve 40', chrome), 'Chrome 150 · Jabra Evolve 40');
  assert.equal(deviceName('', 'something else'), '');
});
