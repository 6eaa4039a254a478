// Media hosts as calls use them: who is there and has room, and legs at one of them. Whoever opens a leg closes it.
import type { Bus } from '@parley/platform/bus';
import type { EventOf, ReplyOf } from '@parley/platform/contract';
import { done, type Outcome } from '@parley/platform/contract';
import { type ServiceContext, startRounds } from '@parley/platform/host';
import * as media from '../media/contract.ts';
import { callErrors, SDP_LIMIT_CHARS } from './contract.ts';

type Happening = EventOf<typeof media.legEvent>['what'];
export type Direction = media.Agreed['audio']['direction'];

/** A host tells of itself every five seconds. */
const FORGET_MS = 16_000;
const KEEP_MS = 20_000;
/** Setting up a worker takes longer than an answer. */
const OPEN_MS = 15_000;

const TOO_LONG = media.mediaErrors.fault(
  'MEDIA_BAD_SDP',
  `The description of the media is longer than ${SDP_LIMIT_CHARS} characters.`,
);

export class MediaLeg {
  readonly legId: string;
  /** The host. */
  readonly node: string;
  /** Codecs of a picture that this end may have; none: sound alone. */
  pictures: readonly string[] = [];
  /** What the last offer and its answer agreed. */
  agreed: media.Agreed | undefined;
  happened: (what: Happening) => void = () => undefined;
  readonly #hosts: MediaHosts;

  constructor(hosts: MediaHosts, legId: string, node: string) {
    this.#hosts = hosts;
    this.legId = legId;
    this.node = node;
  }

  async offer(direction: Direction = 'sendrecv'): Promise<Outcome<string>> {
    const asked = { legId: this.legId, direction, ...this.#picture(direction) };
    const offered = await this.#bus.call(media.offerLeg, asked, this.#at);
    return offered.ok ? done(offered.value.sdp) : offered;
  }
  async accept(sdp: string): Promise<Outcome<media.Agreed>> {
    if (sdp.length > SDP_LIMIT_CHARS) return TOO_LONG;
    const accepted = await this.#bus.call(media.acceptLeg, { legId: this.legId, sdp }, this.#at);
    if (!accepted.ok) return accepted;
    this.agreed = accepted.value.agreed;
    return done(this.agreed);
  }
  async answer(
    sdp: string,
    direction: Direction = 'sendrecv',
  ): Promise<Outcome<ReplyOf<typeof media.answerLeg>>> {
    if (sdp.length > SDP_LIMIT_CHARS) return TOO_LONG;
    const asked = { legId: this.legId, sdp, direction, ...this.#picture(direction) };
    const answered = await this.#bus.call(media.answerLeg, asked, this.#at);
    if (answered.ok) this.agreed = answered.value.agreed;
    return answered;
  }
  /** What a picture at the other end has to be, so that it can be passed on: nothing is coded anew. */
  get picture(): readonly string[] {
    const { video } = this.agreed ?? {};
    return video === undefined || video.direction === 'inactive' ? [] : [video.codec];
  }
  rollback(): void {
    void this.#bus.call(media.rollbackLeg, { legId: this.legId }, this.#at);
  }
  candidate(candidate: string): void {
    void this.#bus.call(media.addCandidate, { legId: this.legId, candidate }, this.#at);
  }
  async join(other: MediaLeg | null): Promise<void> {
    await this.#bus.call(media.joinLegs, { legId: this.legId, with: other?.legId ?? null }, this.#at);
  }
  play(sound: media.Sound | null): void {
    void this.#bus.call(media.playTo, { legId: this.legId, sound, loop: true }, this.#at);
  }
  /** A key of the peer that came outside of the sound: told as the host tells of the others. */
  keyHeard(key: string, durationMs: number): void {
    const ownerNodeId = this.#hosts.nodeId;
    const told = { ownerNodeId, legId: this.legId, what: { kind: 'key', key, durationMs } as const };
    this.#bus.publish(media.legEvent, told).catch(() => undefined);
  }
  pressKeys(keys: string): void {
    void this.#bus.call(media.pressKeys, { legId: this.legId, keys }, this.#at);
  }
  /** Idempotent. */
  close(): void {
    if (this.#hosts.drop(this)) void this.#bus.call(media.closeLeg, { legId: this.legId }, this.#at);
  }

  /** Somebody on hold sees nothing. */
  #picture(direction: Direction) {
    if (this.pictures.length === 0) return {};
    const video = direction === 'sendrecv' ? direction : ('inactive' as const);
    return { video, videoCodecs: [...this.pictures] };
  }
  get #bus(): Bus {
    return this.#hosts.bus;
  }
  get #at() {
    return { node: this.node };
  }
}

