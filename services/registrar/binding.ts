// The registrar's rules (RFC 3261 §10.3, RFC 5626 §6): what a REGISTER does to the bindings of one user. Pure.
// Called inside the user's transaction by store.ts; what it returns is written and announced there.
import { done, type Outcome } from '@parley/platform/contract';
import { parseSipUri, type SipUri, sipUrisEqual } from '@parley/protocol/sip';
import { type Binding, registrarErrors } from './contract.ts';

const { fault } = registrarErrors;

export const BINDINGS_A_USER = 16;
export const EXPIRES = { minS: 60, maxS: 3600, defaultS: 3600 } as const;
const HOUR_S = 3600;
/** What the `contact` of a Binding may hold. */
const CONTACT_CHARS = 1024;

/** A binding with what only the registrar needs of it. */
export interface StoredBinding extends Binding {
  /** Call-ID and CSeq of the REGISTER that made or renewed it (RFC 3261 §10.3 step 7). */
  readonly callId: string;
  readonly sequence: number;
  /** RFC 5626 §4.2: tells the flows of one instance apart. */
  readonly regId?: number;
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
}

export interface RegisterAsk {
  readonly callId: string;
  readonly sequence: number;
  /** Empty: the client only asks which bindings there are. */
  readonly contacts: '*' | readonly ContactAsk[];
  /** The Expires field. */
  readonly expiresS: number | undefined;
  /** The same for every binding that this REGISTER makes. */
  readonly origin: Pick<Binding, 'nodeId' | 'flowId' | 'transport' | 'source' | 'userAgent' | 'deviceId'>;
}

export interface Registration {
  readonly bindings: readonly StoredBinding[];
  readonly changed: boolean;
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
    // RFC 3261 §10.3 step 7: 423 only for an interval "greater than zero AND smaller than one hour AND less than" ours.
    if (askedS > 0 && askedS < HOUR_S && askedS < EXPIRES.minS) return fault('REGISTRAR_TOO_BRIEF');
    const found = bindings.filter((binding) => isSameBinding(binding, contact, uri));
    if (found.some((binding) => isOlder(ask, binding))) return fault('REGISTRAR_STALE');
    const others = bindings.filter((binding) => !found.includes(binding));
    if (askedS === 0) {
      bindings = others;
      continue;
    }
    if (others.length >= BINDINGS_A_USER) return fault('REGISTRAR_TOO_MANY');
    const [first] = found;
    bindings = [
      ...others,
      {
        ...ask.origin,
        bindingId: first?.bindingId ?? newId(),
        contact: contact.uri,
        priority: contact.priority,
        ...(contact.instance === undefined ? {} : { instance: contact.instance }),
        ...(contact.regId === undefined ? {} : { regId: contact.regId }),
        registeredAt: first?.registeredAt ?? now,
        expiresAt: now + Math.min(askedS, EXPIRES.maxS) * 1000,
        callId: ask.callId,
        sequence: ask.sequence,
      },
    ];
  }
  return done({ bindings, changed: ask.contacts.length > 0 || held.length !== stored.length });
}

/** RFC 3261 §10.3 step 6: with "additional Contact fields or an expiration time other than zero, the request is invalid". */
function removeAll(held: readonly StoredBinding[], ask: RegisterAsk): Outcome<Registration> {
  if (ask.expiresS !== 0) {
    return fault('REGISTRAR_BAD_CONTACT', 'A Contact of * removes all bindings and needs Expires: 0.');
  }
  if (held.some((binding) => isOlder(ask, binding))) return fault('REGISTRAR_STALE');
  return done({ bindings: [], changed: true });
}

/** RFC 5626 §6: the same instance and reg-id replace each other; else the URIs are compared (RFC 3261 §19.1.4). */
function isSameBinding(binding: StoredBinding, contact: ContactAsk, uri: SipUri): boolean {
  if (
    contact.instance !== undefined &&
    contact.regId !== undefined &&
    binding.instance === contact.instance
  ) {
    if (binding.regId === contact.regId) return true;
  }
  const other = parseSipUri(binding.contact);
  return other !== undefined && sipUrisEqual(other, uri);
}

/** RFC 3261 §10.3 step 7: with the same Call-ID the CSeq must have grown, or "the update MUST be aborted and the request fails". */
function isOlder(ask: RegisterAsk, binding: StoredBinding): boolean {
  return ask.callId === binding.callId && ask.sequence <= binding.sequence;
}

/** What the contract shows of a binding. */
export function shown({ callId: _, sequence: __, regId: ___, ...binding }: StoredBinding): Binding {
  return binding;
}
