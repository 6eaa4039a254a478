// The UAC core of one INVITE (RFC 3261 §13.2, §9.1): one session for each fork that answers (§13.2.2.4), CANCEL, the
// retries after 422 (RFC 4028 §7.3) and a challenge (§22.2). Over when `isOver`; the sessions that were accepted live on.
//
//  calling ──1xx──▶ proceeding ──2xx──▶ accepted ──64×T1──▶ over
//      └────────────────┴──────3xx-6xx, timeout──────────────▶ over
import { responseTo } from '../build-message.ts';
import { serializeAllow } from '../header/allow.ts';
import { parseCSeq, serializeCSeq } from '../header/cseq.ts';
import { tagOf } from '../header/name-addr.ts';
import { serializeTokenList } from '../header/token-list.ts';
import type { SipRequest, SipResponse } from '../message.ts';
import { timeoutMs } from '../transaction/timers.ts';
import { cancelOf } from './cancel.ts';
import { withCredentials } from './challenged.ts';
import { createUacDialog } from './dialog.ts';
import { InviteSession } from './invite-session.ts';
import type { SessionEvent, SessionOptions, SessionOutput } from './session-output.ts';
import { minSessionIntervalOf, sessionTimerRequest } from './session-timer.ts';

export type InviteClientState = 'calling' | 'proceeding' | 'accepted' | 'over';

/** Early dialogs of one INVITE; a proxy that forks wider is not followed until one of the others answers. */
const MAX_EARLY_SESSIONS = 32;
/** 422 after 422 (RFC 4028 §7.3): each raises the interval, so a handful is all that honest proxies need. */
const MAX_RAISES = 4;

export class InviteClient {
  state: InviteClientState = 'calling';
  readonly #options: SessionOptions;
  readonly #sessions = new Map<string, InviteSession>();
  #invite: SipRequest;
  #minS = 0;
  #raises = 0;
  #cancel: 'no' | 'wanted' | 'sent' = 'no';
  #cancelHeaders: readonly (readonly [string, string])[] = [];
  #overAt: number | undefined;

  /**
   * @param invite a first INVITE with From tag, Call-ID, CSeq and Contact; without Via, Allow, Supported,
   * Session-Expires.
   */
  constructor(invite: SipRequest, options: SessionOptions) {
    this.#options = options;
    const headers = invite.headers.clone();
    if (!headers.has('Allow')) headers.append('Allow', serializeAllow(options.allow));
    if (!headers.has('Supported')) headers.append('Supported', serializeTokenList(options.supported));
    if (options.sessionTimer !== undefined) {
      for (const [name, value] of sessionTimerRequest(options.sessionTimer)) headers.set(name, value);
    }
    this.#invite = { ...invite, headers };
  }

  /** The INVITE as it went out last. */
  get invite(): SipRequest {
    return this.#invite;
  }
  /** By remote tag. */
  get sessions(): ReadonlyMap<string, InviteSession> {
    return this.#sessions;
  }
  get isOver(): boolean {
    return this.state === 'over';
  }
  get wakeAt(): number | undefined {
    return this.#overAt;
  }

