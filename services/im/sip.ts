// Messages on the SIP wire (RFC 3428 §4, §7): MESSAGE from phones becomes a stored message, a stored message becomes MESSAGE,
// with what phones ask and tell of them (RFC 5438 §4, RFC 3994 §3). The only file of im that sees SIP.
import { hash, randomUUID } from 'node:crypto';
import type { Fault } from '@parley/platform/contract';
import { pagesAddress, type ServiceContext } from '@parley/platform/host';
import { CONTENT_ENCODINGS, decodeBody } from '@parley/platform/net';
import {
  buildCpim,
  buildImdn,
  CPIM_TYPE,
  type Disposition,
  IMDN_NAMESPACE,
  IMDN_TYPE,
  imdnHeaders,
  MESSAGE_TYPES,
  type MessageBody,
  readMessageBody,
} from '@parley/protocol/im';
import { buildIsComposing, IS_COMPOSING_TYPE } from '@parley/protocol/presence';
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
import { imErrors, MESSAGE_LIMIT_BYTES, type Message, typingShown } from './contract.ts';
import type { Conversations } from './conversations.ts';
import { mayWrite, type WritingGate } from './licence.ts';
import type { Messages } from './message.ts';
import type { PhoneAbilities } from './phone-abilities.ts';
import type { WireOutcome } from './phone-lines.ts';
import { conversationName, conversationNamed, messageName, messageNamed } from './phone-names.ts';
import type { PhoneReceipt, PhoneReceipts } from './phone-receipts.ts';
import type { ReachGate } from './reach.ts';
import type { KnownConversation } from './store.ts';

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
/** What phones answer to the common format that they cannot read. */
const NOT_WRAPPED = new Set([400, 406, 415, 488, 606]);
/** With its header fields still one datagram; a longer one could never leave. */
const UDP_TEXT_BYTES = 60_000;

/** RFC 3994 §3: a phone hears again that somebody types before it would forget it. */
const COMPOSING_REFRESH_S = 120;
/** Of a body that was compressed: a message with all that may be around it. */
const DECODED_BYTES = 4 * MESSAGE_LIMIT_BYTES;
const PLAIN = 'text/plain;charset=utf-8';

interface Content {
  readonly type: string;
  readonly body: Uint8Array;
}

/** From whom a phone sees a message, and where its answer goes. */
interface Origin {
  readonly name: string | undefined;
  readonly address: string;
  /** The person, where the answer goes to a group. */
  readonly asserted?: string | undefined;
}

