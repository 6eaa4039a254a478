// An engine for tests, with what happened in it to be waited for.
import type { TestContext } from 'node:test';
import { MediaEngine, type MediaEngineOptions } from './engine.ts';
import type { LegHappening } from './messages.ts';
import type { TonePhone } from './testing.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
export const BOTH = { audio: 'sendrecv' } as const;

export class EngineScene {
  readonly engine: MediaEngine;
  readonly happened: { readonly legId: string; readonly what: LegHappening }[];
  readonly #wakers: (() => void)[];

  private constructor(engine: MediaEngine, happened: EngineScene['happened'], wakers: (() => void)[]) {
    this.engine = engine;
    this.happened = happened;
    this.#wakers = wakers;
  }

  static async open(t: TestContext, options: Partial<MediaEngineOptions> = {}): Promise<EngineScene> {
    const happened: { legId: string; what: LegHappening }[] = [];
    const wakers: (() => void)[] = [];
    const engine = await MediaEngine.open({
      address: '127.0.0.1',
      addresses: ['127.0.0.1'],
      browserPort: 0,
      phonePorts: { from: 32_000, to: 36_000 },
      mostLegs: 50,
      log: silent,
      unix: () => Date.now(),
      happened(legId, what) {
        happened.push({ legId, what });
        for (const wake of wakers.splice(0)) wake();
      },
      ...options,
    });
    t.after(() => engine[Symbol.asyncDispose]());
    return new EngineScene(engine, happened, wakers);
  }

  /** The first happening of a kind at a leg, now or later. */
  async until<K extends LegHappening['kind']>(
    legId: string,
    kind: K,
    isIt: (what: Extract<LegHappening, { kind: K }>) => boolean = () => true,
  ): Promise<Extract<LegHappening, { kind: K }>> {
    const deadline = AbortSignal.timeout(10_000);
    for (;;) {
      for (const { legId: at, what } of this.happened) {
        const told = what as Extract<LegHappening, { kind: K }>;
        if (at === legId && what.kind === kind && isIt(told)) return told;
      }
      await new Promise<void>((resolve, reject) => {
        this.#wakers.push(resolve);
        deadline.addEventListener('abort', () => reject(new Error(`${kind} did not happen`)));
      });
    }
  }

  async open(
    kind: 'phone' | 'browser',
    { video = false, isProtected = false, idleMs = 60_000 } = {},
  ): Promise<string> {
    const opened = await this.engine.open({ kind, video, isProtected, idleMs });
    if (!opened.ok) throw new Error(opened.reason);
    return opened.legId;
  }

  /** A leg for a phone that has sent this offer; the phone talks to it from then on. */
  async call(
    phone: TonePhone,
    offer = phone.sdp(),
    options: Parameters<EngineScene['open']>[1] = {},
  ): Promise<string> {
    const legId = await this.open('phone', options);
    const answered = await this.engine.answer(legId, offer, BOTH);
    if (!answered.ok) throw new Error(answered.reason);
    phone.target = { address: '127.0.0.1', port: portOf(answered.sdp) };
    return legId;
  }
}

export function portOf(sdp: string): number {
  return Number(/m=audio (\d+)/.exec(sdp)?.[1]);
}