  start(): SessionOutput[] {
    return [{ kind: 'send', request: this.#invite }];
  }

  /** RFC 3261 §9.1: CANCEL is held until a provisional response has come; a call that was answered is ended by BYE. @param headers such as Reason (RFC 3326 §2). */
  cancel(headers: readonly (readonly [string, string])[] = []): SessionOutput[] {
    if (this.state === 'over' || this.state === 'accepted') return [{ kind: 'notNow', reason: 'over' }];
    if (this.#cancel !== 'no') return [];
    this.#cancel = 'wanted';
    this.#cancelHeaders = headers;
    return this.state === 'proceeding' ? this.#sendCancel() : [];
  }

  #sendCancel(): SessionOutput[] {
    if (this.#cancel !== 'wanted') return [];
    this.#cancel = 'sent';
    const request = cancelOf(this.#invite);
    for (const [name, value] of this.#cancelHeaders) request.headers.append(name, value);
    return [{ kind: 'send', request }];
  }

  /** A response to the INVITE. Those to requests of a session go to that session. */
  receiveResponse(response: SipResponse, now: number): SessionOutput[] {
    const sequence = parseCSeq(response.headers.get('CSeq') ?? '');
    if (this.isOver || sequence?.method !== 'INVITE' || sequence.sequence !== this.#sequence) return [];
    if (response.status >= 300) return this.#rejected(response, now);
    if (response.status >= 200) return this.#accepted(response, now);
    if (this.state === 'calling') this.state = 'proceeding';
    const cancel = this.state === 'proceeding' ? this.#sendCancel() : [];
    if (response.status === 100) return cancel;
    const session = this.#sessionOf(response);
    const told =
      session === undefined
        ? [this.#tell({ kind: 'progress', response, needsAnswer: false })]
        : session.receiveResponse(response, now);
    return [...cancel, ...told];
  }

  /** RFC 3261 §8.1.3.1: timer B reads as 408, a lost transport as 503. */
  transactionFailed(reason: 'timeout' | 'transport', now: number): SessionOutput[] {
    return this.receiveResponse(responseTo(this.#invite, reason === 'timeout' ? 408 : 503), now);
  }

  /**
   * RFC 3261 §13.2.2.4: 64×T1 after the first 2xx the transaction is completed, and the other early dialogs with
   * it.
   */
  advance(now: number): SessionOutput[] {
    if (this.#overAt === undefined || now < this.#overAt) return [];
    return this.#complete('another fork answered');
  }

  #accepted(response: SipResponse, now: number): SessionOutput[] {
    const session = this.#sessionOf(response);
    // Nothing can be sent to who says neither Contact nor tag; its 2xx will time out over there.
    if (session === undefined) return [];
    const isGivenUp = this.#cancel !== 'no' && session.dialog.state === 'early';
    if (this.state !== 'accepted') this.#overAt = now + timeoutMs(this.#options.timers);
    this.state = 'accepted';
    const outputs = session.receiveResponse(response, now);
    if (!isGivenUp) return outputs;
    // RFC 3261 §9.1: a CANCEL that came too late; the call is acknowledged and ended at once.
    const answered = outputs.some(({ kind }) => kind === 'acknowledge') ? outputs : session.acknowledge();
    return [...answered.filter(({ kind }) => kind !== 'event'), ...session.bye()];
  }

  #rejected(response: SipResponse, now: number): SessionOutput[] {
    // A 2xx came before from another fork: this is a proxy's mistake, and nothing follows from it.
    if (this.state === 'accepted') return [];
    const minS = minSessionIntervalOf(response.status, response.headers);
    if (minS !== undefined && this.#mayRaise(minS)) return this.#raise(minS);
    const request = this.#invite;
    const again =
      this.#cancel === 'no'
        ? withCredentials(request, response, this.#sequence + 1, this.#options)
        : undefined;
    if (again !== undefined) return this.#again(again, String(response.status));
    const told = this.#tell({ kind: 'response', request, response });
    for (const session of this.#sessions.values()) session.receiveResponse(response, now);
    return [told, ...this.#complete(String(response.status))];
  }

  #mayRaise(minS: number): boolean {
    return (
      this.#options.sessionTimer !== undefined &&
      this.#cancel === 'no' &&
      minS > this.#minS &&
      this.#raises < MAX_RAISES
    );
  }

  /** RFC 4028 §7.3: the same Call-ID, From and To, CSeq one higher, and the largest Min-SE that was heard. */
  #raise(minS: number): SessionOutput[] {
    const policy = this.#options.sessionTimer!;
    this.#minS = minS;
    this.#raises++;
    const headers = this.#invite.headers.clone();
    headers.set('CSeq', serializeCSeq({ sequence: this.#sequence + 1, method: 'INVITE' }));
    // Where the driver wrote its Via into the message, the next transaction writes another.
    headers.remove('Via');
    for (const [name, value] of sessionTimerRequest(policy, { timer: undefined, minS }))
      headers.set(name, value);
    return this.#again({ ...this.#invite, headers }, '422');
  }

  #again(invite: SipRequest, reason: string): SessionOutput[] {
    for (const session of this.#sessions.values()) session.abandon(reason);
    this.#sessions.clear();
    this.#invite = invite;
    this.state = 'calling';
    return this.start();
  }

  get #sequence(): number {
    return parseCSeq(this.#invite.headers.get('CSeq') ?? '')?.sequence ?? 0;
  }

  #complete(reason: string): SessionOutput[] {
    this.state = 'over';
    this.#overAt = undefined;
    const early = [...this.#sessions.values()].filter(({ dialog }) => dialog.state === 'early');
    return early.flatMap((session) => session.abandon(reason));
  }

  /** The session of the fork that sent this, made where it is new (RFC 3261 §12.1.2, §13.2.2.4). */
  #sessionOf(response: SipResponse): InviteSession | undefined {
    const tag = tagOf(response.headers.get('To')) ?? '';
    const known = this.#sessions.get(tag);
    if (known !== undefined) return known;
    if (response.status < 200 && (this.#sessions.size >= MAX_EARLY_SESSIONS || tag === '')) return undefined;
    const made = createUacDialog(this.#invite, response);
    if (!made.ok) return undefined;
    // Early until the session has seen the 2xx itself: it confirms the dialog and acknowledges.
    const session = new InviteSession({ ...made.dialog, state: 'early' }, this.#invite, this.#options);
    this.#sessions.set(tag, session);
    return session;
  }

  #tell(event: SessionEvent): SessionOutput {
    return { kind: 'event', session: undefined, event };
  }
}
