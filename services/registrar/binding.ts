// The registrar's rules (RFC 3261 §10.3, RFC 5626 §6, RFC 5627 §5.1): what a REGISTER does to the bindings of one user.
// Pure. Called by sip.ts; what `register` returns is written and announced in the user's transaction by store.ts.
import { done, type Outcome } from '@parley/platform/contract';
import { parseSipUri, type SipUri, sipUrisEqual } from '@parley/protocol/sip';
import { type Binding, registrarErrors } from './contract.ts';

const { fault } = registrarErrors;

export const BINDINGS_A_USER = 16;
export const EXPIRES = { minS: 60, maxS: 3600, defaultS: 3600 } as const;
const HOUR_S = 3600;
/** What the `contact` of a Binding may hold. */
const CONTACT_CHARS = 1024;

/** A binding as it is stored: whoever registers gives Call-ID and CSeq. */
export interface StoredBinding extends Binding {
  readonly callId: string;
  readonly sequence: number;
}

/** One Contact of a REGISTER. */
export interface ContactAsk {
  readonly uri: string;
  /** Its own `expires`, if it has one that can be read. */
  readonly expiresS: number | undefined;
  /** q × 1000. */
  readonly priority: number;
  readonly instance?: string;
  readonly regId?: number;
  readonly capabilities?: string;
}

export interface RegisterAsk {
  readonly callId: string;
  readonly sequence: number;
  /** Empty: the client only asks which bindings there are. */
  readonly contacts: '*' | readonly ContactAsk[];
  /** The Expires field. */
  readonly expiresS: number | undefined;
  /** The client follows GRUUs, so that its devices have them (RFC 5627 §5.1). */
  readonly wantsGruus?: boolean;
  /** The same for every binding that this REGISTER makes. */
  readonly origin: Pick<
    Binding,
    'nodeId' | 'flowId' | 'transport' | 'source' | 'userAgent' | 'deviceId' | 'path'
  >;
}

export interface Registration {
  readonly bindings: readonly StoredBinding[];
  readonly changed: boolean;
}

/** Bindings that come out of the view, which says everything of those that a registrar has stored. */
export function areStored(bindings: readonly Binding[]): bindings is readonly StoredBinding[] {
  return bindings.every(({ callId, sequence }) => callId !== undefined && sequence !== undefined);
}

interface Now {
  /** Unix milliseconds. */
  readonly now: number;
  readonly newId: () => string;
}

/** All Contacts of the request or none: "processed completely or not at all" (RFC 3261 §10.3). */
export function register(
  stored: readonly StoredBinding[],
  ask: RegisterAsk,
  { now, newId }: Now,
): Outcome<Registration> {
  const held = stored.filter((binding) => binding.expiresAt > now);
  if (ask.contacts === '*') return removeAll(held, ask);
  let bindings: readonly StoredBinding[] = held;
  for (const contact of ask.contacts) {
    const uri = contact.uri.length <= CONTACT_CHARS ? parseSipUri(contact.uri) : undefined;
    if (uri === undefined) return fault('REGISTRAR_BAD_CONTACT');
    const askedS = contact.expiresS ?? ask.expiresS ?? EXPIRES.defaultS;
    if (isTooBrief(askedS)) return fault('REGISTRAR_TOO_BRIEF');
    const found = bindings.filter((binding) => isSameBinding(binding, contact, uri));
    if (found.some((binding) => isOlder(ask, binding))) return fault('REGISTRAR_STALE');
    const others = bindings.filter((binding) => !found.includes(binding));
    if (askedS === 0) {
      bindings = others;
      continue;
    }
    if (others.length >= BINDINGS_A_USER) return fault('REGISTRAR_TOO_MANY');
    const [first] = found;
    const isThere =
      first !== undefined && first.flowId === ask.origin.flowId && first.nodeId === ask.origin.nodeId;
    const temporaryId = temporaryIdFor(ask, contact, first, newId);
    bindings = [
      ...others,
      {
        ...ask.origin,
        bindingId: first?.bindingId ?? newId(),
        contact: contact.uri,
        priority: contact.priority,
        ...(contact.instance === undefined ? {} : { instance: contact.instance }),
        ...(contact.regId === undefined ? {} : { regId: contact.regId }),
        ...(contact.capabilities === undefined ? {} : { capabilities: contact.capabilities }),
        ...(temporaryId === undefined ? {} : { temporaryId }),
        registeredAt: isThere ? first.registeredAt : now,
        expiresAt: expiryOf(askedS, now),
        callId: ask.callId,
        sequence: ask.sequence,
      },
    ];
  }
  return done({ bindings, changed: ask.contacts.length > 0 || held.length !== stored.length });
}

/** What a refresh changes of a binding, and of which. */
export interface Renewal {
  readonly bindingId: string;
  readonly nodeId: string;
  readonly flowId: string;
  readonly callId: string;
  readonly sequence: number;
  readonly expiresAt: number;
}

