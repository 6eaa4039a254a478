// A call as an actor holds it: its verbs, what happened in it, its ladder. Made by SipUserAgent.
import {
  type AnswerParts,
  type InviteClient,
  type InviteSession,
  type MessageParts,
  referenceTo,
  type SessionEvent,
  type SessionOutput,
  type SipRequest,
  type SipResponse,
  serializeReferTo,
  tagOf,
} from '@parley/protocol/sip';
import { answerTo, type Direction, describe, directionOf, SDP_TYPE } from './session-description.ts';
import type { Ladder } from './sip-ladder.ts';
import { Notebook } from './waiting.ts';

export interface CallNeeds {
  readonly client: InviteClient | undefined;
  /** Theirs where they call. */
  readonly request: SipRequest | undefined;
  readonly session: InviteSession | undefined;
  readonly mediaPort: number;
  readonly ladder: Ladder;
  perform(outputs: readonly SessionOutput[]): void;
  respond(request: SipRequest, status: number, parts: AnswerParts): void;
  now(): number;
}

type EventOf<K extends SessionEvent['kind']> = Extract<SessionEvent, { kind: K }>;

export class Call {
  readonly events = new Notebook<{
    readonly session: InviteSession | undefined;
    readonly event: SessionEvent;
  }>();
  readonly ladder: Ladder;
  readonly request: SipRequest | undefined;
  /** The call of ours that it takes the place of (RFC 3891 §3), or is to be mixed with (RFC 3911 §4). */
  readonly replaces: Call | undefined;
  readonly joins: Call | undefined;
  /** How it answers the peer's requests within the call; undefined leaves that to the play. */
  answers: (request: SipRequest) => { readonly status: number; readonly parts?: AnswerParts } | undefined = ({
    method,
  }) => ({ status: method === 'REFER' ? 202 : 200 });
  readonly #needs: CallNeeds;
  #version = 0;
  #session: InviteSession | undefined;

  constructor(
    needs: CallNeeds,
    named: { readonly replaces?: Call | undefined; readonly joins?: Call | undefined } = {},
  ) {
    this.#needs = needs;
    this.#session = needs.session;
    this.request = needs.request;
    this.ladder = needs.ladder;
    this.replaces = named.replaces;
    this.joins = named.joins;
  }

