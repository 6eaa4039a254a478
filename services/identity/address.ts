// Addresses of record of this server: `local@domain`, compared without regard to case.

/** RFC 3261 §25.1 `user` without escapes, kept to what every phone can type. */
const LOCAL_PART = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;

/** The address in its one spelling, or undefined where it is none of this domain. A bare local part gets the domain. */
export function normaliseAddress(text: string, domain: string): string | undefined {
  const address = text
    .trim()
    .toLowerCase()
    .replace(/^sips?:/, '');
  const at = address.lastIndexOf('@');
  const local = at < 0 ? address : address.slice(0, at);
  const host = at < 0 ? domain : address.slice(at + 1);
  if (host !== domain.toLowerCase() || !LOCAL_PART.test(local) || local.includes('..')) return undefined;
  return `${local}@${host}`;
}
