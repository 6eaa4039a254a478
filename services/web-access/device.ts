// What a browser is to licensing: a random id in a cookie, which says nothing of the person, so that a computer that several
// people share can hold a device licence; and a short name for who reads the evidence. Used by http.ts and socket.ts.
import { randomUUID } from 'node:crypto';

/** HttpOnly and SameSite=Lax; no page reads it, and signing out leaves it: the computer stays the same. */
export const DEVICE_COOKIE = 'parley_device';
/** Browsers keep no cookie for longer than 400 days. */
export const DEVICE_COOKIE_S = 400 * 86_400;
const PREFIX = 'browser:';
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function newDeviceCookie(): string {
  return randomUUID();
}

/** @returns null for a browser that has no such cookie, or one that is not ours. */
export function deviceOfCookie(cookie: string | undefined): string | null {
  return cookie !== undefined && ID.test(cookie) ? `${PREFIX}${cookie}` : null;
}

// The order matters: Edge and Opera say that they are Chrome, Chrome says that it is Safari.
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|Chromium|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bWindows\b/, 'Windows'],
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/** `Firefox on Windows`, as far as the User-Agent tells. */
export function deviceNameOf(userAgent: string | undefined): string {
  const found = (list: typeof BROWSERS) => list.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1];
  const system = found(SYSTEMS);
  const browser = found(BROWSERS) ?? 'Browser';
  return system === undefined ? browser : `${browser} on ${system}`;
}