  /** The one that was accepted, else the only one. */
  get session(): InviteSession {
    const forks = [...(this.#needs.client?.sessions.values() ?? [])];
    const session = this.#session ?? forks.find(({ dialog }) => dialog.state === 'confirmed') ?? forks[0];
    if (session === undefined) throw new Error('nobody has answered yet');
    return session;
  }
  get forks(): InviteSession[] {
    return [...(this.#needs.client?.sessions.values() ?? [])];
  }
  get callId(): string {
    return this.#needs.client?.invite.headers.get('Call-ID') ?? this.request?.headers.get('Call-ID') ?? '';
  }

  // ——— the caller waits

  /** A provisional response of that status. */
  async progress(status: number, deadlineMs?: number): Promise<SipResponse> {
    const { response } = await this.#until(
      'progress',
      ({ response }) => response.status === status,
      deadlineMs,
    );
    return response;
  }
  rings(deadlineMs?: number): Promise<SipResponse> {
    return this.progress(180, deadlineMs);
  }
  async accepted(deadlineMs?: number): Promise<SipResponse> {
    const { response } = await this.#until('accepted', () => true, deadlineMs);
    return response;
  }
  /** The final response of a call, or of a request in it, that is refused; or of any request that is not an INVITE. */
  async answer(method: string, deadlineMs?: number): Promise<SipResponse> {
    const { response } = await this.#until(
      'response',
      ({ request }) => request.method === method,
      deadlineMs,
    );
    return response;
  }
  /** RFC 3261 §9.1. */
  cancel(): void {
    const { client } = this.#needs;
    if (client === undefined) throw new Error('only the caller cancels');
    this.perform(client.cancel());
  }

  // ——— the callee answers

  ring(status = 180, parts: AnswerParts = { reliable: false }): void {
    this.#respond(status, parts);
  }
  /** A provisional response with a session description: early media. */
  earlyMedia(status = 183, reliable = false): void {
    this.#respond(status, { ...this.#description(this.#offered), reliable });
  }
  accept(parts: AnswerParts = this.#description(this.#offered)): void {
    this.#respond(200, parts);
  }
  refuse(status: number, parts: AnswerParts = {}): void {
    this.#respond(status, parts);
  }
  /** The caller has its 200: the ACK is here. */
  async acknowledged(deadlineMs?: number): Promise<SipRequest> {
    return (await this.#until('acknowledged', () => true, deadlineMs)).request;
  }
  async cancelled(deadlineMs?: number): Promise<void> {
    await this.#until('cancelled', () => true, deadlineMs);
  }

  // ——— both talk

  hangUp(parts?: MessageParts): void {
    this.perform(this.session.bye(parts));
  }
  hold(direction: Direction = 'sendonly'): void {
    this.perform(this.session.invite(this.#description(undefined, direction)));
  }
  resume(): void {
    this.perform(this.session.invite(this.#description(undefined, 'sendrecv')));
  }
  update(): void {
    this.perform(this.session.update(this.#description(undefined)));
  }
  send(method: string, parts?: MessageParts): void {
    this.perform(this.session.request(method, parts));
  }
  /** RFC 3515 §2.4.1: asks the peer to call somebody; instead of us where `consultation` names our call with him (RFC 3891 §7.1). */
  refer(uri: string, consultation?: Call): void {
    const replaces =
      consultation === undefined
        ? ''
        : `?Replaces=${encodeURIComponent(referenceTo(consultation.session.dialog))}`;
    this.send('REFER', {
      headers: [
        [
          'Refer-To',
          serializeReferTo({ uri: `${uri}${replaces}`, displayName: undefined, params: new Map() }),
        ],
      ],
    });
  }
  /** A request of the peer within the call. */
  async asked(method: string, deadlineMs?: number): Promise<SipRequest> {
    return (await this.#until('request', ({ request }) => request.method === method, deadlineMs)).request;
  }
  reply(request: SipRequest, status: number, parts: AnswerParts = {}): void {
    this.#needs.respond(request, status, parts);
  }
  async ended(deadlineMs?: number): Promise<EventOf<'ended'>> {
    return this.#until('ended', () => true, deadlineMs);
  }

  // ——— its agent

  /** An event of the user agent; the answers that need no person are given at once. */
  tell(session: InviteSession | undefined, event: SessionEvent): void {
    if (event.kind === 'accepted') {
      this.#session ??= session;
      if (event.needsAnswer && session !== undefined)
        this.perform(session.acknowledge(this.#description(directionOf(event.response.body))));
    } else if (event.kind === 'progress' && event.needsAnswer && session !== undefined) {
      this.perform(
        session.acknowledgeProvisional(event.response, this.#description(directionOf(event.response.body))),
      );
    } else if (event.kind === 'request') {
      const answer = this.answers(event.request);
      if (answer !== undefined) {
        const offer = directionOf(event.request.body);
        const describes = ['INVITE', 'UPDATE', 'PRACK'].includes(event.request.method);
        const own =
          answer.status === 200 && describes && (offer !== undefined || event.request.method === 'INVITE');
        this.reply(event.request, answer.status, answer.parts ?? (own ? this.#description(offer) : {}));
      }
    }
    this.events.add({ session, event });
  }

  perform(outputs: readonly SessionOutput[]): void {
    const refused = outputs.find((output) => output.kind === 'notNow');
    if (refused !== undefined) throw new Error(`the user agent may not do that now: ${refused.reason}`);
    this.#needs.perform(outputs);
  }

  get #offered(): Direction | undefined {
    return directionOf(this.request?.body ?? new Uint8Array(0));
  }

  #respond(status: number, parts: AnswerParts): void {
    if (this.request === undefined) throw new Error('only the callee answers');
    this.#needs.respond(this.request, status, parts);
  }

  #description(offer: Direction | undefined, own?: Direction): AnswerParts {
    this.#version += 1;
    const direction = offer === undefined ? own : answerTo(offer, own);
    const body = describe({
      port: this.#needs.mediaPort,
      version: this.#version,
      ...(direction === undefined ? {} : { direction }),
    });
    return { headers: [SDP_TYPE], body };
  }

  async #until<K extends SessionEvent['kind']>(
    kind: K,
    isIt: (event: EventOf<K>) => boolean,
    deadlineMs?: number,
  ): Promise<EventOf<K>> {
    return this.events.until(
      `${kind} in the call of ${tagOf(this.request?.headers.get('From')) ?? 'ours'}`,
      (entries) => {
        const found = entries.find(({ event }) => event.kind === kind && isIt(event as EventOf<K>));
        return found?.event as EventOf<K> | undefined;
      },
      deadlineMs,
    );
  }
}
