// What a window or a phone says of its media: of a window it is read before anybody else is given it. Pure.
import { done, type Outcome } from '@parley/platform/contract';
import { hasAttribute, type MediaDescription, parseSdp, type SessionDescription } from '@parley/protocol/sdp';
import { callErrors } from './contract.ts';

export interface Described {
  readonly hasVideo: boolean;
  /** The codecs of its picture, by name. */
  readonly pictures: readonly string[];
}

/** @returns `CALL_BAD_SDP` for what no browser says, `CALL_NO_COMMON_MEDIA` for one without sound. */
export function describe(sdp: string): Outcome<Described> {
  const parsed = parseSdp(sdp);
  if (!parsed.ok) return callErrors.fault('CALL_BAD_SDP');
  const described = describedIn(parsed.description);
  // RFC 8827 §6.5: no browser sends in clear. Where media are bundled, the certificate may stand with one of them.
  const isProtected = [parsed.description, ...parsed.description.media].some((one) =>
    hasAttribute(one, 'fingerprint'),
  );
  if (!described.ok || isProtected) return described;
  return callErrors.fault('CALL_BAD_SDP', 'The description of the media has no protection.');
}

/** The same of a phone, whose media may go in clear. */
export function describePhone(sdp: string): Outcome<Described> {
  const parsed = parseSdp(sdp);
  return parsed.ok ? describedIn(parsed.description) : callErrors.fault('CALL_BAD_SDP');
}

function describedIn({ media }: SessionDescription): Outcome<Described> {
  // RFC 3264 §6: a port of zero refuses a stream; in an offer of JSEP `a=bundle-only` has one, too.
  const isTaken = (one: MediaDescription) => one.port !== 0 || hasAttribute(one, 'bundle-only');
  const has = (kind: string) => media.some((one) => one.kind === kind && isTaken(one));
  if (!has('audio')) return callErrors.fault('CALL_NO_COMMON_MEDIA');
  return done({ hasVideo: has('video'), pictures: picturesIn(media.filter(isTaken)) });
}

const MOST_PICTURES = 16;

/** RFC 8866 §6.6. */
function picturesIn(media: readonly MediaDescription[]): string[] {
  const names = media
    .filter(({ kind }) => kind === 'video')
    .flatMap(({ attributes }) => attributes)
    .flatMap(({ name, value }) =>
      name === 'rtpmap' ? (/^\d+ ([^/]{1,20})\//.exec(value ?? '')?.[1] ?? []) : [],
    );
  return [...new Set(names)].slice(0, MOST_PICTURES);
}
