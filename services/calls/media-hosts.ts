// Media hosts as calls use them: who is there and has room, and legs at one of them. Whoever opens a leg closes it.
import type { Bus } from '@parley/platform/bus';
import type { EventOf, ReplyOf } from '@parley/platform/contract';
import { done, type Outcome } from '@parley/platform/contract';
import { type ServiceContext, startRounds } from '@parley/platform/host';
import * as media from '../media/contract.ts';
import { type CallSide, callErrors, SDP_LIMIT_CHARS } from './contract.ts';

type Happening = EventOf<typeof media.legEvent>['what'];
export type Direction = media.Agreed['audio']['direction'];

/** A host tells of itself every half second: one that missed two beats is asked whether it is there. */
const SILENT_MS = 1_100;
const LOOK_MS = 200;
const ASK_MS = 1_000;
/** One that does not answer, though something of it is still on the bus, is busy; for longer than this it is dead. */
const BUSY_MS = 5_000;
/** After the bus was away, everybody has to have had the time to come back. */
const RETURN_MS = 6_000;
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
  /** Its host, or the thread that carried it, is gone. */
  isLost = false;
  /** Whose end it is. */
  of: { readonly shown: CallSide } | undefined;
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

  /** It goes on, and is another front end's from now on. */
  disown(): void {
    this.#hosts.drop(this);
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

/** Why a leg is gone: `host` is our own word for a host that died or leaves. */
export type LossReason = Extract<Happening, { kind: 'lost' }>['reason'] | 'host';
export type LegsLost = (legs: ReadonlySet<MediaLeg>, reason: LossReason) => void;

interface Host {
  room: number;
  at: number;
  /** It does not say so itself any more: it is being asked. */
  isAsked: boolean;
}

export class MediaHosts implements AsyncDisposable {
  readonly bus: Bus;
  /** A host has measured what one side said and heard since it last told. */
  measured: (side: CallSide, streams: readonly media.StreamQuality[]) => void = () => undefined;
  readonly #context: Pick<ServiceContext, 'bus' | 'clock' | 'log' | 'nodeId'>;
  readonly #lost: LegsLost;
  readonly #hosts = new Map<string, Host>();
  readonly #legs = new Map<string, MediaLeg>();
  readonly #open: AsyncDisposable[] = [];
  #opening = 0;
  /** Before this, nobody's silence says anything. */
  #judgesFrom = 0;

  private constructor(context: Pick<ServiceContext, 'bus' | 'clock' | 'log' | 'nodeId'>, lost: LegsLost) {
    this.#context = context;
    this.#lost = lost;
    this.bus = context.bus;
  }

  static async follow(
    context: Pick<ServiceContext, 'bus' | 'clock' | 'log' | 'nodeId'>,
    lost: LegsLost,
  ): Promise<MediaHosts> {
    const { bus, clock, nodeId } = context;
    const hosts = new MediaHosts(context, lost);
    const returning = bus.onReconnect(() => hosts.#returned());
    hosts.#open.push(
      await bus.subscribe(media.hostTold, ({ nodeId: host, legs, mostLegs, isLeaving }) => {
        if (isLeaving) hosts.#gone(host);
        else hosts.#hosts.set(host, { room: mostLegs - legs, at: clock.now(), isAsked: false });
      }),
      await bus.subscribe(media.legEvent, ({ ownerNodeId, legId, what }) => {
        const leg = ownerNodeId === nodeId ? hosts.#legs.get(legId) : undefined;
        if (leg === undefined) return;
        if (what.kind === 'lost') hosts.#lose(new Set([leg]), what.reason);
        else if (what.kind !== 'quality') leg.happened(what);
        else if (leg.of !== undefined) hosts.measured(leg.of.shown, what.streams);
      }),
      startRounds(
        context,
        { everyMs: KEEP_MS, failure: 'media hosts hear later which legs are in use' },
        () => hosts.#keep(),
      ),
      startRounds(context, { everyMs: LOOK_MS, failure: 'media hosts are looked after later' }, async () =>
        hosts.#look(),
      ),
      {
        async [Symbol.asyncDispose]() {
          returning[Symbol.dispose]();
        },
      },
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
    const asked = { kind, ownerNodeId: this.#context.nodeId, video: pictures.length > 0 };
    for (;;) {
      const node = beside?.node ?? this.#freest();
      if (node === undefined) return callErrors.fault('CALL_MEDIA_AWAY');
      const host = this.#hosts.get(node);
      // Until it tells of its load again: what is opened meanwhile counts too.
      if (host !== undefined) host.room -= 1;
      this.#opening += 1;
      const opened = await this.bus.call(media.openLeg, asked, { node, deadlineMs: OPEN_MS }).finally(() => {
        this.#opening -= 1;
      });
      if (opened.ok) {
        const leg = this.#hold(opened.value.legId, node);
        leg.pictures = pictures;
        return done(leg);
      }
      if (beside !== undefined || opened.fault.code !== 'BUS_NO_RESPONDER') return opened;
      // It comes back with its next word, if it lives.
      this.#hosts.delete(node);
    }
  }

  /** Takes over the legs of a front end that is gone. @returns those that are still there. */
  async adopt(node: string, legIds: readonly string[]): Promise<Map<string, MediaLeg>> {
    const asked = { ownerNodeId: this.#context.nodeId, legIds: [...legIds] };
    const adopted = await this.bus.call(media.adoptLegs, asked, { node });
    const unknown = new Set(adopted.ok ? adopted.value.unknown : legIds);
    const there = legIds.filter((legId) => !unknown.has(legId));
    return new Map(there.map((legId) => [legId, this.#hold(legId, node)]));
  }

  /** One that its host does not know any more. */
  lost(legId: string, node: string): MediaLeg {
    const leg = new MediaLeg(this, legId, node);
    leg.isLost = true;
    return leg;
  }

  /** @returns whether it was there. */
  drop({ legId }: MediaLeg): boolean {
    return this.#legs.delete(legId);
  }

  #hold(legId: string, node: string): MediaLeg {
    const leg = new MediaLeg(this, legId, node);
    this.#legs.set(legId, leg);
    return leg;
  }

  #freest(): string | undefined {
    let best: readonly [string, number] | undefined;
    for (const [node, { room }] of this.#hosts)
      if (room > 0 && (best === undefined || room > best[1])) best = [node, room];
    return best?.[0];
  }

  #returned(): void {
    const now = this.#context.clock.now();
    this.#judgesFrom = now + RETURN_MS;
    for (const host of this.#hosts.values()) host.at = now;
  }

  get #mayJudge(): boolean {
    return this.bus.healthy && this.#context.clock.now() >= this.#judgesFrom;
  }

  #look(): void {
    if (!this.#mayJudge) return;
    const now = this.#context.clock.now();
    for (const [node, host] of this.#hosts)
      if (!host.isAsked && now - host.at > SILENT_MS) void this.#ask(node, host);
  }

  /** Silence alone is no death: only who cannot be asked, or says nothing for long, is gone. */
  async #ask(node: string, host: Host): Promise<void> {
    const { clock } = this.#context;
    host.isAsked = true;
    const asked = await this.#tell(node, ASK_MS);
    host.isAsked = false;
    if (asked.ok) host.at = clock.now();
    const isGone = !asked.ok && asked.fault.code === 'BUS_NO_RESPONDER';
    const isSilent = clock.now() - host.at > BUSY_MS;
    if ((isGone || isSilent) && this.#mayJudge && this.#hosts.get(node) === host) this.#gone(node);
  }

  #gone(node: string): void {
    this.#hosts.delete(node);
    const legs = new Set([...this.#legs.values()].filter((leg) => leg.node === node));
    if (legs.size === 0) return;
    this.#context.log.warn({ node, legs: legs.size }, 'A media host is gone: its calls go on at another.');
    this.#lose(legs, 'host');
  }

  #lose(legs: ReadonlySet<MediaLeg>, reason: LossReason): void {
    for (const leg of legs) {
      leg.isLost = true;
      this.drop(leg);
    }
    this.#lost(legs, reason);
  }

  #tell(node: string, deadlineMs?: number) {
    const legIds = [...this.#legs.values()].flatMap((leg) => (leg.node === node ? [leg.legId] : []));
    const kept = { ownerNodeId: this.#context.nodeId, legIds: legIds.slice(0, 5_000) };
    return this.bus.call(media.keepLegs, kept, { node, ...(deadlineMs === undefined ? {} : { deadlineMs }) });
  }

  /** A host closes the legs of an owner that says nothing. */
  async #keep(): Promise<void> {
    // One that is being opened would be taken for nobody's.
    if (this.#opening > 0) return;
    const nodes = new Set([...this.#legs.values()].map(({ node }) => node));
    for (const node of nodes) await this.#tell(node);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const leg of [...this.#legs.values()]) leg.close();
    for (const one of this.#open) await one[Symbol.asyncDispose]();
  }
}
