// The few things that a call reads from and writes into a session description beside what the browser does. Pure.

/** RFC 4796 §5: says which of the pictures is a screen. */
const CONTENT = 'a=content:slides';

/** The offer or answer with the media section of the screen marked. */
export function markScreen(sdp: string, mid: string | null): string {
  if (mid === null) return sdp;
  return sections(sdp)
    .map((section) => (midOf(section) === mid ? `${section}${CONTENT}\r\n` : section))
    .join('');
}

/** The `mid`s of the sections that the other end marked as a screen. */
export function screensIn(sdp: string): ReadonlySet<string> {
  const marked = sections(sdp).filter((section) => /^a=content:.*\bslides\b/m.test(section));
  return new Set(marked.flatMap((section) => midOf(section) ?? []));
}

function sections(sdp: string): string[] {
  return sdp.split(/(?=^m=)/m);
}

function midOf(section: string): string | undefined {
  return /^a=mid:(.+)$/m.exec(section)?.[1]?.trim();
}
