// Min-Expires: the shortest interval that a 423 response offers (RFC 3261 §20.23).
import { parseExpires, serializeExpires } from './expires.ts';

export const parseMinExpires: (text: string) => number | undefined = parseExpires;
export const serializeMinExpires: (expiresS: number) => string = serializeExpires;
