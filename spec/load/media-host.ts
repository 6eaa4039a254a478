// A media engine in a process of its own, as the peers are: the benchmarks fork it, order calls by message, and measure the process.
import { MediaEngine } from '@parley/platform/media';
import { srtpProfile } from '@parley/protocol/rtp';

/** A call of two phones; each says what it wants in SDP. */
export interface HostOrder {
  readonly kind: 'calls';
  readonly count: number;
  /** Where the phones of either side receive. */
  readonly phones: readonly [number, number];
  /** The left side speaks SRTP with this key; in clear without. */
  readonly srtp: { readonly suite: string; readonly inline: string } | undefined;
  /** More legs that hear the first one of each call, as those of a meeting would. */
  readonly listeners: number;
}
export type HostNews =
  | { readonly kind: 'ready' }
  | { readonly kind: 'opened'; readonly ports: readonly (readonly [number, number])[] };

const BOTH = { audio: 'sendrecv' } as const;
const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

const engine = await MediaEngine.open({
  address: '127.0.0.1',
  addresses: ['127.0.0.1'],
  browserPort: 0,
  phonePorts: { from: 40_000, to: 48_000 },
  mostLegs: 4_000,
  log: silent,
  unix: () => Date.now(),
  happened() {},
});

function offerOf(port: number, srtp: HostOrder['srtp']): string {
  if (srtp !== undefined && srtpProfile(srtp.suite) === undefined)
    throw new Error(`${srtp.suite} is not known`);
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/${srtp === undefined ? 'AVP' : 'SAVP'} 0`,
    ...(srtp === undefined ? [] : [`a=crypto:1 ${srtp.suite} inline:${srtp.inline}`]),
    'a=rtcp-mux',
    '',
  ].join('\r\n');
}

async function openLeg(port: number, srtp: HostOrder['srtp']): Promise<{ legId: string; port: number }> {
  const opened = await engine.open({ kind: 'phone', video: false, isProtected: false, idleMs: 600_000 });
  if (!opened.ok) throw new Error(opened.reason);
  const answered = await engine.answer(opened.legId, offerOf(port, srtp), BOTH);
  if (!answered.ok) throw new Error(answered.reason);
  return { legId: opened.legId, port: Number(/m=audio (\d+)/.exec(answered.sdp)?.[1]) };
}

async function openCalls({ count, phones, srtp, listeners }: HostOrder): Promise<[number, number][]> {
  const ports: [number, number][] = [];
  for (let call = 0; call < count; call++) {
    const left = await openLeg(phones[0], srtp);
    if (listeners === 0) {
      const right = await openLeg(phones[1], undefined);
      await engine.join(left.legId, right.legId);
      ports.push([left.port, right.port]);
      continue;
    }
    for (let each = 0; each < listeners; each++)
      await engine.listen((await openLeg(phones[1], srtp)).legId, left.legId);
    ports.push([left.port, 0]);
  }
  return ports;
}

const say = (news: HostNews) => process.send!(news);
process.on('message', async (order: HostOrder) => {
  const ports = await openCalls(order);
  globalThis.gc?.();
  say({ kind: 'opened', ports });
});
// Ends in order, so that a profile is written.
process.once('disconnect', () => engine[Symbol.asyncDispose]().then(() => process.exit()));
say({ kind: 'ready' });
