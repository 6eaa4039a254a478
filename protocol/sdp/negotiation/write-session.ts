// A whole description from its media: origin with its version, groups, what stands for all media.
import { serializeGroup } from '../attribute/group.ts';
import {
  type Attribute,
  connectionTo,
  hasAttribute,
  type MediaDescription,
  type Origin,
  type SessionDescription,
} from '../description.ts';
import { isDigits } from '../grammar.ts';
import { sdpText } from '../serializer.ts';
import type { Intent, LocalOrigin } from './capabilities.ts';

export function writeSession(
  intent: Intent,
  media: readonly MediaDescription[],
  bundled: readonly (readonly string[])[],
): SessionDescription {
  const address = media.find(({ port }) => port !== 0)?.connections[0]?.address ?? intent.origin.address;
  const attributes: Attribute[] = bundled.map((mids) => ({
    name: 'group',
    value: serializeGroup({ semantics: 'BUNDLE', mids }),
  }));
  const usesIce = media.some((each) => hasAttribute(each, 'ice-ufrag'));
  if (usesIce && intent.media.some((each) => each?.transport.ice?.isLite === true))
    attributes.push({ name: 'ice-lite' });
  const description = {
    origin: originOf(intent.origin),
    name: '-',
    emails: [],
    phones: [],
    connection: connectionTo(address),
    bandwidths: [],
    times: [{ start: 0, stop: 0, repeats: [] }],
    timeZones: [],
    attributes: [...attributes, ...(intent.attributes ?? [])],
    media: media.map((each) =>
      each.connections[0]?.address === address ? { ...each, connections: [] } : each,
    ),
  };
  return intent.previous === undefined ? description : withVersion(description, intent.previous.local);
}

function originOf({ username = '-', sessionId, sessionVersion = '1', address }: LocalOrigin): Origin {
  if (!isDigits(sessionId) || !isDigits(sessionVersion))
    throw new TypeError('Session id and version are digits.');
  return { username, sessionId, sessionVersion, ...connectionTo(address) };
}

/**
 * RFC 3264 §8: the origin of the description before, with its version when nothing has changed and one more when something
 * has.
 */
export function withVersion(
  description: SessionDescription,
  previous: SessionDescription,
): SessionDescription {
  const same = { ...description, origin: previous.origin };
  if (sdpText(same) === sdpText(previous)) return same;
  return { ...description, origin: { ...previous.origin, sessionVersion: nextVersion(previous.origin) } };
}

/** One more than the version, whatever its length; 1 where it is no number. */
export function nextVersion({ sessionVersion }: Origin): string {
  return isDigits(sessionVersion) ? String(BigInt(sessionVersion) + 1n) : '1';
}

/** Whether two origins name the same session (RFC 8866 §5.2), the version aside. */
export function isSameSession(one: Origin, other: Origin): boolean {
  return (
    one.username === other.username &&
    one.sessionId === other.sessionId &&
    one.netType === other.netType &&
    one.addressType === other.addressType &&
    one.address === other.address
  );
}