export class MediaHosts implements AsyncDisposable {
  readonly bus: Bus;
  readonly #context: Pick<ServiceContext, 'bus' | 'clock' | 'log' | 'nodeId'>;
  readonly #hosts = new Map<string, { readonly room: number; readonly at: number }>();
  readonly #legs = new Map<string, MediaLeg>();
  readonly #open: AsyncDisposable[] = [];
  #opening = 0;

  private constructor(context: Pick<ServiceContext, 'bus' | 'clock' | 'log' | 'nodeId'>) {
    this.bus = context.bus;
    this.#context = context;
  }

  static async follow(
    context: Pick<ServiceContext, 'bus' | 'clock' | 'log' | 'nodeId'>,
  ): Promise<MediaHosts> {
    const { bus, clock, nodeId } = context;
    const hosts = new MediaHosts(context);
    hosts.#open.push(
      await bus.subscribe(media.hostTold, ({ nodeId: host, legs, mostLegs, isLeaving }) => {
        if (isLeaving) hosts.#hosts.delete(host);
        else hosts.#hosts.set(host, { room: mostLegs - legs, at: clock.now() });
      }),
      await bus.subscribe(media.legEvent, ({ ownerNodeId, legId, what }) => {
        if (ownerNodeId === nodeId) hosts.#legs.get(legId)?.happened(what);
      }),
      startRounds(
        context,
        { everyMs: KEEP_MS, failure: 'media hosts hear later which legs are in use' },
        () => hosts.#keep(),
      ),
    );
    await bus.publish(media.listHosts, { nodeId }).catch(() => undefined);
    return hosts;
  }

  get nodeId(): string {
    return this.#context.nodeId;
  }

  get isThere(): boolean {
    return this.#freest() !== undefined;
  }

  /**
   * @param beside a leg that it is to be joined with: at the same host.
   * @param pictures codecs of a picture that the other end may have.
   */
  async open(
    kind: 'browser' | 'phone',
    beside?: MediaLeg,
    pictures: readonly string[] = [],
  ): Promise<Outcome<MediaLeg>> {
    const node = beside?.node ?? this.#freest();
    if (node === undefined) return callErrors.fault('CALL_MEDIA_AWAY');
    const asked = { kind, ownerNodeId: this.#context.nodeId, video: pictures.length > 0 };
    this.#opening += 1;
    const opened = await this.bus.call(media.openLeg, asked, { node, deadlineMs: OPEN_MS }).finally(() => {
      this.#opening -= 1;
    });
    if (!opened.ok) return opened;
    const leg = new MediaLeg(this, opened.value.legId, node);
    leg.pictures = pictures;
    this.#legs.set(leg.legId, leg);
    return done(leg);
  }

  /** @returns whether it was there. */
  drop({ legId }: MediaLeg): boolean {
    return this.#legs.delete(legId);
  }

  #freest(): string | undefined {
    const now = this.#context.clock.now();
    let best: readonly [string, number] | undefined;
    for (const [node, { room, at }] of this.#hosts) {
      if (now - at > FORGET_MS || room <= 0) continue;
      if (best === undefined || room > best[1]) best = [node, room];
    }
    return best?.[0];
  }

  /** A host closes the legs of an owner that says nothing. */
  async #keep(): Promise<void> {
    // One that is being opened would be taken for nobody's.
    if (this.#opening > 0) return;
    const byHost = new Map<string, string[]>();
    for (const { legId, node } of this.#legs.values()) byHost.set(node, [...(byHost.get(node) ?? []), legId]);
    for (const [node, legIds] of byHost)
      await this.bus.call(
        media.keepLegs,
        { ownerNodeId: this.#context.nodeId, legIds: legIds.slice(0, 5_000) },
        { node },
      );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const leg of [...this.#legs.values()]) leg.close();
    for (const one of this.#open) await one[Symbol.asyncDispose]();
  }
}
