// The calls of a person in one window, at the level of the browser's protocol: what a page would do, without media.
import { randomUUID } from 'node:crypto';
import type { Callee, CallSide, HistoryEntry, Signal } from '@parley/services/calls/contract';
import type { WebUser } from './web-user.ts';

type SignalOf<Kind extends Signal['kind']> = Extract<Signal, { kind: Kind }>;

/** A session description as a browser writes one, short; `name` stands in it, so that a play sees whose it is. */
export function windowSdp(name: string, { video = false }: { readonly video?: boolean } = {}): string {
  const ice = ['a=ice-ufrag:abcd', 'a=ice-pwd:abcdefghijklmnopqrstuvwx', 'a=setup:actpass', 'a=rtcp-mux'];
  const fingerprint = `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`;
  const lines = [
    'v=0',
    'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
    `s=${name}`,
    't=0 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    ...ice,
    fingerprint,
    'a=rtpmap:111 opus/48000/2',
    'a=sendrecv',
  ];
  if (video)
    lines.push(
      'm=video 9 UDP/TLS/RTP/SAVPF 96',
      'c=IN IP4 0.0.0.0',
      'a=mid:1',
      ...ice,
      fingerprint,
      'a=rtpmap:96 VP8/90000',
      'a=sendrecv',
    );
  return `${lines.join('\r\n')}\r\n`;
}

export class WindowCalls {
  readonly window: WebUser;

  constructor(window: WebUser) {
    this.window = window;
  }

  place(
    to: Callee,
    options: { readonly video?: boolean; readonly consultsFor?: string; readonly clientId?: string } = {},
  ) {
    const { video = false, consultsFor, clientId = randomUUID() } = options;
    const sdp = windowSdp('offer', { video });
    const consults = consultsFor === undefined ? {} : { consultsFor };
    return this.window.command('call.place', { to, sdp, video, clientId, ...consults });
  }

  /** The next call that comes in; this window says that it rings, and has the offer. */
  async rings(): Promise<{ readonly side: CallSide; readonly offer: SignalOf<'offer'> }> {
    const side = await this.incoming();
    await this.window.command('call.ringing', { sideId: side.sideId });
    const offer = await this.hears(side.sideId, 'offer');
    return { side, offer };
  }

  readonly #taken = new Set<string>();

  /** The next call that comes in, of which this window says nothing. */
  async incoming(): Promise<CallSide> {
    const side = await this.window.until('a call', () =>
      this.sides.find(
        ({ direction, state, sideId }) =>
          direction === 'in' && state === 'ringing' && !this.#taken.has(sideId),
      ),
    );
    this.#taken.add(side.sideId);
    return side;
  }

  answer({ sideId }: CallSide, options: { readonly video?: boolean } = {}): Promise<CallSide> {
    return this.window.command('call.answer', { sideId, round: 1, sdp: windowSdp('answer', options) });
  }

  hangUp({ sideId }: CallSide) {
    return this.window.command('call.hangUp', { sideId });
  }

  say(sideId: string, signal: Signal, more: { readonly video?: boolean; readonly screen?: boolean } = {}) {
    return this.window.command('call.signal', { sideId, signal, ...more });
  }

  /** The last of each side that this window was told of. */
  get sides(): CallSide[] {
    const sides = new Map<string, CallSide>();
    const take = (side: CallSide) => {
      if ((sides.get(side.sideId)?.version ?? 0) < side.version) sides.set(side.sideId, side);
    };
    for (const frame of this.window.frames.entries) {
      if (frame.type === 'snapshot') frame.snapshot.calls.forEach(take);
      if (frame.type === 'event' && frame.data.type === 'call') take(frame.data.side);
    }
    return [...sides.values()];
  }

  sees(sideId: string, what: string, isSo: (side: CallSide) => boolean): Promise<CallSide> {
    return this.window.until(what, () => this.sides.find((side) => side.sideId === sideId && isSo(side)));
  }

  /** @param nth 1 is the first of that kind. */
  hears<Kind extends Signal['kind']>(sideId: string, kind: Kind, nth = 1): Promise<SignalOf<Kind>> {
    return this.window.until(`${kind} ${nth}`, () => this.signals(sideId, kind)[nth - 1]);
  }

  signals<Kind extends Signal['kind']>(sideId: string, kind: Kind): SignalOf<Kind>[] {
    return this.window.frames.entries.flatMap((frame) =>
      frame.type === 'event' &&
      frame.data.type === 'callSignal' &&
      frame.data.sideId === sideId &&
      frame.data.signal.kind === kind
        ? [frame.data.signal as SignalOf<Kind>]
        : [],
    );
  }

  /** The line of the history about that side, as it was told last. */
  wasTold(sideId: string): Promise<{ readonly entry: HistoryEntry; readonly missed: number }> {
    return this.window.until('a line of the history', () =>
      this.window.frames.entries
        .flatMap((frame) => (frame.type === 'event' && frame.data.type === 'callHistory' ? [frame.data] : []))
        .findLast(({ entry }) => entry.sideId === sideId),
    );
  }
}
