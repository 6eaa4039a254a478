// REGISTER on the wire (RFC 3261 §10.3, RFC 3327 §5.3, RFC 5626 §6, RFC 5627 §5): the registrar's station. The only file of the
// registrar that sees SIP messages.
import { randomBytes } from 'node:crypto';
import { done, type Outcome } from '@parley/platform/contract';
import type { ServiceContext } from '@parley/platform/host';
import type { ServerRequest } from '@parley/platform/net';
import type { ServiceStore } from '@parley/platform/store';
import {
  addressOfRecord,
  contactExpiresS,
  contactPriority,
  contactRegId,
  featureTags,
  isLooseRouter,
  isOutboundUri,
  type NameAddr,
  parseContact,
  parseCSeq,
  parseExpires,
  parseNameAddr,
  parseRouteSet,
  parseSipUri,
  quote,
  type SipRequest,
  serializeDate,
  serializeFeatureTags,
  serializeNameAddr,
} from '@parley/protocol/sip';
import { type Caller, hangStation } from '../proxy/station.ts';
import {
  areStored,
  type ContactAsk,
  EXPIRES,
  type RegisterAsk,
  register,
  renew,
  type StoredBinding,
} from './binding.ts';
import { type Location, registrarErrors } from './contract.ts';
import { isOwnGruu, publicGruu, type TemporaryGruus } from './gruu.ts';
import { OUTLIVES_MS, type Renewals } from './renewals.ts';
import { changeBindings, type RegistrarTables } from './store.ts';
import { foldLocation, type Locations } from './view.ts';

const { fault } = registrarErrors;
const USER_AGENT_CHARS = 200;
const INSTANCE_CHARS = 200;
const CAPABILITIES_CHARS = 500;
const PATH_ROUTES = 8;
const PATH_CHARS = 1_000;
/** A device with several flows says something on each as often, so that it notices which one is gone (RFC 5626 §4.4). */
const FLOW_TIMER_S = 120;

export interface RegisterNeeds {
  readonly own: ServiceStore<RegistrarTables>;
  readonly locations: { readonly current: Locations };
  readonly renewals: Renewals;
  /** Undefined while their key cannot be had: a device learns its temporary GRUU with the next refresh. */
  readonly temporaryGruus: () => TemporaryGruus | undefined;
  /** Hears of every binding that came, moved or went, with the flow that it came on. */
  readonly onRegistered: (server: ServerRequest, caller: Caller) => void;
}

/** Short, because every process holds them all. */
const newId = () => randomBytes(9).toString('base64url');

type Answer = Outcome<{ readonly bindings: readonly StoredBinding[] }>;

export function hangRegisterStation(context: ServiceContext, needs: RegisterNeeds): Disposable {
  const { clock, config, nodeId } = context;
  const { domain } = config;
  const { own, locations, renewals } = needs;

  /** A refresh, and the question which bindings there are, need no database. */
  function fromMemory(ask: RegisterAsk, { userId }: Caller, now: number): Answer | undefined {
    const location = locations.current.byUser.get(userId);
    if (location === undefined || !areStored(location.bindings)) return undefined;
    const held = renewals.merge(userId, location.bindings);
    if (ask.contacts.length === 0) return done({ bindings: held.filter(({ expiresAt }) => expiresAt > now) });
    const renewal = renew(held, ask, now);
    if (renewal === undefined || !renewal.ok) return renewal;
    const { bindingId } = renewal.value;
    const stored = location.bindings.find((binding) => binding.bindingId === bindingId);
    if (stored === undefined || stored.expiresAt - now < OUTLIVES_MS) return undefined;
    renewals.put(userId, renewal.value);
    return done({ bindings: renewals.merge(userId, location.bindings) });
  }

  async function fromStore(
    server: ServerRequest,
    ask: RegisterAsk,
    caller: Caller,
    now: number,
  ): Promise<true> {
    const { userId, address } = caller;
    const outcome = await changeBindings(own, { userId, address }, (stored) =>
      register(renewals.merge(userId, stored), ask, { now, newId }),
    );
    if (outcome.ok && outcome.value.location !== undefined) {
      // What this phone asks next finds it in the view. With texts of its own: those of the request would keep that in
      // memory as a whole.
      const location = JSON.parse(JSON.stringify(outcome.value.location)) as Location;
      foldLocation(locations.current, location);
      needs.onRegistered(server, caller);
    }
    tell(server, ask, caller, outcome, now);
    return true;
  }

  function tell(server: ServerRequest, ask: RegisterAsk, caller: Caller, answer: Answer, now: number): void {
    if (!answer.ok) {
      refuse(server, answer.fault.code);
      return;
    }
    const { bindings } = answer.value;
    const temporary = ask.wantsGruus === true ? needs.temporaryGruus() : undefined;
    const contacts = bindings.map((binding): [string, string] => {
      const gruus = ask.wantsGruus === true ? gruusOf(binding, caller, temporary, domain) : '';
      return ['Contact', contactText(binding, now) + gruus];
    });
    server.respond(200, { headers: [...contacts, ...otherHeaders(bindings, ask, now)] });
  }

  return hangStation(context.sip(), 'registrar', (server, caller) => {
    if (server.request.method !== 'REGISTER') return false;
    // RFC 3261 §10.3 step 5: the address of record in To, which must be that of whoever signed in (step 4).
    if (!isOwnAddress(server.request, caller, domain)) {
      server.respond(403, { reason: 'Register Your Own Address' });
      return true;
    }
    const asked = askOf(server, caller, { nodeId, domain });
    if (!asked.ok) {
      refuse(server, asked.fault.code);
      return true;
    }
    const now = clock.wallNow();
    const answer = fromMemory(asked.value, caller, now);
    if (answer === undefined) return fromStore(server, asked.value, caller, now);
    tell(server, asked.value, caller, answer, now);
    return true;
  });
}

