// Ids that a browser makes up: of messages, images and drafts.

/** `crypto.randomUUID` exists only on secure origins; a server in the local network may be reached by plain HTTP. */
export function randomId(): string {
  if (isSecureContext) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
