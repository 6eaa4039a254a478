// What every message passes on its way in, whatever brought it: counting, the rate of its source, and the answer to
// what cannot be read. Used by sip-driver.ts.
import {
  responsePort,
  responseTo,
  type SipMessage,
  type SipParseError,
  type SipRequest,
  type SipResponse,
  stampVia,
  topVia,
} from '@parley/protocol/sip';
import type { Log } from '../observe/log.ts';
import type { Clock } from './clock.ts';
import type { NetCounts } from './net-counts.ts';
import { type TransmitTarget, unguessable } from './sip-exchange.ts';
import type { SipFlow } from './sip-flow.ts';
import type { SipGate } from './sip-gate.ts';
import type { SipLimits } from './sip-limits.ts';
import { SourceRate } from './source-rate.ts';

export interface SipIntakeOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly counts: NetCounts;
  readonly limits: SipLimits;
  readonly gate: SipGate;
  receive(message: SipMessage, flow: SipFlow, bytes?: Uint8Array): void;
  /** Sends a response that belongs to no transaction. */
  reply(response: SipResponse, target: TransmitTarget): void;
}

export class SipIntake {
  readonly #options: SipIntakeOptions;
  readonly #requests: SourceRate;
  readonly #malformed: SourceRate;

  constructor(options: SipIntakeOptions) {
    this.#options = options;
    this.#requests = new SourceRate(options.limits.requests);
    this.#malformed = new SourceRate(options.limits.malformed);
  }

  message(message: SipMessage, flow: SipFlow, bytes?: Uint8Array): void {
    const { clock, counts, gate, receive } = this.#options;
    counts.add('message_in');
    gate.arrived(0);
    // What answers something of ours is never dropped: that would only make the peer repeat it. A CANCEL may be one for
    // nothing.
    const isNew = message.kind === 'request' && message.method !== 'ACK' && !flow.isInternal;
    if (isNew && !this.#requests.take(flow.remoteAddress, clock.now())) {
      counts.add('limited_request');
      gate.offended('flood', flow);
      return;
    }
    const verdict = isNew ? gate.judge(message, flow) : 'take';
    if (verdict === 'take') receive(message, flow, bytes);
    else if (verdict !== 'drop' && message.kind === 'request')
      gate.refuse(() => this.#refuse(message, 503, flow, [['Retry-After', String(verdict.retryAfterS)]]));
  }

  malformed(error: SipParseError, flow: SipFlow): void {
    const { clock, log, counts, gate } = this.#options;
    counts.add('malformed');
    gate.offended('malformed', flow);
    if (!this.#malformed.take(flow.remoteAddress, clock.now())) {
      counts.add('limited_malformed');
      return;
    }
    const { reason, status, partial } = error;
    log.debug(
      { reason, status, from: flow.remoteAddress, transport: flow.transport },
      'Malformed SIP message.',
    );
    if (status !== undefined && partial?.kind === 'request') this.#refuse(partial, status, flow);
  }

  /** Without a transaction: nothing is kept of the request (RFC 3261 §8.2.7). */
  #refuse(
    request: SipRequest,
    status: number,
    flow: SipFlow,
    headers: Iterable<readonly [string, string]> = [],
  ): void {
    const via = topVia(request.headers);
    if (via === undefined) return;
    const port = flow.reliable ? flow.remotePort : responsePort(via, flow.remotePort);
    stampVia(request, via, flow.remoteAddress, flow.remotePort);
    const response = responseTo(request, status, { toTag: unguessable(), headers });
    this.#options.reply(response, { flow, address: flow.remoteAddress, port });
  }
}