function refuse(server: ServerRequest, code: string): void {
  const row = registrarErrors.table[code as keyof typeof registrarErrors.table];
  const headers: [string, string][] =
    code === 'REGISTRAR_TOO_BRIEF' ? [['Min-Expires', String(EXPIRES.minS)]] : [];
  const reason = row.sip === 439 ? { reason: 'First Hop Lacks Outbound Support' } : {};
  server.respond(row.sip ?? 500, {
    ...reason,
    headers: [...headers, ['Warning', `399 parley "${row.sentence}"`]],
  });
}

/** The host was found to be ours by the proxy where it is the one of the Request-URI. */
function isOwnAddress(request: SipRequest, caller: Caller, domain: string): boolean {
  const text = request.headers.get('To') ?? '';
  if (text === `<sip:${caller.address}>`) return true;
  const to = parseSipUri(parseNameAddr(text)?.uri ?? '');
  if (to?.user === undefined) return false;
  const registrarHost = parseSipUri(request.uri)?.host.toLowerCase();
  const host = to.host.toLowerCase();
  if (host !== domain && host !== registrarHost) return false;
  return addressOfRecord({ ...to, host: domain }).toLowerCase() === caller.address;
}

interface Here {
  readonly nodeId: string;
  readonly domain: string;
}

function askOf({ request, flow }: ServerRequest, caller: Caller, here: Here): Outcome<RegisterAsk> {
  const { headers } = request;
  const contacts = parseContact(headers);
  const sequence = parseCSeq(headers.get('CSeq') ?? '')?.sequence;
  const callId = headers.get('Call-ID');
  if (contacts === undefined || sequence === undefined || callId === undefined)
    return fault('REGISTRAR_BAD_CONTACT');
  const path = headers.has('Path') ? pathOf(request) : undefined;
  if (path === 'bad') return fault('REGISTRAR_BAD_PATH');
  const supported = headers.has('Supported') ? headers.getAll('Supported') : [];
  const keepsFlows = supported.includes('outbound');
  const asks: ContactAsk[] = [];
  for (const contact of contacts === '*' ? [] : contacts) {
    const ask = contactAsk(contact, keepsFlows);
    if (hasGr(contact.uri, here.domain)) return fault('REGISTRAR_CONTACT_IS_GRUU');
    // RFC 5626 §6, §11.6: the proxy that holds the flow, which is the first that added to Path, has to know of it.
    if (
      ask.regId !== undefined &&
      headers.getAll('Via').length > 1 &&
      !isOutboundUri(path?.at(-1)?.slice(1, -1) ?? '')
    )
      return fault('REGISTRAR_NO_OUTBOUND');
    asks.push(ask);
  }
  return done({
    callId,
    sequence,
    contacts: contacts === '*' ? '*' : asks,
    expiresS: parseExpires(headers.get('Expires')?.trim() ?? ''),
    wantsGruus: supported.includes('gruu'),
    origin: {
      nodeId: here.nodeId,
      flowId: flow.id,
      transport: flow.transport,
      source: `${hostOf(flow.remoteAddress)}:${flow.remotePort}`,
      userAgent: (headers.get('User-Agent') ?? '').slice(0, USER_AGENT_CHARS),
      deviceId: caller.deviceId,
      ...(path === undefined ? {} : { path }),
    },
  });
}

