// Messages on the SIP wire (RFC 3428 §4, §7): MESSAGE from phones becomes a stored message, a stored message becomes MESSAGE.
// The only file of im that sees SIP.
import { hash } from 'node:crypto';
import type { Fault } from '@parley/platform/contract';
import { pagesAddress, type ServiceContext } from '@parley/platform/host';
import { IS_COMPOSING_TYPE, parseIsComposing } from '@parley/protocol/presence';
import {
  createRequest,
  parseCSeq,
  parseSipUri,
  type SipRequest,
  serializeNameAddr,
  tagOf,
  unescapeUri,
} from '@parley/protocol/sip';
import { getUser, type User } from '../identity/contract.ts';
import { type Directory, foldUser } from '../identity/view.ts';
import { licensingErrors } from '../licensing/contract.ts';
import { sendOnFlow } from '../proxy/contract.ts';
import { hangStation, licensedPhoneOf, respondFault } from '../proxy/station.ts';
import type { Binding } from '../registrar/contract.ts';
import type { Locations } from '../registrar/view.ts';
import { imErrors, type Message, typingShown } from './contract.ts';
import type { Conversations } from './conversations.ts';
import { mayWrite, type WritingGate } from './licence.ts';
import type { Messages } from './message.ts';
import type { WireOutcome } from './phone-lines.ts';
import type { ReachGate } from './reach.ts';

interface Held<T> {
  readonly current: T;
}

/** Longer than timer F (RFC 3261 §17.1.2.2), so that the answer is the transaction's and not the bus's. */
const SEND_DEADLINE_MS = 40_000;
/**
 * Answers that may be another one later: nobody there, busy, overloaded. For any other, "the client SHOULD NOT retry the
 * same request without modification" (RFC 3261 §21.4), and what follows it must not wait for it.
 */
const LATER = new Set([408, 430, 480, 486, 491, 500, 502, 503, 504, 600]);
/** With its header fields still one datagram; a longer one could never leave. */
const UDP_TEXT_BYTES = 60_000;

export function createPhoneWire(context: ServiceContext, directory: Held<Directory>) {
  const { bus, config, log } = context;
  const pages = pagesAddress(config);

  /** What the message says beside its text, as far as SIP has a header field for it. */
  function beside({ subject, importance }: Message): [string, string][] {
    const encoded: [string, string][] = subject === undefined ? [] : [['Subject', subject]];
    // RFC 3261 §20.26.
    if (importance !== undefined) encoded.push(['Priority', importance === 'high' ? 'urgent' : 'non-urgent']);
    return encoded;
  }

  /** A phone shows text: where an image is, it gets its name and where to look at it. */
  function textFor({ text, images = [], conversationId }: Message): string {
    const lines = images.map(({ name }) => `${name}: ${pages}/c/${conversationId}`);
    return [...(text === '' ? [] : [text]), ...lines].join('\n');
  }

  function headersOf(message: Message, recipientAddress: string): [string, string][] {
    const sender = directory.current.users.get(message.senderId);
    const from = serializeNameAddr({
      displayName: sender?.name,
      uri: `sip:${sender?.address ?? `unknown@${config.domain}`}`,
      params: new Map([['tag', message.messageId.slice(0, 8)]]),
    });
    return [
      ['From', from],
      ['To', `<sip:${recipientAddress}>`],
      ['Call-ID', `${message.messageId}@${config.domain}`],
      ['CSeq', '1 MESSAGE'],
      ['Max-Forwards', '70'],
      // RFC 3428 §4: Date tells "the time the message is sent", which may be long before the phone came back.
      ['Date', new Date(message.sentAt).toUTCString()],
      ...beside(message),
      ['Content-Type', 'text/plain;charset=utf-8'],
    ];
  }

  /** The status of the answer, or undefined where there was none. */
  async function statusFrom(
    { flowId, nodeId, contact }: Binding,
    headers: [string, string][],
    text: string,
  ): Promise<number | undefined> {
    const body = Buffer.from(text);
    if (nodeId === context.nodeId) {
      const flow = context.sip().flow(flowId);
      if (flow === undefined) return undefined;
      const request = createRequest({ method: 'MESSAGE', uri: contact, headers, body });
      const outcome = await context.sip().request(request, flow);
      return outcome.kind === 'response' ? outcome.response.status : undefined;
    }
    const ask = { flowId, method: 'MESSAGE', uri: contact, headers, body: body.toString('base64') };
    const answer = await bus.call(sendOnFlow, ask, { node: nodeId, deadlineMs: SEND_DEADLINE_MS });
    return answer.ok ? answer.value.status : undefined;
  }

  return {
    async send(binding: Binding, message: Message, recipientId: string): Promise<WireOutcome> {
      const recipient = directory.current.users.get(recipientId);
      if (recipient === undefined) return 'refused';
      // Deleted before the phone was there: there is nothing to be told.
      if (message.deletedAt !== undefined) return 'delivered';
      const text = textFor(message);
      if (binding.transport === 'udp' && Buffer.byteLength(text) > UDP_TEXT_BYTES) return 'refused';
      const status = await statusFrom(binding, headersOf(message, recipient.address), text);
      if (status === undefined) {
        log.debug({ bindingId: binding.bindingId }, 'a phone could not be reached');
        return 'failed';
      }
      if (status >= 200 && status < 300) return 'delivered';
      return LATER.has(status) ? 'failed' : 'refused';
    },
  };
}

