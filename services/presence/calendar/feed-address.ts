// The address of a calendar feed as people paste it. Pure.

/** @returns the address to ask, or undefined where it is none of http or https. */
export function feedAddress(pasted: string): string | undefined {
  // webcal is what calendars put behind their "subscribe" links; it means https.
  const address = pasted.trim().replace(/^webcals?:\/\//i, 'https://');
  if (!URL.canParse(address)) return undefined;
  const { protocol, href, hostname } = new URL(address);
  return (protocol === 'https:' || protocol === 'http:') && hostname !== '' ? href : undefined;
}
