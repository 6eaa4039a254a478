// The other side of the mail digest: a mail server that takes, refuses, breaks off and keeps silent, and an independent
// reader of what it took.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export interface Received {
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly mail: Email;
  /** The value of one header field. */
  header(name: string): string | undefined;
  readonly wasSecure: boolean;
}

/** What the server does with the next letters. */
export type Mood =
  | 'takes'
  /** Takes the letter and breaks the connection instead of saying so. */
  | 'forgets'
  /** Takes the letter and never says so. */
  | 'holds'
  /** Says nothing at all after the connection is there. */
  | 'silent'
  | { readonly rcpt: string }
  | { readonly data: string };

export interface MailServer extends AsyncDisposable {
  readonly port: number;
  readonly received: readonly Received[];
  is(mood: Mood): void;
  /** Resolves with the letter of that number, from 1. */
  nth(count: number): Promise<Received>;
  /** Resolves when so many letters have been refused or broken off. */
  refusals(count: number): Promise<void>;
}

interface MailServerOptions {
  /** Offers STARTTLS; with `secure` it speaks TLS from the first byte. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly secure?: boolean };
  readonly account?: { readonly user: string; readonly password: string };
}

export async function openMailServer({ tls, account }: MailServerOptions = {}): Promise<MailServer> {
  const received: Received[] = [];
  let mood: Mood = 'takes';
  let refused = 0;
  let wake = Promise.withResolvers<void>();
  function happened(): void {
    wake.resolve();
    wake = Promise.withResolvers();
  }
  function refusal(reply: string): Error {
    refused += 1;
    happened();
    const [code, ...words] = reply.split(' ');
    return Object.assign(new Error(words.join(' ')), { responseCode: Number(code) });
  }

  const server = new SMTPServer({
    ...(tls === undefined ? { disabledCommands: ['STARTTLS'] } : tls),
    authOptional: account === undefined,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    onConnect(_session, next) {
      if (mood !== 'silent') next();
      else {
        refused += 1;
        happened();
      }
    },
    onAuth({ username, password }, _session, next) {
      if (username === account?.user && password === account?.password) next(null, { user: username });
      else next(refusal('535 5.7.8 who are you'));
    },
    onRcptTo(_address, _session, next) {
      if (typeof mood === 'object' && 'rcpt' in mood) next(refusal(mood.rcpt));
      else next();
    },
    onData(stream, session, next) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        if (typeof mood === 'object' && 'data' in mood) return next(refusal(mood.data));
        const mail = await PostalMime.parse(Buffer.concat(chunks));
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          envelope: {
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
          },
          mail,
          wasSecure: session.secure,
          header: (name) => mail.headers.find(({ key }) => key === name.toLowerCase())?.value,
        });
        if (mood === 'forgets') {
          refused += 1;
          for (const connection of server.connections) connection._socket?.destroy();
        } else if (mood !== 'holds') next();
        happened();
      });
    },
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');

  return {
    port: (listening.address() as AddressInfo).port,
    received,
    is(next) {
      mood = next;
    },
    async nth(count) {
      while (received.length < count) await wake.promise;
      return received[count - 1]!;
    },
    async refusals(count) {
      while (refused < count) await wake.promise;
    },
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}
