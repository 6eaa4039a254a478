// One Call-ID as a sequence diagram: who took part in order of appearance, and each message as a step between two of them.
// Pure. Parley's front ends have a lane each; what one sends another was seen by both and is one step.
import type { Ladder, Participant, Sighting, Step } from './contract.ts';
import { isSecondSight, placeOf } from './trace-call.ts';

export const MAX_STEPS = 1_000;

export function buildLadder(callId: string, given: readonly Sighting[]): Ladder {
  const sightings = inOrder(given).slice(0, MAX_STEPS);
  const lanes = new Lanes();
  const transactions = new Numbers();
  const dialogs = new Numbers();
  const first = new Map<string, Sighting>();
  const asked = new Map<string, number>();
  const steps: Step[] = [];
  let before = sightings[0]?.at ?? 0;
  const arrivals = new Arrivals(sightings);
  for (const sighting of sightings) {
    if (arrivals.isTold(sighting)) continue;
    const isOut = sighting.direction === 'out';
    // Who sends appears before who receives, so that a call reads from left to right.
    const other = () =>
      sighting.flow.isInternal ? lanes.node(arrivals.receiverOf(sighting)) : lanes.peer(sighting);
    const sender = isOut ? lanes.node(sighting.nodeId) : other();
    const receiver = isOut ? other() : lanes.node(sighting.nodeId);
    const ends = sighting.flow.isInternal ? 'pool' : `${sighting.nodeId} ${placeOf(sighting.flow)}`;
    const way = `${ends} ${sighting.branch}`;
    // RFC 3261 §17.1.1.3: the ACK of a failure belongs to the INVITE transaction.
    const isPart = sighting.method === 'ACK' && transactions.has(`${way} INVITE`);
    const wayKey = `${way} ${isPart ? 'INVITE' : sighting.method}`;
    const sameKey = `${way} ${sighting.method} ${sighting.direction} ${sighting.status} ${sighting.fingerprint}`;
    const original = first.get(sameKey);
    if (original === undefined) first.set(sameKey, sighting);
    if (sighting.status === null && !asked.has(wayKey)) asked.set(wayKey, sighting.at);
    const askedAt = sighting.status === null ? undefined : asked.get(wayKey);
    steps.push({
      id: sighting.id,
      at: sighting.at,
      gapMs: Math.max(0, sighting.at - before),
      source: sender,
      target: receiver,
      transport: sighting.flow.transport,
      label: labelOf(sighting),
      startLine: sighting.startLine,
      method: sighting.method,
      cseq: sighting.cseq,
      status: sighting.status,
      transaction: transactions.of(wayKey),
      dialog: sighting.toTag === '' ? 0 : dialogs.of([sighting.fromTag, sighting.toTag].sort().join(' ')),
      repeats: original?.id ?? '',
      answerMs: askedAt === undefined ? null : Math.max(0, sighting.at - askedAt),
      contentType: sighting.contentType,
      bytes: sighting.bytes,
    });
    before = sighting.at;
  }
  return { callId, participants: lanes.list, steps, cut: given.length > MAX_STEPS };
}

/** By time; of one front end as it saw them, because its clock may not tell them apart. */
function inOrder(sightings: readonly Sighting[]): Sighting[] {
  return sightings
    .map((sighting) => ({ sighting, seq: Number(sighting.id.slice(sighting.id.lastIndexOf(':') + 1)) }))
    .sort(
      (one, other) =>
        one.sighting.at - other.sighting.at ||
        (one.sighting.nodeId === other.sighting.nodeId
          ? one.seq - other.seq
          : one.sighting.nodeId < other.sighting.nodeId
            ? -1
            : 1),
    )
    .map(({ sighting }) => sighting);
}

/** `INVITE`, `180 Ringing`. */
function labelOf({ status, startLine, method }: Sighting): string {
  return status === null ? method : startLine.replace(/^SIP\/2\.0 /, '').trim();
}

/** Which front end saw arrive what another one sent: the same bytes of the same transaction. */
class Arrivals {
  readonly #receivers = new Map<string, string>();
  readonly #told = new Set<string>();

  constructor(sightings: readonly Sighting[]) {
    const arrived = new Map<string, Sighting[]>();
    for (const sighting of sightings) {
      if (!isSecondSight(sighting)) continue;
      const key = sameMessage(sighting);
      arrived.set(key, [...(arrived.get(key) ?? []), sighting]);
    }
    for (const sent of sightings) {
      if (!sent.flow.isInternal || sent.direction === 'in') continue;
      const match = arrived
        .get(sameMessage(sent))
        ?.find((one) => one.nodeId !== sent.nodeId && !this.isTold(one));
      if (match === undefined) continue;
      this.#receivers.set(sent.id, match.nodeId);
      this.#told.add(match.id);
    }
  }

  isTold({ id }: Sighting): boolean {
    return this.#told.has(id);
  }

  /** A front end that did not tell what it saw has no name here. */
  receiverOf({ id }: Sighting): string {
    return this.#receivers.get(id) ?? '?';
  }
}

function sameMessage({ branch, method, cseq, status, fingerprint }: Sighting): string {
  return `${branch} ${method} ${cseq} ${status} ${fingerprint}`;
}

class Lanes {
  readonly list: Participant[] = [];
  readonly #byKey = new Map<string, number>();

  node(nodeId: string): number {
    return this.#lane(`node ${nodeId}`, () => ({ kind: 'node', name: nodeId, agent: '', place: '' }));
  }

  /** Named by the first message: who sends a request, or whom it is for, is the user at that end. */
  peer(sighting: Sighting): number {
    const place = placeOf(sighting.flow);
    const isTheirs = (sighting.direction === 'in') === (sighting.status === null);
    const at = this.#lane(`peer ${place}`, () => ({
      kind: 'peer',
      name: (isTheirs ? sighting.from : sighting.to) || place,
      agent: '',
      place,
    }));
    const lane = this.list[at]!;
    if (lane.agent === '' && sighting.direction === 'in' && sighting.agent !== '')
      this.list[at] = { ...lane, agent: sighting.agent };
    return at;
  }

  #lane(key: string, make: () => Participant): number {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    this.#byKey.set(key, this.list.length);
    return this.list.push(make()) - 1;
  }
}

/** Numbers things from 1 as they appear. */
class Numbers {
  readonly #known = new Map<string, number>();

  has(key: string): boolean {
    return this.#known.has(key);
  }

  of(key: string): number {
    const number = this.#known.get(key) ?? this.#known.size + 1;
    this.#known.set(key, number);
    return number;
  }
}
