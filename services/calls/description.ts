// Whether what a window says of its media can be what it says: read here before anybody else is given it. Pure.
import { done, type Outcome } from '@parley/platform/contract';
import { type MediaDescription, parseSdp } from '@parley/protocol/sdp';
import { callErrors } from './contract.ts';

export interface Described {
  readonly hasVideo: boolean;
  /** The codecs of its picture, by name. */
  readonly pictures: readonly string[];
}

/** @returns `CALL_BAD_SDP` for what is no SDP, `CALL_NO_COMMON_MEDIA` for one without sound. */
export function describe(sdp: string): Outcome<Described> {
  const parsed = parseSdp(sdp);
  if (!parsed.ok) return callErrors.fault('CALL_BAD_SDP');
  const { media } = parsed.description;
  // RFC 3264 §6: a port of zero refuses a stream; in an offer of JSEP `a=bundle-only` has one, too.
  const isTaken = ({ port, attributes }: MediaDescription) =>
    port !== 0 || attributes.some(({ name }) => name === 'bundle-only');
  const has = (kind: string) => media.some((one) => one.kind === kind && isTaken(one));
  if (!has('audio')) return callErrors.fault('CALL_NO_COMMON_MEDIA');
  return done({ hasVideo: has('video'), pictures: picturesIn(media.filter(isTaken)) });
}

/** RFC 8866 §6.6. */
function picturesIn(media: readonly MediaDescription[]): string[] {
  return media
    .filter(({ kind }) => kind === 'video')
    .flatMap(({ attributes }) => attributes)
    .flatMap(({ name, value }) => (name === 'rtpmap' ? (/^\d+ ([^/]+)\//.exec(value ?? '')?.[1] ?? []) : []));
}