export function createPhoneWire(
  context: ServiceContext,
  needs: {
    readonly directory: Held<Directory>;
    readonly conversations: Pick<Conversations, 'byId'>;
    readonly abilities: PhoneAbilities;
  },
) {
  const { bus, config, log } = context;
  const { directory, conversations, abilities } = needs;
  const pages = pagesAddress(config);

  /** A message of a group comes from the group, so that the answer goes to all of it. */
  async function originOf(conversationId: string, senderId: string): Promise<Origin> {
    const sender = directory.current.users.get(senderId);
    const address = sender?.address ?? `unknown@${config.domain}`;
    const people = (await conversations.byId(conversationId))?.participantIds.length ?? 2;
    if (people <= 2) return { name: sender?.name, address };
    return {
      name: sender?.name,
      address: `${conversationName(conversationId)}@${config.domain}`,
      asserted: address,
    };
  }

  function headersOf(
    { name, address, asserted }: Origin,
    recipientAddress: string,
    sentAt: number,
    { id = randomUUID(), tag = id.slice(0, 8) }: { readonly id?: string; readonly tag?: string } = {},
  ): [string, string][] {
    const params = new Map([['tag', tag]]);
    return [
      ['From', serializeNameAddr({ displayName: name, uri: `sip:${address}`, params })],
      ['To', `<sip:${recipientAddress}>`],
      ['Call-ID', `${id}@${config.domain}`],
      ['CSeq', '1 MESSAGE'],
      ['Max-Forwards', '70'],
      // RFC 3428 §4: Date tells "the time the message is sent", which may be long before the phone came back.
      ['Date', new Date(sentAt).toUTCString()],
      ...(asserted === undefined ? [] : [['P-Asserted-Identity', `<sip:${asserted}>`] as [string, string]]),
    ];
  }

  /** The status of the answer, or undefined where there was none. */
  async function statusFrom(
    { flowId, nodeId, contact }: Binding,
    headed: [string, string][],
    { type, body }: Content,
  ): Promise<number | undefined> {
    const headers: [string, string][] = [...headed, ['Content-Type', type]];
    if (nodeId === context.nodeId) {
      const flow = context.sip().flow(flowId);
      if (flow === undefined) return undefined;
      const request = createRequest({ method: 'MESSAGE', uri: contact, headers, body });
      const outcome = await context.sip().request(request, flow);
      return outcome.kind === 'response' ? outcome.response.status : undefined;
    }
    const ask = {
      flowId,
      method: 'MESSAGE',
      uri: contact,
      headers,
      body: Buffer.from(body).toString('base64'),
    };
    const answer = await bus.call(sendOnFlow, ask, { node: nodeId, deadlineMs: SEND_DEADLINE_MS });
    return answer.ok ? answer.value.status : undefined;
  }

  /** What the message says beside its text, as far as SIP has a header field for it. */
  function beside({ subject, importance }: Message): [string, string][] {
    const headers: [string, string][] = subject === undefined ? [] : [['Subject', subject]];
    // RFC 3261 §20.26.
    if (importance !== undefined) headers.push(['Priority', importance === 'high' ? 'urgent' : 'non-urgent']);
    return headers;
  }

  /** A phone shows text: where an image is, it gets its name and where to look at it. */
  function plain({ text, images = [], conversationId }: Message): Content {
    const lines = images.map(({ name }) => `${name}: ${pages}/c/${conversationId}`);
    const shown = lines.length === 0 ? text : [...(text === '' ? [] : [text]), ...lines].join('\n');
    return { type: PLAIN, body: Buffer.from(shown) };
  }

  /** RFC 3862 §2 around it: who wrote it and when, and that we want to hear when it was read. */
  function wrapped(message: Message, origin: Origin, recipientAddress: string): Content {
    const name = messageName(message);
    const group = origin.asserted === undefined ? recipientAddress : origin.address;
    return {
      type: CPIM_TYPE,
      body: buildCpim(
        {
          from: { name: origin.name, uri: `sip:${origin.asserted ?? origin.address}` },
          to: [{ uri: `sip:${group}` }],
          dateTimeMs: message.sentAt,
          extensions: name === undefined ? [] : imdnHeaders({ messageId: name, wanted: ['display'] }),
          contentHeaders: new Map([['content-type', PLAIN]]),
          content: plain(message).body,
        },
        { imdn: IMDN_NAMESPACE },
      ),
    };
  }

  return {
    async send(binding: Binding, message: Message, recipientId: string): Promise<WireOutcome> {
      const recipient = directory.current.users.get(recipientId);
      if (recipient === undefined) return 'refused';
      // Deleted before the phone was there: there is nothing to be told.
      if (message.deletedAt !== undefined) return 'delivered';
      const origin = await originOf(message.conversationId, message.senderId);
      const headers = headersOf(origin, recipient.address, message.sentAt, {
        id: messageName(message) ?? message.messageId,
        tag: message.messageId.slice(0, 8),
      });
      const isWrapped = abilities.has(binding.deviceId, 'cpim');
      const content = isWrapped ? wrapped(message, origin, recipient.address) : plain(message);
      if (binding.transport === 'udp' && content.body.length > UDP_TEXT_BYTES) return 'refused';
      let status = await statusFrom(binding, [...headers, ...beside(message)], content);
      if (isWrapped && NOT_WRAPPED.has(status ?? 0)) {
        abilities.unlearn(binding.deviceId, 'cpim');
        const again = headersOf(origin, recipient.address, message.sentAt);
        status = await statusFrom(binding, [...again, ...beside(message)], plain(message));
      }
      if (status === undefined) {
        log.debug({ bindingId: binding.bindingId }, 'a phone could not be reached');
        return 'failed';
      }
      if (status >= 200 && status < 300) return 'delivered';
      return LATER.has(status) ? 'failed' : 'refused';
    },

    /** Tells the phone that asked what became of its message. A phone that is away is not told later. */
    async sendReceipt(binding: Binding, receipt: PhoneReceipt): Promise<void> {
      const sender = directory.current.users.get(receipt.senderId);
      const reader = directory.current.users.get(receipt.recipientId);
      if (sender === undefined || reader === undefined) return;
      const origin = await originOf(receipt.conversationId, receipt.recipientId);
      const id = randomUUID();
      const uri = `sip:${reader.address}`;
      const document = buildImdn({
        messageId: receipt.imdnId,
        dateTimeMs: receipt.sentAt,
        recipientUri: uri,
        outcome:
          receipt.kind === 'displayed'
            ? { kind: 'display', status: 'displayed' }
            : { kind: 'delivery', status: 'delivered' },
      });
      const body = buildCpim(
        {
          from: { name: reader.name, uri },
          to: [{ uri: `sip:${sender.address}` }],
          dateTimeMs: context.clock.wallNow(),
          extensions: imdnHeaders({ messageId: id, wanted: [] }),
          contentHeaders: new Map([
            ['content-type', IMDN_TYPE],
            ['content-disposition', 'notification'],
          ]),
          content: Buffer.from(document),
        },
        { imdn: IMDN_NAMESPACE },
      );
      const headers = headersOf(origin, sender.address, context.clock.wallNow(), { id });
      await statusFrom(binding, headers, { type: CPIM_TYPE, body });
    },

    /** RFC 3994 §3: that somebody types, or has stopped. */
    async showTyping(
      binding: Binding,
      recipientId: string,
      typing: { readonly conversationId: string; readonly userId: string; readonly typing: boolean },
    ): Promise<void> {
      const recipient = directory.current.users.get(recipientId);
      if (recipient === undefined) return;
      const origin = await originOf(typing.conversationId, typing.userId);
      const document = buildIsComposing({
        state: typing.typing ? 'active' : 'idle',
        contentType: 'text/plain',
        ...(typing.typing ? { refreshS: COMPOSING_REFRESH_S } : {}),
      });
      const headers = headersOf(origin, recipient.address, context.clock.wallNow());
      const content = { type: IS_COMPOSING_TYPE, body: Buffer.from(document) };
      const status = await statusFrom(binding, headers, content);
      if (status === 415) abilities.unlearn(binding.deviceId, 'composing');
    },
  };
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

/** Whom a MESSAGE is for: one person, or the people of a conversation that its sender is in. */
type Addressed =
  | { readonly kind: 'person'; readonly user: User }
  | { readonly kind: 'conversation'; readonly conversation: KnownConversation }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'unavailable' };

