// a=ice-ufrag, ice-pwd, ice-options, ice-pacing: who the ICE agent is and what it can do (RFC 8839 §5.4 to §5.6).
import { isIceText, isToken, parseInteger, wordsOf } from '../grammar.ts';

/** 4 … 256 letters, digits, `+`, `/`. */
export function isIceUfrag(text: string): boolean {
  return isIceText(text, 4, 256);
}

/** 22 … 256 letters, digits, `+`, `/`. */
export function isIcePassword(text: string): boolean {
  return isIceText(text, 22, 256);
}

/** `trickle` (RFC 8840 §4.1), `ice2` (RFC 8445 §10), `renomination`, … */
export function parseIceOptions(value: string): string[] | undefined {
  const options = wordsOf(value);
  return options.length > 0 && options.length <= 64 && options.every(isToken) ? options : undefined;
}

/** Milliseconds between checks (RFC 8839 §5.5). */
export function parseIcePacing(value: string): number | undefined {
  return parseInteger(value.trim(), 0xffff_ffff);
}
