// Message to bytes (RFC 3261 §7). Content-Length is always written and always true. Used by the transport driver.
import { HeaderList } from './header-list.ts';
import { headerKey } from './header-name.ts';
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

/** Start line, header fields and the empty line. */
function serializeHead(message: SipMessage): string {
  let head =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${message.reason}\r\n`;
  let isLengthWritten = false;
  const writeField = (key: string, name: string, value: string): void => {
    if (key !== 'content-length') head += `${name}: ${value}\r\n`;
    else if (!isLengthWritten) {
      head += `${name}: ${message.body.length}\r\n`;
      isLengthWritten = true;
    }
  };
  if (message.headers instanceof HeaderList) {
    const { keys, names, values } = message.headers.raw;
    for (let i = 0; i < keys.length; i++) writeField(keys[i]!, names[i]!, values[i]!);
  } else {
    for (const [name, value] of message.headers.entries()) writeField(headerKey(name), name, value);
  }
  if (!isLengthWritten) writeField('content-length', 'Content-Length', '');
  return `${head}\r\n`;
}
