// The ring, read: who talks with whom under which Call-ID. Grows while somebody looks, by what has come since the last
// look, a piece at a time so that telephony goes on between; let go when nobody has looked for a while.
import type { Clock } from '@parley/platform/clock';
import type { Sighting, TraceCall, TraceFilter, TraceText } from './contract.ts';
import { type ShownText, shownText } from './mask.ts';
import { fits, isSecondSight, traceCallOf } from './trace-call.ts';
import type { TraceRecord, TraceRing } from './trace-ring.ts';

/** About two milliseconds of work. */
const PIECE = 200;
const IDLE_MS = 300_000;
const TEXT_PAGE_BYTES = 256 * 1024;

export interface TraceIndexNeeds {
  readonly ring: TraceRing;
  readonly clock: Clock;
  readonly nodeId: string;
  readonly policy: Parameters<typeof shownText>[2];
  read(record: TraceRecord, nodeId: string): Sighting | undefined;
}

interface Read {
  readonly seq: number;
  readonly sighting: Sighting;
}

export class TraceIndex implements Disposable {
  readonly #needs: TraceIndexNeeds;
  readonly #byCallId = new Map<string, Read[]>();
  /** Everything that was read, in order; `#head` is where what is still held begins. */
  #all: Read[] = [];
  #head = 0;
  #readTo = 0;
  #catchingUp: Promise<void> | undefined;
  #idle: Disposable | undefined;
  #isDisposed = false;

  constructor(needs: TraceIndexNeeds) {
    this.#needs = needs;
  }

  async calls(
    filter: TraceFilter,
    limit: number,
  ): Promise<{ calls: TraceCall[]; more: boolean; held: number; oldestAt: number }> {
    await this.#catchUp();
    const { ring } = this.#needs;
    const found: TraceCall[] = [];
    for (const reads of this.#byCallId.values()) {
      const call = traceCallOf(reads.map(({ sighting }) => sighting));
      if (fits(call, filter)) found.push(call);
    }
    found.sort((one, other) => other.endedAt - one.endedAt);
    const more = found.length > limit;
    return { calls: found.slice(0, limit), more, held: ring.size, oldestAt: ring.oldestAt };
  }

  /** In order of time; the first `limit` of them. */
  async sightings(
    { filter, callId, from = 0 }: { filter: TraceFilter; callId?: string; from?: number },
    limit: number,
  ): Promise<{ sightings: Sighting[]; more: boolean }> {
    await this.#catchUp();
    const groups = callId === undefined ? this.#byCallId.values() : [this.#byCallId.get(callId) ?? []];
    const found: Read[] = [];
    for (const reads of groups) {
      const last = reads.at(-1);
      if (last === undefined || last.sighting.at < from) continue;
      if (!fits(traceCallOf(reads.map(({ sighting }) => sighting)), filter)) continue;
      found.push(...reads.filter(({ sighting }) => sighting.at >= from));
    }
    found.sort((one, other) => one.seq - other.seq);
    return {
      sightings: found.slice(0, limit).map(({ sighting }) => sighting),
      more: found.length > limit,
    };
  }

  /** A page of full texts, and the id to go on behind. */
  async texts(
    callId: string,
    ids: readonly string[] | undefined,
    after: string | undefined,
  ): Promise<{ texts: TraceText[]; next?: string }> {
    await this.#catchUp();
    const { ring, policy } = this.#needs;
    const wanted = ids === undefined ? undefined : new Set(ids);
    const reads = this.#byCallId.get(callId) ?? [];
    const start = after === undefined ? 0 : reads.findIndex(({ sighting }) => sighting.id === after) + 1;
    const texts: TraceText[] = [];
    let pageBytes = 0;
    for (const { seq, sighting } of reads.slice(start)) {
      if (wanted === undefined ? isSecondSight(sighting) : !wanted.has(sighting.id)) continue;
      const record = ring.read(seq);
      if (record === undefined) continue;
      if (pageBytes + record.bytes.length > TEXT_PAGE_BYTES && texts.length > 0) {
        return { texts, next: texts.at(-1)!.id };
      }
      const shown: ShownText = shownText(record.bytes, record.omittedBytes, policy);
      pageBytes += record.bytes.length;
      texts.push({
        id: sighting.id,
        at: sighting.at,
        direction: sighting.direction,
        flow: sighting.flow,
        ...shown,
      });
    }
    return { texts };
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#idle?.[Symbol.dispose]();
    this.#letGo();
  }

  async #catchUp(): Promise<void> {
    this.#idle?.[Symbol.dispose]();
    this.#idle = undefined;
    this.#catchingUp ??= this.#readOn().finally(() => {
      this.#catchingUp = undefined;
    });
    await this.#catchingUp;
    if (this.#isDisposed || this.#idle !== undefined) return;
    this.#idle = this.#needs.clock.after(IDLE_MS, () => {
      this.#idle = undefined;
      this.#letGo();
    });
  }

  async #readOn(): Promise<void> {
    const { ring, clock } = this.#needs;
    ring.expire(clock.wallNow());
    // What comes while this reads is for the next look.
    const end = ring.nextSeq;
    this.#readTo = Math.max(this.#readTo, ring.firstSeq);
    while (this.#readTo < end && !this.#isDisposed) {
      const pieceEnd = Math.min(end, this.#readTo + PIECE);
      for (; this.#readTo < pieceEnd; this.#readTo++) this.#take(this.#readTo);
      if (this.#readTo < end) await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.#forget();
  }

  #take(seq: number): void {
    const { ring, nodeId, read } = this.#needs;
    const record = ring.read(seq);
    const sighting = record === undefined ? undefined : read(record, nodeId);
    if (sighting === undefined || sighting.callId === '') return;
    const one = { seq, sighting };
    this.#all.push(one);
    const group = this.#byCallId.get(sighting.callId);
    if (group === undefined) this.#byCallId.set(sighting.callId, [one]);
    else group.push(one);
  }

  /** What the ring holds no more. */
  #forget(): void {
    const { firstSeq } = this.#needs.ring;
    for (; this.#head < this.#all.length; this.#head++) {
      const { seq, sighting } = this.#all[this.#head]!;
      if (seq >= firstSeq) break;
      const group = this.#byCallId.get(sighting.callId);
      group?.shift();
      if (group?.length === 0) this.#byCallId.delete(sighting.callId);
    }
    if (this.#head < 1_000 || this.#head < this.#all.length / 2) return;
    this.#all = this.#all.slice(this.#head);
    this.#head = 0;
  }

  #letGo(): void {
    this.#byCallId.clear();
    this.#all = [];
    this.#head = 0;
    this.#readTo = 0;
  }
}
