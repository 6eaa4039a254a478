// GET of an address that a person gave us: http and https only, within a size, a time and a number of redirects, and not
// into the internal network, whatever the name resolves to at the moment of connecting.
import { lookup as resolve } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Clock } from './clock.ts';
import { isInternalAddress } from './internal-address.ts';

export type OutsideFault = 'bad-address' | 'private' | 'unreachable' | 'slow' | 'redirects' | 'too-large';

export type OutsideAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
    }
  | { readonly ok: false; readonly fault: OutsideFault };

export interface OutsideOptions {
  readonly clock: Clock;
  readonly headers: Readonly<Record<string, string>>;
  /** For everything: names, connections, redirects, the last byte. */
  readonly timeoutMs: number;
  readonly limitBytes: number;
  readonly redirects: number;
  readonly allowPrivate: boolean;
  readonly signal?: AbortSignal;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

class Refusal extends Error {
  readonly fault: OutsideFault;

  constructor(fault: OutsideFault) {
    super(fault);
    this.fault = fault;
  }
}

/** The body is that of the status 200 only; it is never compressed. */
export async function fetchOutside(address: string, options: OutsideOptions): Promise<OutsideAnswer> {
  const { clock, timeoutMs } = options;
  const ending = new AbortController();
  let isLate = false;
  using _deadline = clock.after(timeoutMs, () => {
    isLate = true;
    ending.abort();
  });
  const signal =
    options.signal === undefined ? ending.signal : AbortSignal.any([ending.signal, options.signal]);
  try {
    return await follow(address, options, signal);
  } catch (error) {
    if (isLate) return { ok: false, fault: 'slow' };
    return { ok: false, fault: error instanceof Refusal ? error.fault : 'unreachable' };
  }
}

async function follow(address: string, options: OutsideOptions, signal: AbortSignal): Promise<OutsideAnswer> {
  let url = URL.parse(address);
  for (let redirects = 0; redirects <= options.redirects; redirects++) {
    if (url === null || !['http:', 'https:'].includes(url.protocol)) throw new Refusal('bad-address');
    const response = await ask(url, options, signal);
    const { statusCode: status = 0, headers } = response;
    const { location } = headers;
    if (REDIRECTS.has(status) && location !== undefined) {
      response.destroy();
      url = URL.parse(location, url);
      continue;
    }
    const named = Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    );
    if (status !== 200) response.destroy();
    const body = status === 200 ? await bodyOf(response, options.limitBytes) : new Uint8Array();
    return { ok: true, status, headers: Object.fromEntries(named), body };
  }
  throw new Refusal('redirects');
}

function ask(
  url: URL,
  { headers, allowPrivate }: OutsideOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // Node asks no resolver for a name that is an address.
  if (!allowPrivate && isIP(host) !== 0 && isInternalAddress(host)) throw new Refusal('private');
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const { promise, resolve: answered, reject } = Promise.withResolvers<IncomingMessage>();
  const asking = request(url, {
    headers: { 'user-agent': 'Parley', 'accept-encoding': 'identity', ...headers },
    agent: false,
    signal,
    maxHeaderSize: 16 * 1024,
    ...(allowPrivate ? {} : { lookup: outsideOnly }),
  });
  asking.once('response', answered);
  asking.once('error', reject);
  asking.end();
  return promise;
}

async function bodyOf(response: IncomingMessage, limitBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Leaving the loop destroys the response.
    if (length > limitBytes) throw new Refusal('too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Looks the name up as the system does, and refuses it if any of its addresses is internal. */
const outsideOnly: LookupFunction = (hostname, options, found) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return found(error, '');
    if (addresses.some(({ address }) => isInternalAddress(address))) return found(new Refusal('private'), '');
    const [first] = addresses;
    if (options.all === true) found(null, addresses);
    else found(null, first?.address ?? '', first?.family);
  });
};