/** RFC 3327 §5.3: the proxies between, which all route loosely. */
function pathOf({ headers }: SipRequest): string[] | 'bad' {
  const routes = parseRouteSet(headers, 'Path');
  if (routes === undefined || routes.length > PATH_ROUTES) return 'bad';
  const path = routes.map(({ uri }) => serializeNameAddr({ uri }));
  const isGood = path.join('').length <= PATH_CHARS && routes.every(({ uri }) => isLooseRouter(uri));
  return isGood ? path : 'bad';
}

function hasGr(uri: string, domain: string): boolean {
  if (!/[;]gr\b/i.test(uri)) return false;
  const parsed = parseSipUri(uri);
  return parsed !== undefined && isOwnGruu(parsed, domain);
}

function contactAsk(contact: NameAddr, keepsFlows: boolean): ContactAsk {
  const { uri, params } = contact;
  if (params.size === 0) return { uri, expiresS: undefined, priority: 1000 };
  const named = params.get('+sip.instance');
  const instance = named === undefined || named.length > INSTANCE_CHARS ? undefined : named;
  // RFC 5626 §6: without an instance, or from a client that does not keep flows, it means nothing.
  const regId = instance === undefined || !keepsFlows ? undefined : contactRegId(contact);
  const capabilities = capabilitiesOf(contact);
  return {
    uri,
    expiresS: contactExpiresS(contact),
    priority: contactPriority(contact),
    ...(instance === undefined ? {} : { instance }),
    ...(regId === undefined ? {} : { regId }),
    ...(capabilities === '' ? {} : { capabilities }),
  };
}

/** RFC 3840 §6: kept with the binding and told to who asks for it. */
function capabilitiesOf({ params }: NameAddr): string {
  const tags = new Map(featureTags(params));
  tags.delete('+sip.instance');
  const text = tags.size === 0 ? '' : serializeFeatureTags(tags);
  return text.length > CAPABILITIES_CHARS ? '' : text;
}

/** RFC 3261 §10.3 step 8: every current binding, with what is left of its time. */
function contactText(binding: StoredBinding, now: number): string {
  const { contact, priority, instance, regId, capabilities } = binding;
  let text = `<${contact}>;expires=${remainingS(binding, now)}`;
  if (priority !== 1000) text += `;q=${(priority / 1000).toFixed(3)}`;
  if (instance !== undefined) text += `;+sip.instance=${quote(instance)}`;
  if (regId !== undefined) text += `;reg-id=${regId}`;
  return capabilities === undefined ? text : text + capabilities;
}

/** RFC 5627 §5.2: the addresses that lead to this device, for a client that knows what they are. */
function gruusOf(
  { instance, temporaryId }: StoredBinding,
  { userId, address }: Caller,
  temporary: TemporaryGruus | undefined,
  domain: string,
): string {
  if (instance === undefined) return '';
  const text = `;pub-gruu=${quote(publicGruu(address, instance))}`;
  if (temporaryId === undefined || temporary === undefined) return text;
  return `${text};temp-gruu=${quote(temporary.make({ userId, temporaryId }, domain))}`;
}

function otherHeaders(bindings: readonly StoredBinding[], ask: RegisterAsk, now: number): [string, string][] {
  const headers: [string, string][] = [];
  const made = bindings.filter(({ callId, sequence }) => callId === ask.callId && sequence === ask.sequence);
  const [first] = made;
  if (ask.contacts.length > 0)
    headers.push(['Expires', String(first === undefined ? 0 : remainingS(first, now))]);
  headers.push(['Date', dateText(now)]);
  // RFC 3327 §5.3: the UA sees which proxies its requests will pass.
  if (ask.origin.path !== undefined) headers.push(['Path', ask.origin.path.join(', ')]);
  // RFC 5626 §6: tells that several flows of one device are held.
  if (made.some(({ regId }) => regId !== undefined))
    headers.push(['Require', 'outbound'], ['Flow-Timer', String(FLOW_TIMER_S)]);
  return headers;
}

let dated: { readonly second: number; readonly text: string } = { second: -1, text: '' };

/** Made once a second. */
function dateText(now: number): string {
  const second = Math.floor(now / 1000);
  if (second !== dated.second) dated = { second, text: serializeDate(now) };
  return dated.text;
}

function remainingS(binding: StoredBinding, now: number): number {
  return Math.max(0, Math.ceil((binding.expiresAt - now) / 1000));
}

function hostOf(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
