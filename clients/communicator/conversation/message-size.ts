// The server's limit for one message (services/im/contract.ts), known here so that nothing is sent in vain. Pure.

export const MESSAGE_LIMIT_BYTES = 64 * 1024;

export function isTooLong(text: string): boolean {
  // A UTF-16 unit is at most three bytes of UTF-8: short texts need no encoding.
  return text.length * 3 > MESSAGE_LIMIT_BYTES && new TextEncoder().encode(text).length > MESSAGE_LIMIT_BYTES;
}
