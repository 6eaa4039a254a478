// `application/simple-message-summary` (RFC 3842 §5): whether messages wait, and how many are new and old.

export const MESSAGE_SUMMARY_TYPE = 'application/simple-message-summary';

export interface MessageSummary {
  /** Whose mailbox it is: a URI. */
  readonly account: string | undefined;
  readonly isWaiting: boolean;
  /** Of voice. */
  readonly newMessages: number;
  readonly oldMessages: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const LIMIT_BYTES = 4_096;

export function serializeMessageSummary({
  account,
  isWaiting,
  newMessages,
  oldMessages,
}: MessageSummary): Uint8Array {
  const lines = [
    `Messages-Waiting: ${isWaiting ? 'yes' : 'no'}`,
    ...(account === undefined ? [] : [`Message-Account: ${account}`]),
    // Nothing is told of urgent ones: callers cannot say so.
    `Voice-Message: ${newMessages}/${oldMessages} (0/0)`,
  ];
  return encoder.encode(`${lines.join('\r\n')}\r\n`);
}

/** @returns undefined for what is no summary. */
export function parseMessageSummary(body: Uint8Array): MessageSummary | undefined {
  if (body.length > LIMIT_BYTES) return undefined;
  const text = decoder.decode(body);
  const waiting = /^Messages-Waiting[ \t]*:[ \t]*(yes|no)[ \t]*\r?$/im.exec(text)?.[1];
  if (waiting === undefined) return undefined;
  const account = /^Message-Account[ \t]*:[ \t]*(\S+)[ \t]*\r?$/im.exec(text)?.[1];
  const [, fresh = '0', old = '0'] =
    /^Voice-Message[ \t]*:[ \t]*(\d{1,9})[ \t]*\/[ \t]*(\d{1,9})/im.exec(text) ?? [];
  return {
    account,
    isWaiting: waiting.toLowerCase() === 'yes',
    newMessages: Number(fresh),
    oldMessages: Number(old),
  };
}