/** Takes MESSAGE to people of this server, and to the conversations they are in, from signed-in phones. */
export function hangMessageStation(
  context: ServiceContext,
  needs: {
    readonly send: Messages['send'];
    readonly markRead: Messages['markRead'];
    /** 202: stored, and delivered from here on (RFC 3428 §7). 200: somebody has it. */
    readonly acceptedStatus: 200 | 202;
    readonly conversations: Conversations;
    readonly directory: Held<Directory>;
    readonly locations: Held<Locations>;
    readonly gate: WritingGate;
    readonly reach: ReachGate;
    readonly abilities: PhoneAbilities;
    readonly receipts: PhoneReceipts;
    /** Word back about a message that is not kept. */
    readonly sendReceipt: (receipt: PhoneReceipt) => Promise<void>;
  },
): Disposable {
  const { conversations, directory, locations, gate, reach, abilities, receipts } = needs;
  const { bus, config, log } = context;

  async function addressedIn(uri: string, callerId: string): Promise<Addressed> {
    const user = parseSipUri(uri)?.user;
    if (user === undefined) return { kind: 'nobody' };
    const localPart = unescapeUri(user).toLowerCase();
    const conversationId = conversationNamed(localPart);
    if (conversationId !== undefined) {
      const conversation = await conversations.of(callerId, conversationId);
      return conversation === undefined ? { kind: 'nobody' } : { kind: 'conversation', conversation };
    }
    const address = `${localPart}@${config.domain}`;
    const known = directory.current.byAddress.get(address);
    if (known !== undefined) return known.disabled ? { kind: 'nobody' } : { kind: 'person', user: known };
    // Who was added a moment ago is not in the view yet.
    const found = await bus.call(getUser, { address });
    if (!found.ok) return { kind: found.fault.code === 'IDENTITY_NO_SUCH_USER' ? 'nobody' : 'unavailable' };
    foldUser(directory.current, found.value);
    return found.value.disabled ? { kind: 'nobody' } : { kind: 'person', user: found.value };
  }

  /** What the sender wants to hear of this message is noted; it is sent all the same where that fails. */
  async function noteWanted(
    message: Message,
    deviceId: string,
    request: { readonly messageId: string; readonly wanted: readonly Disposition[] },
    recipientIds: readonly string[],
  ): Promise<void> {
    const { conversationId, seq, senderId, sentAt } = message;
    const wantsDelivery = request.wanted.includes('positive-delivery');
    const wantsDisplay = request.wanted.includes('display');
    if (!wantsDelivery && !wantsDisplay) return;
    const asked = {
      ...{ conversationId, seq, senderId, sentAt, deviceId },
      imdnId: request.messageId,
      wantsDelivery,
      wantsDisplay,
    };
    try {
      if (seq > 0) await receipts.ask({ ...asked, recipientIds });
      else if (wantsDelivery)
        for (const recipientId of recipientIds)
          await needs.sendReceipt({ ...asked, recipientId, kind: 'delivered' });
    } catch (error) {
      log.warn({ error }, 'a phone will not hear what became of its message');
    }
  }

  /** A person's own phone has shown a message to them. */
  async function noteShown(userId: string, { imdn }: MessageBody & { kind: 'disposition' }): Promise<void> {
    const at = messageNamed(imdn.messageId);
    if (at === undefined || imdn.outcome.status !== 'displayed') return;
    // Also for a conversation that they are not in: then nothing moves.
    await needs.markRead(userId, at.conversationId, at.seq);
  }

  return hangStation(context.sip(), 'im', async (server, caller) => {
    const { request } = server;
    if (request.method !== 'MESSAGE') return false;
    function refuse({ fault }: { readonly fault: Fault }, headers: [string, string][] = []): true {
      respondFault(server, fault, { tables, hostName: config.hostName, headers });
      return true;
    }
    const addressed = await addressedIn(request.uri, caller.userId);
    if (addressed.kind === 'unavailable') {
      server.respond(503, { headers: [['Retry-After', '5']] });
      return true;
    }
    if (addressed.kind === 'nobody') return refuse(imErrors.fault('IM_NO_SUCH_RECIPIENT'));

    const contentType = request.headers.get('Content-Type');
    const decoded = decodeBody(request, DECODED_BYTES);
    if (!decoded.ok) {
      const { status, reason } = decoded;
      server.respond(status, { reason, headers: [['Accept-Encoding', CONTENT_ENCODINGS]] });
      return true;
    }
    const body = readMessageBody(contentType, decoded.body);
    if (body.kind === 'unreadable')
      return refuse(imErrors.fault('IM_UNSUPPORTED_MEDIA'), [['Accept', MESSAGE_TYPES.join(', ')]]);
    if (contentType?.toLowerCase().startsWith(CPIM_TYPE) === true) abilities.learn(caller.deviceId, 'cpim');
    if (body.kind === 'composing') abilities.learn(caller.deviceId, 'composing');
    if (body.kind === 'disposition') {
      await noteShown(caller.userId, body);
      server.respond(200);
      return true;
    }
    const device = licensedPhoneOf(server, caller, locations.current);
    const others = addressed.kind === 'person' ? [addressed.user.userId] : [];
    const known =
      addressed.kind === 'conversation'
        ? addressed.conversation
        : await conversations.find(caller.userId, others);
    // In a conversation that is there, `send` asks: it knows which message was taken before.
    const people = known?.participantIds ?? [caller.userId, ...others];
    if (known === undefined || (body.kind === 'composing' && body.isActive)) {
      const licensed = mayWrite(gate, { userId: caller.userId, ...device }, people.length);
      if (!licensed.ok) return refuse(licensed);
      const reached = reach.mayReach(caller.userId, people);
      if (!reached.ok && body.kind === 'text') return refuse(reached);
    }
    if (body.kind === 'composing' && !reach.mayShow(caller.userId, people)) {
      server.respond(200);
      return true;
    }
    const { conversationId, participantIds } = known ?? (await conversations.open(caller.userId, others));
    if (body.kind === 'composing') {
      await bus.publish(typingShown, {
        conversationId,
        userId: caller.userId,
        typing: body.isActive,
        participantIds: [...participantIds],
      });
      server.respond(200);
      return true;
    }
    const draft = {
      senderId: caller.userId,
      conversationId,
      text: body.text,
      clientId: clientIdOf(request),
      ...device,
    };
    const isAsked = body.request !== undefined && body.request.wanted.length > 0;
    const sent = await (isAsked ? receipts.expecting(draft, () => needs.send(draft)) : needs.send(draft));
    if (!sent.ok) return refuse(sent);
    server.respond(needs.acceptedStatus);
    if (isAsked) {
      const recipientIds = participantIds.filter((userId) => userId !== caller.userId);
      await noteWanted(sent.value, caller.deviceId, body.request, recipientIds);
    }
    return true;
  });
}
