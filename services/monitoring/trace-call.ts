// What one line of the list says of all messages with one Call-ID, and whether it fits what somebody looks for. Pure;
// made by each front end of what it saw, and merged by the one that was asked.
import type { Sighting, TraceCall, TraceFilter, TraceFlow } from './contract.ts';

const PEERS = 8;

/** @param sightings of one Call-ID in order of time; at least one. */
export function traceCallOf(sightings: readonly Sighting[]): TraceCall {
  const first = sightings[0]!;
  const method = (sightings.find(({ status }) => status === null) ?? first).method;
  const finals = sightings.filter((one) => one.method === method && (one.status ?? 0) >= 200);
  const answer = finals.at(-1);
  const peers = new Set<string>();
  for (const { flow } of sightings) if (peers.size < PEERS && !flow.isInternal) peers.add(placeOf(flow));
  return {
    callId: first.callId,
    method,
    from: first.from,
    to: first.to,
    startedAt: first.at,
    endedAt: sightings.at(-1)!.at,
    status: answer?.status ?? null,
    answeredAt: answer?.at ?? 0,
    messages: sightings.filter((sighting) => !isSecondSight(sighting)).length,
    peers: [...peers],
    nodeIds: [...new Set(sightings.map(({ nodeId }) => nodeId))],
  };
}

/** The same Call-ID as several front ends saw it. */
export function mergedCalls(calls: Iterable<TraceCall>): TraceCall[] {
  const merged = new Map<string, TraceCall>();
  for (const call of calls) {
    const other = merged.get(call.callId);
    merged.set(call.callId, other === undefined ? call : mergedCall(other, call));
  }
  return [...merged.values()].sort((one, other) => other.endedAt - one.endedAt);
}

function mergedCall(one: TraceCall, other: TraceCall): TraceCall {
  const [first, second] = one.startedAt <= other.startedAt ? [one, other] : [other, one];
  // An answer to another method is none to this one.
  const answered = [one, other]
    .filter(({ method, status }) => method === first.method && status !== null)
    .sort((a, b) => a.answeredAt - b.answeredAt)
    .at(-1);
  return {
    ...first,
    endedAt: Math.max(one.endedAt, other.endedAt),
    status: answered?.status ?? null,
    answeredAt: answered?.answeredAt ?? 0,
    messages: one.messages + other.messages,
    peers: [...new Set([...first.peers, ...second.peers])].slice(0, PEERS),
    nodeIds: [...new Set([...first.nodeIds, ...second.nodeIds])],
  };
}

export function fits(call: TraceCall, filter: TraceFilter): boolean {
  const { query, user, method, statusClass, source, since, until } = filter;
  if (since !== undefined && call.endedAt < since) return false;
  if (until !== undefined && call.startedAt >= until) return false;
  if (method !== undefined && method !== '' && call.method !== method.toUpperCase()) return false;
  if (statusClass !== undefined && Math.floor((call.status ?? 0) / 100) !== statusClass) return false;
  if (user !== undefined && user !== '' && !isUser(call.from, user) && !isUser(call.to, user)) return false;
  if (source !== undefined && source !== '' && !call.peers.some((peer) => isPlace(peer, source)))
    return false;
  return query === undefined || isFound(call, query.trim().toLowerCase());
}

function isUser(address: string, user: string): boolean {
  const [given, wanted] = [address.toLowerCase(), user.toLowerCase().replace(/^sips?:/, '')];
  return given === wanted || (!wanted.includes('@') && given.startsWith(`${wanted}@`));
}

/** `udp 192.0.2.7:5060` by its address, or by address and port. */
function isPlace(peer: string, source: string): boolean {
  const place = peer.slice(peer.indexOf(' ') + 1);
  const plain = source.replace(/[[\]]/g, '');
  return place === source || place.slice(0, place.lastIndexOf(':')).replace(/[[\]]/g, '') === plain;
}

function isFound(call: TraceCall, query: string): boolean {
  if (query === '') return true;
  const texts = [call.callId, call.from, call.to, ...call.peers];
  if (texts.some((text) => text.toLowerCase().includes(query))) return true;
  // A number is found however it is written: +49 (89) 123-45.
  const digits = query.replace(/[\s()./+-]/g, '');
  return /^\d{3,}$/.test(digits) && [call.from, call.to].some((text) => onlyDigits(text).includes(digits));
}

function onlyDigits(address: string): string {
  const user = address.split('@', 1)[0] ?? '';
  return /^[+\d][\d().-]*$/.test(user) ? user.replace(/\D/g, '') : '';
}

/** What one front end sent another is told once, by who sent it. */
export function isSecondSight({ flow, direction }: Pick<Sighting, 'flow' | 'direction'>): boolean {
  return flow.isInternal && direction === 'in';
}

export function placeOf({ transport, remoteAddress, remotePort }: TraceFlow): string {
  const host = remoteAddress.includes(':') ? `[${remoteAddress}]` : remoteAddress;
  return `${transport} ${host}:${remotePort}`;
}
