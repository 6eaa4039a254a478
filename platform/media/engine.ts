// Legs of media as services see them: SDP and verbs here, packets in a thread of their own (worker.ts). A thread that dies takes its
// legs with it, says so, and another takes its place.
import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Log } from '../observe/log.ts';
import { newDtlsIdentity } from './dtls/identity.ts';
import type {
  FromWorker,
  LegHappening,
  PlayedSound,
  RecordingWish,
  ToWorker,
  WorkerCommand,
  WorkerOptions,
  WorkerReply,
} from './messages.ts';
import {
  type Agreed,
  type Directions,
  LegNegotiation,
  type Negotiated,
  type NegotiationFault,
} from './negotiation.ts';

export interface MediaEngineOptions {
  /** Where the sockets are bound. */
  readonly address: string;
  /** What is told in SDP. */
  readonly addresses: readonly string[];
  /** One UDP port for all browsers; 0 takes a free one. */
  readonly browserPort: number;
  readonly phonePorts: { readonly from: number; readonly to: number };
  readonly mostLegs: number;
  readonly log: Log;
  unix(): number;
  happened(legId: string, what: LegHappening): void;
}

export interface LegWish {
  readonly kind: 'browser' | 'phone';
  readonly video: boolean;
  readonly isProtected: boolean;
  readonly idleMs: number;
}

export type MediaFault = NegotiationFault['fault'] | 'full' | 'no-leg' | 'no-audio';
export type Result<T> =
  | ({ readonly ok: true } & T)
  | { readonly ok: false; readonly fault: MediaFault; readonly reason: string };

type Done = Result<Record<never, never>>;
const GONE = { ok: false, fault: 'no-leg', reason: 'the leg is gone' } as const;
/** A thread that dies at once is started again at leisure. */
const AGAIN_MS = 500;

interface Waiting {
  resolve(reply: WorkerReply): void;
}

export class MediaEngine implements AsyncDisposable {
  readonly #options: MediaEngineOptions;
  readonly #legs = new Map<string, LegNegotiation>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #workerOptions: WorkerOptions;
  readonly #fingerprint: string;
  #worker: Worker | undefined;
  #again: NodeJS.Timeout | undefined;
  #lastId = 0;
  #isClosed = false;
  #browserPort = 0;

  private constructor(options: MediaEngineOptions, workerOptions: WorkerOptions, fingerprint: string) {
    this.#options = options;
    this.#workerOptions = workerOptions;
    this.#fingerprint = fingerprint;
  }

  /** @throws when the port for browsers cannot be had. */
  static async open(options: MediaEngineOptions): Promise<MediaEngine> {
    const { address, browserPort, phonePorts } = options;
    const identity = await newDtlsIdentity(options.unix());
    const engine = new MediaEngine(
      options,
      {
        address,
        browserPort,
        phonePorts,
        certificate: identity.certificate.toString(),
        privateKey: identity.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      },
      identity.certificate.fingerprint256,
    );
    await engine.#start();
    return engine;
  }

  get legCount(): number {
    return this.#legs.size;
  }

  get browserPort(): number {
    return this.#browserPort;
  }

  /** The thread's number, for who wants to see it die. */
  get worker(): Worker | undefined {
    return this.#worker;
  }