const utf8 = new TextDecoder();

/** The text of a MESSAGE, or undefined where it is of a kind that cannot be shown. */
function textOf(request: SipRequest): string | undefined {
  const [mediaType = '', ...params] = (request.headers.get('Content-Type') ?? 'text/plain').split(';');
  if (mediaType.trim().toLowerCase() !== 'text/plain') return undefined;
  const charset = params
    .map((param) => /^\s*charset\s*=\s*"?([\w-]+)"?\s*$/i.exec(param)?.[1])
    .find((name) => name);
  if (charset === undefined || charset.toLowerCase() === 'utf-8') return utf8.decode(request.body);
  try {
    return new TextDecoder(charset).decode(request.body);
  } catch {
    return undefined;
  }
}

/** RFC 3994 §3.2: `active` while the person types; undefined where the message says nothing of it. */
function composingOf(request: SipRequest): boolean | undefined {
  const mediaType = (request.headers.get('Content-Type') ?? '').split(';')[0] ?? '';
  if (mediaType.trim().toLowerCase() !== IS_COMPOSING_TYPE) return undefined;
  const parsed = parseIsComposing(request.body);
  return parsed.ok ? parsed.isComposing.state === 'active' : undefined;
}

/** One id for all retransmissions, and for a repetition after this server was gone (RFC 3261 §8.1.1). */
function clientIdOf(request: SipRequest): string {
  const { headers } = request;
  const parts = [
    headers.get('Call-ID'),
    parseCSeq(headers.get('CSeq') ?? '')?.sequence,
    tagOf(headers.get('From')),
  ];
  return `sip:${hash('sha256', parts.join('\n'), 'base64url')}`;
}

const tables = [imErrors.table, licensingErrors.table];

/** Takes MESSAGE to people of this server from signed-in phones. */
export function hangMessageStation(
  context: ServiceContext,
  needs: {
    readonly send: Messages['send'];
    /** 202: stored, and delivered from here on (RFC 3428 §7). 200: somebody has it. */
    readonly acceptedStatus: 200 | 202;
    readonly conversations: Conversations;
    readonly directory: Held<Directory>;
    readonly locations: Held<Locations>;
    readonly gate: WritingGate;
    readonly reach: ReachGate;
  },
): Disposable {
  const { conversations, directory, locations, gate, reach } = needs;
  const { bus, config } = context;

  /** Who was added a moment ago is not in the view yet. */
  async function recipientOf(uri: string): Promise<User | 'unavailable' | undefined> {
    const user = parseSipUri(uri)?.user;
    if (user === undefined) return undefined;
    const address = `${unescapeUri(user).toLowerCase()}@${config.domain}`;
    const known = directory.current.byAddress.get(address);
    if (known !== undefined) return known;
    const found = await bus.call(getUser, { address });
    if (!found.ok) return found.fault.code === 'IDENTITY_NO_SUCH_USER' ? undefined : 'unavailable';
    foldUser(directory.current, found.value);
    return found.value;
  }

  return hangStation(context.sip(), 'im', async (server, caller) => {
    const { request } = server;
    if (request.method !== 'MESSAGE') return false;
    function refuse({ fault }: { readonly fault: Fault }, headers: [string, string][] = []): true {
      respondFault(server, fault, { tables, hostName: config.hostName, headers });
      return true;
    }
    const recipient = await recipientOf(request.uri);
    if (recipient === 'unavailable') {
      server.respond(503, { headers: [['Retry-After', '5']] });
      return true;
    }
    if (recipient === undefined || recipient.disabled) return refuse(imErrors.fault('IM_NO_SUCH_RECIPIENT'));

    const typing = composingOf(request);
    const text = textOf(request);
    if (typing === undefined && text === undefined) {
      const accept: [string, string] = ['Accept', 'text/plain, application/im-iscomposing+xml'];
      return refuse(imErrors.fault('IM_UNSUPPORTED_MEDIA'), [accept]);
    }
    const participantIds = [caller.userId, recipient.userId];
    const device = licensedPhoneOf(server, caller, locations.current);
    const known = await conversations.find(caller.userId, [recipient.userId]);
    // In a conversation that is there, `send` asks: it knows which message was taken before.
    if (known === undefined || typing === true) {
      const licensed = mayWrite(gate, { userId: caller.userId, ...device }, participantIds.length);
      if (!licensed.ok) return refuse(licensed);
      const reached = reach.mayReach(caller.userId, participantIds);
      if (!reached.ok && typing === undefined) return refuse(reached);
    }
    if (typing !== undefined && !reach.mayShow(caller.userId, participantIds)) {
      server.respond(200);
      return true;
    }
    const { conversationId } = known ?? (await conversations.open(caller.userId, [recipient.userId]));
    if (typing !== undefined) {
      await bus.publish(typingShown, { conversationId, userId: caller.userId, typing, participantIds });
      server.respond(200);
      return true;
    }
    const sent = await needs.send({
      senderId: caller.userId,
      conversationId,
      text: text ?? '',
      clientId: clientIdOf(request),
      ...device,
    });
    if (!sent.ok) return refuse(sent);
    server.respond(needs.acceptedStatus);
    return true;
  });
}
