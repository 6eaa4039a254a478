// "alice" means alice at this server. Pure.

export function fullAddress(typed: string, domain: string): string {
  const address = typed.trim().replace(/^sips?:/i, '');
  return address === '' || address.includes('@') ? address : `${address}@${domain}`;
}
