// Which media share one transport (RFC 9143 §7): a BUNDLE group has the transport of its tagged media description, the
// first one of the group that is not rejected.
import { parseGroup, parseMid } from '../attribute/group.ts';
import {
  attributeValue,
  attributeValues,
  hasAttribute,
  type MediaDescription,
  type SessionDescription,
} from '../description.ts';

/** Indices of media, in the order of the group; the first one is the tagged one. */
export type Bundle = readonly number[];

export function midOf(media: MediaDescription): string | undefined {
  const value = attributeValue(media, 'mid');
  return value === undefined ? undefined : parseMid(value);
}

/** Index by mid; undefined where two media have the same (RFC 5888 §4: "MUST be unique"). */
export function indexByMid(description: SessionDescription): ReadonlyMap<string, number> | undefined {
  const indices = new Map<string, number>();
  for (const [index, media] of description.media.entries()) {
    const mid = midOf(media);
    if (mid === undefined) continue;
    if (indices.has(mid)) return undefined;
    indices.set(mid, index);
  }
  return indices;
}

/** RFC 9143 §6: port 0 of a media description that lives in its bundle only. */
export function isBundleOnly(media: MediaDescription): boolean {
  return media.port === 0 && hasAttribute(media, 'bundle-only');
}

/**
 * The BUNDLE groups, without members that are rejected, that are not there, or that are in an earlier group. A group is
 * left out when nothing of it is left.
 */
export function bundlesOf(description: SessionDescription): Bundle[] {
  const indices = indexByMid(description) ?? new Map<string, number>();
  const taken = new Set<number>();
  const bundles: Bundle[] = [];
  for (const value of attributeValues(description, 'group')) {
    const group = parseGroup(value);
    if (group?.semantics !== 'BUNDLE') continue;
    const bundle: number[] = [];
    for (const mid of group.mids) {
      const index = indices.get(mid);
      const media = index === undefined ? undefined : description.media[index];
      if (index === undefined || media === undefined || taken.has(index)) continue;
      if (media.port === 0 && !isBundleOnly(media)) continue;
      taken.add(index);
      bundle.push(index);
    }
    // RFC 9143 §7.2: the tagged one has a port of its own.
    const tagged = bundle.findIndex((index) => description.media[index]?.port !== 0);
    if (tagged > 0) bundle.unshift(...bundle.splice(tagged, 1));
    if (bundle.length > 0 && tagged !== -1) bundles.push(bundle);
  }
  return bundles;
}

/** Whether several media have the transport of this one. */
export function isShared(bundles: readonly Bundle[], index: number): boolean {
  return (bundles.find((bundle) => bundle.includes(index))?.length ?? 0) > 1;
}

/** The media description that has the transport of this one: itself, or the tagged one of its bundle. */
export function transportIndex(bundles: readonly Bundle[], index: number): number {
  return bundles.find((bundle) => bundle.includes(index))?.[0] ?? index;
}
