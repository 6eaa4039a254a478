// Flow tokens (RFC 5626 §5.2, §5.3): the user part of each Record-Route names the front end and the flow over which that
// end of a dialog is reached, with a keyed sum, so that no state is kept between the requests of a dialog and nobody can
// make us send where he likes. Used by routes.ts and pool-hop.ts.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ServiceContext } from '@parley/platform/host';
import { type SentBy, type SipUri, serializeSipUri } from '@parley/protocol/sip';
import { nonceKey } from '../authentication/contract.ts';

/** A flow of one front end of the installation. */
export interface FlowName {
  readonly nodeId: string;
  readonly flowId: string;
}

const SUM_BYTES = 9;
const TOKEN_CHARS = 400;
const CACHED = 50_000;

export class FlowTokens {
  readonly #key: Buffer;
  readonly #made = new Map<string, string>();
  readonly #read = new Map<string, FlowName>();

  /** @param key shared by all front ends. */
  constructor(key: Buffer) {
    this.#key = createHmac('sha256', key).update('flow tokens').digest();
  }

  static async start({ bus }: Pick<ServiceContext, 'bus'>): Promise<FlowTokens> {
    const reply = await bus.call(nonceKey, {});
    if (!reply.ok) throw new Error(`the key of flow tokens cannot be had: ${reply.fault.code}`);
    return new FlowTokens(Buffer.from(reply.value.key, 'hex'));
  }

  make({ nodeId, flowId }: FlowName): string {
    const text = `${nodeId} ${flowId}`;
    const known = this.#made.get(text);
    if (known !== undefined) return known;
    const token = Buffer.concat([this.#sum(text), Buffer.from(text)]).toString('base64url');
    keep(this.#made, text, token);
    return token;
  }

  /** Undefined for what this installation has not made. */
  read(token: string): FlowName | undefined {
    const known = this.#read.get(token);
    if (known !== undefined) return known;
    if (token.length > TOKEN_CHARS) return undefined;
    const bytes = Buffer.from(token, 'base64url');
    const text = bytes.subarray(SUM_BYTES).toString();
    const space = text.indexOf(' ');
    if (space === -1 || !timingSafeEqual(bytes.subarray(0, SUM_BYTES), this.#sum(text))) return undefined;
    const name = { nodeId: text.slice(0, space), flowId: text.slice(space + 1) };
    // Not the token that came, which is a piece of a message and would keep all of it.
    keep(this.#read, bytes.toString('base64url'), name);
    return name;
  }

  #sum(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest().subarray(0, SUM_BYTES);
  }
}

/** The value of a Route or Record-Route that leads over that flow. */
export function routeOf(token: string, { transport, host, port }: SentBy): string {
  const uri: SipUri = {
    scheme: 'sip',
    user: token,
    host: host.includes(':') && !host.startsWith('[') ? `[${host}]` : host,
    port,
    params: new Map([
      ['transport', transport.toLowerCase() === 'wss' ? 'ws' : transport.toLowerCase()],
      ['lr', undefined],
    ]),
    headers: [],
  };
  return `<${serializeSipUri(uri)}>`;
}

function keep<V>(cache: Map<string, V>, key: string, value: V): void {
  if (cache.size >= CACHED) cache.clear();
  cache.set(key, value);
}
