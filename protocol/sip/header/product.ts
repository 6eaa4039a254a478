// Server and User-Agent: the software of a peer, as products and comments (RFC 3261 §20.35, §20.41).
import { isToken, isTokenCode, skipSpace, tokenEnd } from '../grammar.ts';
import { commentEnd, commentText, serializeComment } from './comment.ts';

export type Product =
  | { readonly name: string; readonly version?: string | undefined }
  | { readonly comment: string };

const MAX_PRODUCTS = 64;

/** In order; undefined where the text has another form, as much deployed software has: then it is only text. */
export function parseProducts(text: string): readonly Product[] | undefined {
  const products: Product[] = [];
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    if (products.length === MAX_PRODUCTS) return undefined;
    if (text.charCodeAt(at) === 0x28) {
      const end = commentEnd(text, at);
      if (end === -1) return undefined;
      products.push({ comment: commentText(text, at, end) });
      at = end;
      continue;
    }
    const nameEnd = tokenEnd(text, at);
    if (nameEnd === at) return undefined;
    const name = text.slice(at, nameEnd);
    // product = token [ SLASH product-version ], and SLASH takes white space on both sides.
    const slash = skipSpace(text, nameEnd);
    if (text.charCodeAt(slash) !== 0x2f) {
      // Products and comments are apart by white space.
      if (nameEnd < text.length && slash === nameEnd) return undefined;
      products.push({ name });
      at = nameEnd;
      continue;
    }
    const versionStart = skipSpace(text, slash + 1);
    const versionEnd = tokenEnd(text, versionStart);
    if (versionEnd === versionStart || isTokenCode(text.charCodeAt(versionEnd))) return undefined;
    products.push({ name, version: text.slice(versionStart, versionEnd) });
    at = versionEnd;
  }
  return products.length === 0 ? undefined : products;
}

export function serializeProducts(products: readonly Product[]): string {
  return products
    .map((product) => {
      if ('comment' in product) return serializeComment(product.comment);
      const { name, version } = product;
      if (!isToken(name)) throw new TypeError(`"${name}" is not the name of a product`);
      return version === undefined ? name : `${name}/${version}`;
    })
    .join(' ');
}
