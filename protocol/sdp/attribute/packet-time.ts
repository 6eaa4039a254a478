// a=ptime and a=maxptime: how much media the writer wants in a packet (RFC 8866 §6.4, §6.5).

/** Milliseconds above 0, up to 10,000; some codecs have halves. Undefined for what is none. */
export function parsePacketTime(value: string): number | undefined {
  const text = value.trim();
  if (!/^\d{1,5}(?:\.\d{1,6})?$/.test(text)) return undefined;
  const ms = Number(text);
  return ms > 0 && ms <= 10_000 ? ms : undefined;
}

export function serializePacketTime(ms: number): string {
  return String(ms);
}