  async #start(): Promise<void> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { ...this.#workerOptions, browserPort: this.#browserPort || this.#options.browserPort },
      name: 'media',
    });
    this.#worker = worker;
    worker.on('message', (message: FromWorker) => this.#hear(message));
    const failed = new Promise<never>((_, reject) => {
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('the media thread ended')));
    });
    const reply = await Promise.race([this.#order({ kind: 'start', options: this.#workerOptions }), failed]);
    if (reply.ok) this.#browserPort = reply.port ?? 0;
    failed.catch((error: unknown) => this.#died(worker, error));
  }

  /** All its legs are lost; who owns them makes them anew. */
  #died(worker: Worker, error: unknown): void {
    if (this.#isClosed || worker !== this.#worker) return;
    this.#worker = undefined;
    this.#options.log.error({ err: error }, 'The media thread ended; a new one is started.');
    const lost = [...this.#legs.keys()];
    this.#legs.clear();
    for (const { resolve } of this.#waiting.values())
      resolve({ ok: false, reason: 'no-leg', sentence: 'It ended.' });
    this.#waiting.clear();
    for (const legId of lost) this.#options.happened(legId, { kind: 'lost', reason: 'worker' });
    this.#startAgain();
  }

  #startAgain(): void {
    this.#start().catch((error: unknown) => {
      if (this.#isClosed) return;
      this.#options.log.error({ err: error }, 'The media thread does not start.');
      this.#worker = undefined;
      this.#again = setTimeout(() => this.#startAgain(), AGAIN_MS);
    });
  }

  #hear(message: FromWorker): void {
    if (message.kind === 'reply') {
      this.#waiting.get(message.id)?.resolve(message.reply);
      this.#waiting.delete(message.id);
      return;
    }
    const { legId, what } = message;
    if (!this.#legs.has(legId)) return;
    this.#options.happened(legId, what);
    // What is lost holds no ports any more.
    if (what.kind === 'lost') void this.close(legId);
  }

  #order(command: WorkerCommand): Promise<WorkerReply> {
    const worker = this.#worker;
    if (worker === undefined)
      return Promise.resolve({ ok: false, reason: 'full', sentence: 'The media thread starts again.' });
    const id = ++this.#lastId;
    const answered = new Promise<WorkerReply>((resolve) => this.#waiting.set(id, { resolve }));
    worker.postMessage({ id, command } satisfies ToWorker);
    return answered;
  }

  async open(wish: LegWish): Promise<Result<{ readonly legId: string }>> {
    const { kind, video, idleMs } = wish;
    if (this.#legs.size >= this.#options.mostLegs)
      return { ok: false, fault: 'full', reason: 'too many legs' };
    const legId = randomUUID();
    const leg = new LegNegotiation(wish, {
      addresses: this.#options.addresses,
      fingerprint: this.#fingerprint,
    });
    this.#legs.set(legId, leg);
    const reply = await this.#order(
      kind === 'phone'
        ? { kind: 'openPhone', legId, idleMs, tracks: video ? ['audio', 'video'] : ['audio'] }
        : { kind: 'openBrowser', legId, idleMs, ...leg.ice },
    );
    if (!reply.ok) {
      this.#legs.delete(legId);
      return refusalOf(reply);
    }
    leg.opened(reply.ports ?? {}, reply.port ?? 0);
    return { ok: true, legId };
  }

  async offer(
    legId: string,
    directions: Directions,
    iceRestart = false,
  ): Promise<Result<{ readonly sdp: string }>> {
    const leg = this.#legs.get(legId);
    if (leg === undefined) return GONE;
    if (iceRestart && !leg.waitsForAnswer) {
      leg.restartIce();
      await this.#order({ kind: 'restartIce', legId, ...leg.ice });
    }
    return leg.offer(directions);
  }

  async accept(legId: string, sdp: string): Promise<Result<{ readonly agreed: Agreed }>> {
    return await this.#settle(legId, (leg) => leg.accept(sdp));
  }

  async answer(
    legId: string,
    sdp: string,
    directions: Directions,
  ): Promise<Result<{ readonly sdp: string; readonly agreed: Agreed }>> {
    return await this.#settle(legId, (leg) => leg.answer(sdp, directions));
  }

  async #settle(
    legId: string,
    negotiate: (leg: LegNegotiation) => Negotiated,
  ): Promise<Result<{ readonly sdp: string; readonly agreed: Agreed }>> {
    const leg = this.#legs.get(legId);
    if (leg === undefined) return GONE;
    const result = negotiate(leg);
    if (!result.ok) return result;
    const { settings, sdp, agreed } = result;
    const reply = await this.#order({ kind: 'configure', legId, settings });
    return reply.ok ? { ok: true, sdp, agreed } : refusalOf(reply);
  }

  rollback(legId: string): Done {
    const leg = this.#legs.get(legId);
    if (leg === undefined) return GONE;
    leg.rollback();
    return { ok: true };
  }

  /** A lite end needs no candidates: the browser's checks say where it is. */
  candidate(legId: string): Done {
    return this.#legs.has(legId) ? { ok: true } : GONE;
  }

  join(legId: string, other: string | null): Promise<Done> {
    return this.#verb({ kind: 'join', legId, with: other });
  }

  /** One way: hears what `to` says, as many others may. What it says goes where it went. */
  listen(legId: string, to: string): Promise<Done> {
    return this.#verb({ kind: 'listen', legId, to });
  }

  play(legId: string, sound: PlayedSound | null, loop: boolean): Promise<Done> {
    return this.#verb({ kind: 'play', legId, sound, loop });
  }

  pressKeys(legId: string, keys: string): Promise<Done> {
    return this.#verb({ kind: 'pressKeys', legId, keys });
  }

  record(legId: string, recording: RecordingWish): Promise<Done> {
    return this.#verb({ kind: 'record', legId, recording });
  }

  stopRecording(legId: string): Promise<Done> {
    return this.#verb({ kind: 'stopRecording', legId });
  }

  async close(legId: string): Promise<Done> {
    const done = await this.#verb({ kind: 'close', legId });
    this.#legs.delete(legId);
    return done;
  }

  async #verb(command: Exclude<WorkerCommand, { kind: 'start' }>): Promise<Done> {
    if (!this.#legs.has(command.legId)) return GONE;
    const reply = await this.#order(command);
    return reply.ok ? { ok: true } : refusalOf(reply);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#again);
    const legIds = [...this.#legs.keys()];
    // Browsers hear a goodbye; whoever does not answer in time is not waited for.
    await Promise.race([Promise.all(legIds.map((legId) => this.close(legId))), this.#gone]);
    this.#legs.clear();
    await this.#worker?.terminate();
  }

  get #gone(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#worker === undefined) resolve();
      else this.#worker.once('exit', () => resolve());
    });
  }
}

function refusalOf(reply: Extract<WorkerReply, { ok: false }>): {
  readonly ok: false;
  readonly fault: MediaFault;
  readonly reason: string;
} {
  return { ok: false, fault: reply.reason === 'ports' ? 'full' : reply.reason, reason: reply.sentence };
}
