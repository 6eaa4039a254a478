// A lite ICE agent (RFC 8445 §2.5): it has an address that all reach, answers checks and lets the peer choose. What a media
// server needs. No state but the pair in use; whoever calls it asks `hasConsent` before it sends.
import { answerBindingRequest, LITE_ROLE, type LocalCredentials } from '../binding-responder.ts';
import type { TransportAddress } from '../ip-address.ts';

/** RFC 7675 §5.1: a peer that has not checked for so long may be gone; browsers check every few seconds. */
const CONSENT_LASTS_MS = 30_000;

export class IceLiteAgent {
  readonly #credentials: LocalCredentials;
  #selected: TransportAddress | undefined;
  #isNominated = false;
  #heardAtMs = Number.NEGATIVE_INFINITY;

  constructor(credentials: LocalCredentials) {
    this.#credentials = credentials;
  }

  /** Where media goes: the pair that the peer has nominated, until then the first that it has checked. */
  get selected(): TransportAddress | undefined {
    return this.#selected;
  }

  hasConsent(nowMs: number): boolean {
    return nowMs - this.#heardAtMs < CONSENT_LASTS_MS;
  }

  /**
   * A STUN message from `source`. @param into see `answerBindingRequest`.
   * @returns what to send back to `source`, or undefined.
   */
  receive(
    bytes: Uint8Array,
    source: TransportAddress,
    nowMs: number,
    into?: Uint8Array,
  ): Uint8Array | undefined {
    const answer = answerBindingRequest(bytes, this.#credentials, source, LITE_ROLE, into);
    if (answer.kind === 'ignored') return undefined;
    if (answer.kind === 'success') this.#checked(source, answer.useCandidate, nowMs);
    return answer.bytes;
  }

  #checked(source: TransportAddress, isNominated: boolean, nowMs: number): void {
    const isCurrent = this.#selected?.address === source.address && this.#selected.port === source.port;
    const isReplaced = this.#selected === undefined || isNominated || !this.hasConsent(nowMs);
    if (isReplaced && !isCurrent) this.#selected = { address: source.address, port: source.port };
    if (isReplaced || isCurrent) this.#heardAtMs = nowMs;
    if (isNominated) this.#isNominated = true;
  }

  /** Whether the peer has decided. */
  get isNominated(): boolean {
    return this.#isNominated;
  }
}
