// What the four transaction machines have in common: the same verbs in, the same outputs out (RFC 3261 §17).
// Driven by transaction-layer.ts. **Every call returns what to do now; after it, read `wakeAt` again.**
import type { SipMessage } from '../message.ts';

export type TransactionOutput<M extends SipMessage = SipMessage> =
  | { readonly kind: 'transmit'; readonly message: SipMessage }
  /** Pass to the transaction user. */
  | { readonly kind: 'deliver'; readonly message: M }
  /** Tell the transaction user that there will be no (or no delivered) response. */
  | { readonly kind: 'failed'; readonly reason: 'timeout' | 'transport' }
  /** The machine is done and is to be forgotten. */
  | { readonly kind: 'terminated' };

/** The verbs that every machine has, whatever its side and method. */
export interface TransactionMachine {
  readonly state: string;
  /** When `advance` wants to be called, or undefined when only a message can wake it. */
  readonly wakeAt: number | undefined;
  /** Fires the timers that are due, in order, each at the time it was due. */
  advance(now: number): TransactionOutput[];
  transportFailed(now: number): TransactionOutput[];
}

export function transmit(message: SipMessage): TransactionOutput {
  return { kind: 'transmit', message };
}
export function deliver<M extends SipMessage>(message: M): TransactionOutput<M> {
  return { kind: 'deliver', message };
}
export function failed(reason: 'timeout' | 'transport'): TransactionOutput {
  return { kind: 'failed', reason };
}
export const TERMINATED: TransactionOutput = { kind: 'terminated' };
