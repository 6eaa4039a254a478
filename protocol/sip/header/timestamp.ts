// Timestamp: when a request was sent by its sender's clock, and how long the answer took (RFC 3261 §20.38, §8.2.6.1).

export interface Timestamp {
  /** Seconds, as text: the sender gets its own digits back. */
  readonly sent: string;
  /** Seconds between request and answer, as text. */
  readonly delay?: string | undefined;
}

const FORM = /^([0-9]{1,20}(?:\.[0-9]{0,9})?)(?:[ \t]+([0-9]{0,20}(?:\.[0-9]{0,9})?))?$/;

export function parseTimestamp(text: string): Timestamp | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, sent, delay] = match;
  return { sent: sent!, ...(delay === undefined || delay === '' ? {} : { delay }) };
}

export function serializeTimestamp(value: Timestamp): string {
  return value.delay === undefined ? value.sent : `${value.sent} ${value.delay}`;
}
