// Finds the web and mail addresses in a message. Only http, https and mailto ever become links. Pure.

export type Piece = { readonly text: string; readonly href?: string };

const LINK = /\b(?:https?:\/\/[^\s<>"]+|www\.[^\s<>"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/giu;

export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const link = trimEnd(match[0]);
    const href = hrefOf(link);
    if (href === null) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) });
    pieces.push({ text: link, href });
    from = match.index + link.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

/** A full stop after an address, or a bracket around it, is not part of it. */
function trimEnd(link: string): string {
  const trimmed = link.replace(/[.,;:!?'"»”]+$/u, '');
  const unbalanced = trimmed.endsWith(')') && !trimmed.includes('(');
  return unbalanced ? trimEnd(trimmed.slice(0, -1)) : trimmed;
}

function hrefOf(link: string): string | null {
  const href = /^https?:/i.test(link)
    ? link
    : link.includes('@') && !link.startsWith('www.')
      ? `mailto:${link}`
      : `https://${link}`;
  return URL.canParse(href) ? href : null;
}