/**
 * A REGISTER that is a refresh and nothing else: of one binding, by the same device over the same flow, with all as it
 * was but its times, Call-ID and CSeq. @returns undefined where it is more than that, and is for `register` to judge.
 */
export function renew(
  held: readonly StoredBinding[],
  ask: RegisterAsk,
  now: number,
): Outcome<Renewal> | undefined {
  const [contact, another] = ask.contacts;
  if (typeof contact !== 'object' || another !== undefined) return undefined;
  const askedS = contact.expiresS ?? ask.expiresS ?? EXPIRES.defaultS;
  if (askedS === 0 || isTooBrief(askedS)) return undefined;
  const binding = held.find(({ contact: uri, regId }) => uri === contact.uri && regId === contact.regId);
  if (binding === undefined || !isUnchanged(binding, contact, ask)) return undefined;
  if (held.some((one) => one.expiresAt <= now)) return undefined;
  if (isOlder(ask, binding)) return fault('REGISTRAR_STALE');
  const { bindingId, nodeId, flowId } = binding;
  const { callId, sequence } = ask;
  return done({ bindingId, nodeId, flowId, callId, sequence, expiresAt: expiryOf(askedS, now) });
}

function isUnchanged(binding: StoredBinding, contact: ContactAsk, ask: RegisterAsk): boolean {
  const { origin } = ask;
  return (
    binding.flowId === origin.flowId &&
    binding.nodeId === origin.nodeId &&
    binding.deviceId === origin.deviceId &&
    binding.userAgent === origin.userAgent &&
    binding.priority === contact.priority &&
    binding.instance === contact.instance &&
    binding.capabilities === contact.capabilities &&
    samePath(binding.path, origin.path) &&
    // With another Call-ID there is another temporary GRUU.
    (binding.temporaryId === undefined
      ? binding.instance === undefined || ask.wantsGruus !== true
      : binding.callId === ask.callId)
  );
}

function samePath(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  if (one === other) return true;
  return one?.length === other?.length && one?.every((route, i) => route === other?.[i]) === true;
}

/** The binding as the refresh leaves it; undefined where that was taken over, is gone, or has heard of a newer one. */
export function renewed(binding: StoredBinding, renewal: Renewal): StoredBinding | undefined {
  const { bindingId, nodeId, flowId, callId, sequence, expiresAt } = renewal;
  if (binding.bindingId !== bindingId || binding.nodeId !== nodeId || binding.flowId !== flowId)
    return undefined;
  return isOlder(renewal, binding) ? undefined : { ...binding, callId, sequence, expiresAt };
}

/** RFC 3261 §10.3 step 7: 423 only for an interval "greater than zero AND smaller than one hour AND less than" ours. */
function isTooBrief(askedS: number): boolean {
  return askedS > 0 && askedS < HOUR_S && askedS < EXPIRES.minS;
}

function expiryOf(askedS: number, now: number): number {
  return now + Math.min(askedS, EXPIRES.maxS) * 1000;
}

/** RFC 5627 §5.1: temporary GRUUs are good as long as the Call-ID of the registrations stays the same. */
function temporaryIdFor(
  ask: RegisterAsk,
  contact: ContactAsk,
  held: StoredBinding | undefined,
  newId: () => string,
): string | undefined {
  if (contact.instance === undefined) return undefined;
  const given = held?.callId === ask.callId ? held.temporaryId : undefined;
  return given ?? (ask.wantsGruus === true ? newId() : undefined);
}

/** RFC 3261 §10.3 step 6: with "additional Contact fields or an expiration time other than zero, the request is invalid". */
function removeAll(held: readonly StoredBinding[], ask: RegisterAsk): Outcome<Registration> {
  if (ask.expiresS !== 0) {
    return fault('REGISTRAR_BAD_CONTACT', 'A Contact of * removes all bindings and needs Expires: 0.');
  }
  if (held.some((binding) => isOlder(ask, binding))) return fault('REGISTRAR_STALE');
  return done({ bindings: [], changed: true });
}

/** RFC 5626 §6: instance and reg-id together name a binding; where one is missing, the URIs are compared (RFC 3261 §19.1.4). */
function isSameBinding(binding: StoredBinding, contact: ContactAsk, uri: SipUri): boolean {
  const isNamed = contact.instance !== undefined && contact.regId !== undefined;
  if (isNamed && binding.instance !== undefined && binding.regId !== undefined) {
    return binding.instance === contact.instance && binding.regId === contact.regId;
  }
  if (binding.contact === contact.uri) return true;
  const other = parseSipUri(binding.contact);
  return other !== undefined && sipUrisEqual(other, uri);
}

/** RFC 3261 §10.3 step 7: with the same Call-ID the CSeq must have grown, or "the update MUST be aborted and the request fails". */
function isOlder(
  one: { readonly callId: string; readonly sequence: number },
  binding: Pick<StoredBinding, 'callId' | 'sequence'>,
): boolean {
  return one.callId === binding.callId && one.sequence <= binding.sequence;
}
