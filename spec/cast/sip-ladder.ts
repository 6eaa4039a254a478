// What an actor saw on the wire as a ladder, a line a message, to be compared with the figures of RFC 3665 §3.
import assert from 'node:assert/strict';
import { parseCSeq, type SipMessage, type SipRequest, type SipResponse, tagOf } from '@parley/protocol/sip';
import type { Passed } from './sip-wire.ts';
import type { Notebook } from './waiting.ts';

export interface LadderOptions {
  /** Only messages with this Call-ID. */
  readonly callId?: string | undefined;
  /** 100 (Trying), which comes or not as the machine is busy or not. */
  readonly trying?: boolean;
  /** Messages that were sent again. */
  readonly repeated?: boolean;
}

export class Ladder {
  readonly #passed: Notebook<Passed>;
  readonly #options: LadderOptions;

  constructor(passed: Notebook<Passed>, options: LadderOptions = {}) {
    this.#passed = passed;
    this.#options = options;
  }

  with(options: LadderOptions): Ladder {
    return new Ladder(this.#passed, { ...this.#options, ...options });
  }

  get messages(): Passed[] {
    const { callId, trying, repeated } = this.#options;
    const seen = new Set<string>();
    return this.#passed.entries.filter((passed) => {
      const { direction, message, isLost } = passed;
      if (callId !== undefined && message.headers.get('Call-ID') !== callId) return false;
      if (trying !== true && message.kind === 'response' && message.status === 100) return false;
      // What was lost on its way here was never here.
      if (isLost && direction === 'in') return false;
      const isNew = !seen.has(identityOf(passed));
      seen.add(identityOf(passed));
      return repeated === true || isNew;
    });
  }

  /** `→ INVITE`, `← 180 INVITE` */
  get lines(): string[] {
    return this.messages.map(
      ({ direction, message }) => `${direction === 'out' ? '→' : '←'} ${nameOf(message)}`,
    );
  }

  /** Waits until it has so many lines, and compares. */
  async is(expected: readonly string[], deadlineMs?: number): Promise<void> {
    await this.#passed
      .until(`${expected.length} messages`, () => this.lines.length >= expected.length, deadlineMs)
      .catch(() => {});
    assert.deepEqual(this.lines, expected);
  }

  /** The last request of that method, or response with that status and method, that went so. */
  request(direction: 'in' | 'out', method: string): SipRequest {
    const found = this.messages.findLast(
      (passed) =>
        passed.direction === direction &&
        passed.message.kind === 'request' &&
        passed.message.method === method,
    )?.message;
    assert(found?.kind === 'request', `no ${method} among ${this.lines.join(', ')}`);
    return found;
  }

  response(direction: 'in' | 'out', status: number, method: string): SipResponse {
    const found = this.messages.findLast(
      (passed) => passed.direction === direction && nameOf(passed.message) === `${status} ${method}`,
    )?.message;
    assert(found?.kind === 'response', `no ${status} ${method} among ${this.lines.join(', ')}`);
    return found;
  }
}

function nameOf(message: SipMessage): string {
  if (message.kind === 'request') return message.method;
  return `${message.status} ${parseCSeq(message.headers.get('CSeq') ?? '')?.method ?? '?'}`;
}

/** The same for a message that was sent again, also with another branch (the ACK of a 2xx). */
function identityOf({ direction, message: { headers, ...message } }: Passed): string {
  const tags = [tagOf(headers.get('From')), tagOf(headers.get('To'))];
  const start = message.kind === 'request' ? message.method : message.status;
  return [direction, start, headers.get('Call-ID'), headers.get('CSeq'), headers.get('RSeq'), ...tags].join(
    ' ',
  );
}
