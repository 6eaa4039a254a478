// Brings what callers said from media hosts into the database. What a front end that died was recording, another one collects: the
// row says where it is, and under which id any host may have it that was started again.
import type { Bus, Subscription } from '@parley/platform/bus';
import { type Rounds, type ServiceContext, startRounds } from '@parley/platform/host';
import * as media from '../media/contract.ts';
import type { Voicemail } from './contract.ts';
import { fetchAudio } from './fetch-audio.ts';
import { soundOf } from './greeting.ts';
import * as rows from './store.ts';

const BEAT_MS = 2_000;
/** Two lost beats are no death. */
const SILENT_MS = 7_000;
const AT_ONCE = 20;
/** What is shorter was somebody who thought better of it. */
export const LEAST_VOICE_MS = 1_000;

export interface CollectorNeeds {
  readonly own: rows.Own;
  /** When a copy of it is to be mailed; null for never. */
  readonly mailDueAt: (userId: string) => Promise<number | null>;
  readonly kept: (voicemail: Voicemail) => void;
}

export class Collector implements AsyncDisposable {
  readonly #context: Pick<ServiceContext, 'bus' | 'clock' | 'log'>;
  readonly #needs: CollectorNeeds;
  readonly #hosts = new Set<string>();
  /** Recordings whose callers are here. */
  readonly #live = new Set<string>();
  /** Said, and not collected yet. */
  readonly #due = new Map<string, rows.Recording>();
  readonly #rounds: Rounds;
  #listening: Subscription | undefined;

  private constructor(context: Pick<ServiceContext, 'bus' | 'clock' | 'log'>, needs: CollectorNeeds) {
    this.#context = context;
    this.#needs = needs;
    const failure = 'voice messages are collected with the next round';
    this.#rounds = startRounds(context, { everyMs: BEAT_MS, failure }, () => this.#round());
  }

  static async start(
    context: Pick<ServiceContext, 'bus' | 'clock' | 'log' | 'nodeId'>,
    needs: CollectorNeeds,
  ): Promise<Collector> {
    const { bus, nodeId } = context;
    const collector = new Collector(context, needs);
    collector.#listening = await bus.subscribe(media.hostTold, ({ nodeId: host, isLeaving }) => {
      if (isLeaving) collector.#hosts.delete(host);
      else collector.#hosts.add(host);
    });
    await bus.publish(media.listHosts, { nodeId }).catch(() => undefined);
    return collector;
  }

  /** A caller speaks. */
  async begin(one: rows.Recording): Promise<void> {
    this.#live.add(one.voicemailId);
    await rows.noteRecording(this.#needs.own, one).catch((error: unknown) => {
      this.#context.log.warn({ error }, 'a voice message is written down when it has been said');
    });
  }

  /** @param voiceMs how long somebody spoke; undefined where nobody told. @returns whether it is a message now, or will be. */
  async end(one: rows.Recording, voiceMs: number | undefined): Promise<boolean> {
    if (voiceMs !== undefined && voiceMs < LEAST_VOICE_MS) {
      this.#live.delete(one.voicemailId);
      await rows.forget(this.#needs.own, one.voicemailId);
      this.#drop(one, one.mediaNodeId);
      return false;
    }
    this.#due.set(one.voicemailId, one);
    await this.#collect(one).catch((error: unknown) => {
      this.#context.log.warn({ error }, 'a voice message is collected with the next round');
    });
    return true;
  }

  async #round(): Promise<void> {
    const { own } = this.#needs;
    if (this.#live.size > 0) await rows.beat(own, [...this.#live]);
    for (const one of [...this.#due.values()].slice(0, AT_ONCE)) await this.#collect(one);
    for (const one of await rows.takeOrphans(own, SILENT_MS, AT_ONCE))
      if (!this.#live.has(one.voicemailId)) await this.#collect(one);
  }

  async #collect(one: rows.Recording): Promise<void> {
    const { voicemailId, mediaNodeId } = one;
    const nodes = [mediaNodeId, ...[...this.#hosts].filter((node) => node !== mediaNodeId)];
    for (const node of nodes) {
      const sound = await fetchAudio(this.#bus, node, one.recordingId);
      if (sound === undefined) continue;
      // It is still being recorded, or is not there as a whole: the next round finds the rest.
      if (sound === 'unfinished') return;
      const read = soundOf(sound);
      if (read === undefined || read.durationMs < LEAST_VOICE_MS)
        await rows.forget(this.#needs.own, voicemailId);
      else {
        const voicemail = await rows.keep(
          this.#needs.own,
          one,
          sound,
          read.durationMs,
          await this.#needs.mailDueAt(one.userId),
        );
        if (voicemail !== undefined) this.#needs.kept(voicemail);
      }
      this.#live.delete(voicemailId);
      this.#due.delete(voicemailId);
      this.#drop(one, node);
      return;
    }
    // From here on the row is what remembers it.
    if (await this.#isNoted(one)) {
      this.#live.delete(voicemailId);
      this.#due.delete(voicemailId);
    }
  }

  async #isNoted(one: rows.Recording): Promise<boolean> {
    return await rows.noteRecording(this.#needs.own, one).then(
      () => true,
      () => false,
    );
  }

  #drop({ recordingId }: rows.Recording, node: string): void {
    void this.#bus.call(media.dropAudio, { audioId: recordingId }, { node });
  }

  get #bus(): Bus {
    return this.#context.bus;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rounds[Symbol.asyncDispose]();
    await this.#listening?.[Symbol.asyncDispose]();
  }
}
