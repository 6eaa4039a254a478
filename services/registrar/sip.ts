// REGISTER on the wire (RFC 3261 §10.3): the registrar's station. The only file of the registrar that sees SIP.
import { randomUUID } from 'node:crypto';
import type { ServiceContext } from '@parley/platform/host';
import type { ServerRequest } from '@parley/platform/net';
import type { ServiceStore } from '@parley/platform/store';
import {
  addressOfRecord,
  contactExpiresS,
  contactPriority,
  type NameAddr,
  parseContact,
  parseCSeq,
  parseExpires,
  parseNameAddr,
  parseSipUri,
  type SipRequest,
  serializeDate,
  serializeNameAddr,
} from '@parley/protocol/sip';
import { type Caller, flowIdOf, hangStation, rememberPhone } from '../proxy/station.ts';
import { type ContactAsk, EXPIRES, type RegisterAsk, register, type StoredBinding } from './binding.ts';
import { registrarErrors } from './contract.ts';
import { changeBindings, type RegistrarTables } from './store.ts';
import { type LicensedPhone, phoneNamed } from './view.ts';

const MAX_REG_ID = 2 ** 31 - 1;
const USER_AGENT_CHARS = 200;
const INSTANCE_CHARS = 200;

/** @param onRegistered hears of every change, with the flow that it came on. */
export function hangRegisterStation(
  context: ServiceContext,
  own: ServiceStore<RegistrarTables>,
  onRegistered: (server: ServerRequest, caller: Caller) => Promise<void>,
): Disposable {
  const { clock, config, nodeId } = context;

  async function answer(server: ServerRequest, caller: Caller): Promise<void> {
    const { request } = server;
    // RFC 3261 §10.3 step 5: the address of record in To, which must be that of whoever signed in (step 4).
    if (!isOwnAddress(request, caller, config.domain)) {
      server.respond(403, { reason: 'Register Your Own Address' });
      return;
    }
    const ask = askOf(server, caller, nodeId);
    if (ask === undefined) return refuse(server, 'REGISTRAR_BAD_CONTACT');
    const now = clock.wallNow();
    const user = { userId: caller.userId, address: caller.address };
    const outcome = await changeBindings(own, user, (stored) =>
      register(stored, ask, { now, newId: randomUUID }),
    );
    if (!outcome.ok) return refuse(server, outcome.fault.code as RefusalCode);
    rememberPhone(context.sip(), server.flow, caller, phoneIn(ask));
    if (outcome.value.changed) await onRegistered(server, caller);
    server.respond(200, { headers: acceptedHeaders(outcome.value.bindings, ask, now) });
  }

  return hangStation(context.sip(), 'registrar', async (server, caller) => {
    if (server.request.method !== 'REGISTER') return false;
    await answer(server, caller);
    return true;
  });
}

type RefusalCode = keyof typeof registrarErrors.table;

function refuse(server: ServerRequest, code: RefusalCode): void {
  const row = registrarErrors.table[code];
  const headers: [string, string][] =
    code === 'REGISTRAR_TOO_BRIEF' ? [['Min-Expires', String(EXPIRES.minS)]] : [];
  server.respond(row.sip ?? 500, { headers: [...headers, ['Warning', `399 parley "${row.sentence}"`]] });
}

/** The host was found to be ours by the proxy where it is the one of the Request-URI. */
function isOwnAddress(request: SipRequest, caller: Caller, domain: string): boolean {
  const to = parseSipUri(parseNameAddr(request.headers.get('To') ?? '')?.uri ?? '');
  if (to?.user === undefined) return false;
  const registrarHost = parseSipUri(request.uri)?.host.toLowerCase();
  const host = to.host.toLowerCase();
  if (host !== domain && host !== registrarHost) return false;
  return addressOfRecord({ ...to, host: domain }).toLowerCase() === caller.address;
}

function askOf({ request, flow }: ServerRequest, caller: Caller, nodeId: string): RegisterAsk | undefined {
  const { headers } = request;
  const contacts = parseContact(headers);
  const sequence = parseCSeq(headers.get('CSeq') ?? '')?.sequence;
  const callId = headers.get('Call-ID');
  if (contacts === undefined || sequence === undefined || callId === undefined) return undefined;
  return {
    callId,
    sequence,
    contacts: contacts === '*' ? '*' : contacts.map(contactAsk),
    expiresS: parseExpires(headers.get('Expires')?.trim() ?? ''),
    origin: {
      nodeId,
      flowId: flowIdOf(flow),
      transport: flow.transport,
      source: `${hostOf(flow.remoteAddress)}:${flow.remotePort}`,
      userAgent: (headers.get('User-Agent') ?? '').slice(0, USER_AGENT_CHARS),
      deviceId: caller.deviceId,
    },
  };
}

/** What the phone calls itself (RFC 5626 §4.1). */
function phoneIn({ contacts, origin }: RegisterAsk): LicensedPhone | undefined {
  if (contacts === '*') return undefined;
  const instance = contacts.find((contact) => contact.instance !== undefined)?.instance;
  return instance === undefined ? undefined : phoneNamed(instance, origin.userAgent);
}

function contactAsk(contact: NameAddr): ContactAsk {
  const instance = contact.params.get('+sip.instance');
  const regId = Number(contact.params.get('reg-id'));
  return {
    uri: contact.uri,
    expiresS: contactExpiresS(contact),
    priority: contactPriority(contact),
    ...(instance === undefined || instance.length > INSTANCE_CHARS ? {} : { instance }),
    // RFC 5626 §4.2: 1 … 2³¹−1; one that cannot be read counts as absent.
    ...(Number.isInteger(regId) && regId >= 1 && regId <= MAX_REG_ID ? { regId } : {}),
  };
}

/** RFC 3261 §10.3 step 8: every current binding as a Contact with its own expires, and a Date. */
function acceptedHeaders(
  bindings: readonly StoredBinding[],
  ask: RegisterAsk,
  now: number,
): [string, string][] {
  const headers = bindings.map((binding): [string, string] => {
    const params = new Map<string, string | undefined>([['expires', String(remainingS(binding, now))]]);
    if (binding.priority !== 1000) params.set('q', (binding.priority / 1000).toFixed(3));
    if (binding.instance !== undefined) params.set('+sip.instance', binding.instance);
    if (binding.regId !== undefined) params.set('reg-id', String(binding.regId));
    return ['Contact', serializeNameAddr({ uri: binding.contact, params })];
  });
  const renewed = bindings.find(
    (binding) => binding.callId === ask.callId && binding.sequence === ask.sequence,
  );
  if (ask.contacts.length > 0)
    headers.push(['Expires', String(renewed === undefined ? 0 : remainingS(renewed, now))]);
  headers.push(['Date', serializeDate(now)]);
  return headers;
}

function remainingS(binding: StoredBinding, now: number): number {
  return Math.max(0, Math.ceil((binding.expiresAt - now) / 1000));
}

function hostOf(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
