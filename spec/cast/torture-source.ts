// Somebody who sends the messages of RFC 4475 §3 and RFC 5118 §4 as they are, from an address of his own, and notes what
// comes back. A ping behind each message tells that no answer is one.
import { createHash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  answerChallenge,
  parseChallenge,
  parseMessage,
  parseNameAddr,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  schemeOf,
  serializeCredentials,
  topVia,
  transactionBranch,
} from '@parley/protocol/sip';
import type { Person } from './stage.ts';
import { Notebook } from './waiting.ts';

interface Target {
  readonly address: string;
  readonly port: number;
}

export class TortureSource implements AsyncDisposable {
  readonly heard = new Notebook<SipResponse>();
  readonly #socket: Socket;
  readonly #server: Target;
  #pings = 0;

  private constructor(socket: Socket, server: Target) {
    this.#socket = socket;
    this.#server = server;
    socket.on('message', (bytes) => {
      const parsed = parseMessage(bytes);
      if (parsed.ok && parsed.message.kind === 'response') this.heard.add(parsed.message);
    });
  }

  /** @param address one of this machine's own; the port is the one that the Via of the message names (RFC 3261 §18.2.2). */
  static async open(bytes: Uint8Array, address: string, server: Target): Promise<TortureSource> {
    const parsed = parseMessage(bytes);
    const message = parsed.ok ? parsed.message : parsed.partial;
    const via = message && topVia(message.headers);
    const port = via?.port ?? (via?.transport === 'TLS' ? 5061 : 5060);
    const socket = createSocket('udp4');
    socket.bind(via?.params.has('rport') === true ? 0 : port, address);
    await once(socket, 'listening');
    return new TortureSource(socket, server);
  }

  /** @returns the final status, or `silence`. */
  async send(bytes: Uint8Array, answers: boolean): Promise<number | 'silence'> {
    const from = this.heard.entries.length;
    const finals = () =>
      this.heard.entries.slice(from).filter(({ status, headers }) => status >= 200 && !isPing(headers));
    this.#say(bytes);
    if (answers) return (await this.heard.until('an answer', () => finals()[0])).status;
    this.#pings += 1;
    const callId = pingId(this.#pings);
    this.#say(ping(callId, this.#socket.address().port));
    await this.heard.until('the answer to a ping', (all) =>
      all.find(({ headers }) => headers.get('Call-ID') === callId),
    );
    return finals()[0]?.status ?? 'silence';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  #say(bytes: Uint8Array): void {
    this.#socket.send(bytes, this.#server.port, this.#server.address);
  }
}

export const pingId = (count: number): string => `ping-${count}`;

const isPing = (headers: SipMessage['headers']) => headers.get('Call-ID')?.startsWith('ping-') === true;

/** RFC 3261 §11: anyone may ask whether the server is there. */
export function ping(callId: string, port: number): Uint8Array {
  const lines = [
    'OPTIONS sip:example.com SIP/2.0',
    `Via: SIP/2.0/UDP 127.0.0.1:${port};rport;branch=z9hG4bK${callId}`,
    'From: <sip:ping@example.com>;tag=1',
    'To: <sip:example.com>',
    `Call-ID: ${callId}`,
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 70',
    'Content-Length: 0',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}

const proofs = { count: 1 };

const hash = (algorithm: string, text: string) =>
  createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex');

/** The same bytes from somebody who is known: his From (and To, where he registers) and his proof; nothing else is touched. */
export function proven(bytes: Uint8Array, challenged: SipResponse, person: Person): Uint8Array {
  const parsed = parseMessage(bytes);
  if (!parsed.ok || parsed.message.kind !== 'request') throw new Error('only a request is proven');
  const { message } = parsed;
  const isOurs = challenged.status === 401;
  const challenge = challenged.headers
    .getAll(isOurs ? 'WWW-Authenticate' : 'Proxy-Authenticate')
    .flatMap((value) => parseChallenge(value) ?? [])[0]!;
  const credentials = serializeCredentials(
    answerChallenge(hash, challenge, {
      method: message.method,
      uri: message.uri,
      username: person.address.split('@')[0]!,
      password: person.devicePassword,
      cnonce: 'torture',
      nonceCount: 1,
    }),
  );
  let text = withAddress(Buffer.from(bytes).toString('latin1'), message, 'From', person);
  if (message.method === 'REGISTER') text = withAddress(text, message, 'To', person);
  // Who is asked twice asks anew: what was answered to the same branch before would be all that he hears.
  const via = topVia(message.headers);
  const branch = via && transactionBranch(via);
  if (branch !== undefined) text = text.replace(branch, () => `${branch}${proofs.count++}`);
  const lineEnd = text.indexOf('\r\n') + 2;
  const field = `${isOurs ? 'Authorization' : 'Proxy-Authorization'}: ${credentials}\r\n`;
  return Buffer.from(text.slice(0, lineEnd) + field + text.slice(lineEnd), 'latin1');
}

function withAddress(text: string, { headers }: SipRequest, name: 'From' | 'To', person: Person): string {
  const uri = parseNameAddr(headers.get(name) ?? '')?.uri;
  if (uri === undefined || (name === 'To' && schemeOf(uri) !== 'sip')) return text;
  const compact = name === 'From' ? 'f' : 't';
  const field = new RegExp(`^(?:${name}|${compact})[ \\t]*:`, 'im').exec(text);
  const at = text.indexOf(uri, field?.index ?? 0);
  if (field === null || at === -1) throw new Error(`no ${name} with ${uri}`);
  return `${text.slice(0, at)}sip:${person.address}${text.slice(at + uri.length)}`;
}
