// The web and mail addresses in a message. Only http, https and mailto ever become links. Pure; linear in the text.

export interface Link {
  readonly text: string;
  readonly href: string;
}

// Each part is bounded, so that no text makes the search begin again and again.
const LINK = /\b(?:https?:\/\/[^\s<>"]+|www\.[^\s<>"]+|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})/iuy;

/** The address that begins just here, or null. */
export function linkAt(text: string, at: number): Link | null {
  LINK.lastIndex = at;
  const match = LINK.exec(text);
  if (match === null) return null;
  const link = trimEnd(match[0]);
  const href = hrefOf(link);
  return href === null ? null : { text: link, href };
}

const AFTER = new Set('.,;:!?\'"»”*_~');

/** A full stop after an address, or a bracket around it, is not part of it. */
function trimEnd(link: string): string {
  let end = link.length;
  const isBracketed = link.includes('(');
  while (end > 0) {
    const last = link[end - 1] ?? '';
    if (!AFTER.has(last) && !(last === ')' && !isBracketed)) break;
    end -= 1;
  }
  return link.slice(0, end);
}

/** A link to another page, or null for anything that a page should not lead to. */
export function hrefOf(link: string): string | null {
  const href = /^(?:https?|mailto):/i.test(link)
    ? link
    : link.includes('@') && !link.startsWith('www.')
      ? `mailto:${link}`
      : `https://${link}`;
  return URL.canParse(href) && /^(?:https?|mailto):/i.test(href) ? href : null;
}
