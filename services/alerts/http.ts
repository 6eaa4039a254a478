// Pushing to the push service of a browser (RFC 8030 §5): only https, only public addresses (or what the administrator
// named), no redirects, one answer within bounds.
import { lookup } from 'node:dns';
import { request as requestPlain } from 'node:http';
import { request } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

export interface PushRequest {
  readonly endpoint: string;
  readonly authorization: string;
  readonly body: Buffer;
  readonly ttlS: number;
  readonly urgency: 'very-low' | 'low' | 'normal' | 'high';
  /** RFC 8030 §5.4: a message that has not been fetched gives way to a later one of the same topic. */
  readonly topic: string;
}

/** `gone`: the subscription is over. `later`: the service or the way to it is in trouble. */
export type PushAnswer =
  | { readonly kind: 'taken' | 'gone' | 'refused' }
  | { readonly kind: 'later'; readonly afterS: number | undefined };

const TIMEOUT_MS = 10_000;
const ANSWER_LIMIT_BYTES = 16 * 1024;
const RETRY_AFTER_LIMIT_S = 3600;

/** Addresses that a subscription must not make this server speak to. */
const inner = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  inner.addSubnet(network, bits, 'ipv4');
/** Of IPv6, only 2000::/3 is public; in it, what leads to IPv4 addresses or nowhere is not. */
const outer = new BlockList();
outer.addSubnet('2000::', 3, 'ipv6');
for (const [network, bits] of [
  ['2001:db8::', 32],
  ['2001::', 23],
  ['2002::', 16],
] as const)
  inner.addSubnet(network, bits, 'ipv6');

export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !inner.check(address, 'ipv4');
  return family === 6 && outer.check(address, 'ipv6') && !inner.check(address, 'ipv6');
}

/** Whether pushes may go there at all; the address that the name leads to is looked at with each push. */
export function mayPushTo(endpoint: string, named: readonly string[]): boolean {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '') return false;
  if (named.includes(url.origin)) return true;
  const host = url.hostname.replace(/^\[|\]$|\.$/g, '');
  if (url.protocol !== 'https:' || url.port !== '') return false;
  if (isIP(host) !== 0) return isPublicAddress(host);
  return host.includes('.') && !/\.(localhost|local|internal|lan|home\.arpa)$/.test(host);
}

/** Refuses a name that leads inside, at the moment of connecting: a name may lead elsewhere a second later. */
export const publicLookup: LookupFunction = (hostname, options, answer) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error !== null) return answer(error, []);
    const outside = found.filter(({ address }) => isPublicAddress(address));
    if (outside.length === 0) return answer(new Error('the push service has no public address'), []);
    if (options.all === true) return answer(null, outside);
    answer(null, outside[0]!.address, outside[0]!.family);
  });
};

export type PushPost = (push: PushRequest, signal: AbortSignal) => Promise<PushAnswer>;

/** @param named origins of push services that may be inside, or without TLS. */
export function pushPost(named: readonly string[]): PushPost {
  return async (push, signal) => {
    if (!mayPushTo(push.endpoint, named)) return { kind: 'gone' };
    const url = new URL(push.endpoint);
    const { promise, resolve } = Promise.withResolvers<PushAnswer>();
    const later = () => resolve({ kind: 'later', afterS: undefined });
    const sent = (url.protocol === 'https:' ? request : requestPlain)(url, {
      method: 'POST',
      headers: {
        authorization: push.authorization,
        'content-encoding': 'aes128gcm',
        'content-type': 'application/octet-stream',
        'content-length': push.body.length,
        ttl: push.ttlS,
        urgency: push.urgency,
        topic: push.topic,
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      ...(named.includes(url.origin) ? {} : { lookup: publicLookup }),
    });
    sent.once('error', later);
    sent.once('response', (response) => {
      let readBytes = 0;
      response.on('data', (chunk: Buffer) => {
        readBytes += chunk.length;
        if (readBytes > ANSWER_LIMIT_BYTES) response.destroy();
      });
      response.once('error', later);
      response.once('close', () =>
        resolve(answerOf(response.statusCode ?? 0, response.headers['retry-after'])),
      );
    });
    sent.end(push.body);
    return await promise;
  };
}

function answerOf(status: number, retryAfter: string | undefined): PushAnswer {
  if (status >= 200 && status < 300) return { kind: 'taken' };
  if (status === 404 || status === 410) return { kind: 'gone' };
  if (status === 429 || status >= 500) {
    const afterS = Number(retryAfter);
    const isSaid = Number.isFinite(afterS) && afterS > 0;
    return { kind: 'later', afterS: isSaid ? Math.min(afterS, RETRY_AFTER_LIMIT_S) : undefined };
  }
  return { kind: 'refused' };
}
