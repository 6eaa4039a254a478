// Fuzz target of what receives streams: the bytes are a script of packets, times and pulls. Nothing throws, memory has its
// bounds, and no packet of SRTP passes that was not protected. Run by `npm run fuzz` and by the properties.
import {
  type Cipher,
  G722Decoder,
  JitterBuffer,
  LossPattern,
  ReceiveStatistics,
  SrtpContext,
  srtpProfile,
  TelephoneEventReceiver,
} from './index.ts';

/** Folders with seeds, from the root of the repository. */
export const corpus: string[] = ['spec/corpora/rtp'];

const MAX_PACKETS = 16;

/** Enough of a cipher to come past the tag, one time in 256: what is behind is fuzzed too. */
const weak: Cipher = {
  aesCounter: () => (counter, bytes) => bytes.set(bytes.map((byte, at) => byte ^ counter[at % 16]!)),
  hmacSha1: () => (first) => new Uint8Array(20).fill(first[first.length - 1] ?? 0),
  aesGcm: () => ({
    seal: (_nonce, _associated, bytes) => new Uint8Array(16).fill(bytes[0] ?? 0),
    open: (_nonce, _associated, bytes, tag) => tag[0] === (bytes[0] ?? 0),
  }),
};
const masterOf = (keyBytes: number, saltBytes: number) => ({
  key: new Uint8Array(keyBytes),
  salt: new Uint8Array(saltBytes),
});
const counter = srtpProfile('AES_CM_128_HMAC_SHA1_32')!;
const galois = srtpProfile('AEAD_AES_128_GCM')!;

export function fuzz(data: Uint8Array): void {
  const contexts = [counter, galois].map(
    (profile) =>
      new SrtpContext({
        profile,
        master: masterOf(profile.keyBytes, profile.saltBytes),
        cipher: weak,
        maxSources: 4,
      }),
  );
  for (const context of contexts) {
    for (const unprotect of [
      (bytes: Uint8Array) => context.unprotectRtp(bytes),
      (bytes: Uint8Array) => context.unprotectRtcp(bytes),
    ]) {
      const length = unprotect(data.slice());
      if (typeof length === 'number' && (length < 8 || length > data.length))
        throw new Error(`${length} bytes`);
    }
    if (context.sourceCount > 4) throw new Error('too many sources');
  }
  runStream(data);
  new G722Decoder().decode(data.subarray(0, 2_000));
}

function runStream(data: Uint8Array): void {
  const buffer = new JitterBuffer({ clockRate: 8_000, maxPackets: MAX_PACKETS });
  const statistics = new ReceiveStatistics(8_000);
  const events = new TelephoneEventReceiver();
  const losses = new LossPattern();
  let nowMs = 0;
  let lastTimestamp = -1;
  for (let at = 0; at + 8 <= data.length && at < 8 * 2_000; at += 8) {
    const [a, b, c, d, e, f, g, h] = data.subarray(at, at + 8) as unknown as number[];
    nowMs += g! & 63;
    const sequence = (a! << 8) | b!;
    const timestamp = ((c! << 24) | (d! << 16) | (e! << 8) | f!) >>> 0;
    statistics.receive(sequence, timestamp, nowMs, 160);
    if (statistics.report(1, nowMs).fractionLost > 255) throw new Error('more is lost than all');
    events.receive(data.subarray(at, at + 4), timestamp, nowMs);
    events.advance(nowMs);
    if ((h! & 1) !== 0) losses.received();
    else losses.lostOne();
    const packet = {
      sequence,
      timestamp,
      payload: data.subarray(at, at + 8),
      payloadType: 0,
      durationTicks: h! * 4,
    };
    if (buffer.push(packet, nowMs) === 'restarted') lastTimestamp = -1;
    if (buffer.heldPackets > MAX_PACKETS) throw new Error('too many packets are held');
    const pull = buffer.pull(nowMs);
    if (pull.kind !== 'packet') {
      if (!(pull.durationTicks > 0)) throw new Error('a pull that takes no time');
    } else {
      if (lastTimestamp !== -1 && ((pull.packet.timestamp - lastTimestamp) | 0) <= 0)
        throw new Error('a packet is played after a later one');
      lastTimestamp = pull.packet.timestamp;
    }
  }
  const { burstDensity, gapDensity } = losses.figures();
  if (!(burstDensity <= 1 && gapDensity <= 1)) throw new Error('denser than all');
}
