// Message to bytes (RFC 3261 §7). Content-Length is always written and always true. Used by the transport driver.
import type { SipMessage } from './message.ts';

const encoder = new TextEncoder();

export function serializeMessage(message: SipMessage): Uint8Array {
  const head = serializeHead(message);
  if (message.body.length === 0) return encoder.encode(head);
  const headBytes = encoder.encode(head);
  const bytes = new Uint8Array(headBytes.length + message.body.length);
  bytes.set(headBytes);
  bytes.set(message.body, headBytes.length);
  return bytes;
}

/** Start line, header fields and the empty line: what stands before the body. */
export function serializeHead(message: SipMessage): string {
  if (message.kind === 'response' && message.head !== undefined) return message.head;
  let head =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${message.reason}\r\n`;
  const { keys, names, values } = message.headers;
  let isLengthWritten = false;
  for (let i = 0; i < keys.length; i++) {
    if (keys[i] !== 'content-length') head += `${names[i]}: ${values[i]}\r\n`;
    else if (!isLengthWritten) {
      head += `${names[i]}: ${message.body.length}\r\n`;
      isLengthWritten = true;
    }
  }
  return isLengthWritten ? `${head}\r\n` : `${head}Content-Length: ${message.body.length}\r\n\r\n`;
}
