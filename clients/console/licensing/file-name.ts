// What a licence file is called: its server names it by issuer and licence.

export function fileName(fileId: string): string {
  try {
    const parts: unknown = JSON.parse(fileId);
    if (Array.isArray(parts)) return parts.map(String).join(' · ');
  } catch {
    // A name in plain words.
  }
  return fileId;
}
