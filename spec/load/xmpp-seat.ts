// One person at an XMPP client, as cheap as it can be: streams with SASL PLAIN (RFC 6120 §6), roster and presence (RFC 6121 §4), on a
// bare socket. Used by xmpp-crowd.ts.
import { connect, type Socket } from 'node:net';
import type { Seat } from './crowd.ts';
import { DOMAIN } from './product.ts';

const STEP_MS = 60_000;
const STREAM = `<?xml version='1.0'?><stream:stream to='${DOMAIN}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`;
const FEATURES = /<\/stream:features>/;
const MARK = /~\d+~/g;

export const passwordOf = (person: number) => `password-${person}`;

export class XmppSeat implements Seat {
  readonly #socket: Socket;
  readonly #person: number;
  readonly #hears: (text: string) => void;
  #rest = '';
  #step: { readonly ends: RegExp; readonly resolve: () => void } | undefined;
  #changes = 0;

  private constructor(socket: Socket, person: number, hears: (text: string) => void) {
    this.#socket = socket;
    this.#person = person;
    this.#hears = hears;
    socket.setEncoding('latin1');
    socket.on('error', () => undefined);
    socket.on('data', (text: string) => this.#take(text));
  }

  static async signIn(port: number, person: number, hears: (text: string) => void): Promise<XmppSeat> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const seat = new XmppSeat(socket, person, hears);
    const secret = Buffer.from(`\0u${person}\0${passwordOf(person)}`).toString('base64');
    await seat.#asks(STREAM, FEATURES);
    await seat.#asks(
      `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${secret}</auth>`,
      /<success/,
    );
    await seat.#asks(STREAM, FEATURES);
    await seat.#asks(
      "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>r</resource></bind></iq>",
      /<\/iq>/,
    );
    await seat.#asks("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>", /<\/iq>|<iq [^>]*\/>/);
    socket.write('<presence/>');
    return seat;
  }

  says(text: string): void {
    const show = this.#changes++ % 2 === 0 ? 'away' : 'dnd';
    this.#socket.write(`<presence><show>${show}</show><status>${text}</status></presence>`);
  }

  writes(to: number, text: string): void {
    this.#socket.write(`<message to='u${to}@${DOMAIN}' type='chat'><body>${text}</body></message>`);
  }

  close(): void {
    this.#socket.destroy();
  }

  async #asks(text: string, ends: RegExp): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const late = setTimeout(() => reject(new Error(`no ${ends} in time: ${this.#rest}`)), STEP_MS);
    this.#rest = '';
    this.#step = { ends, resolve };
    this.#socket.write(text);
    await promise;
    clearTimeout(late);
    this.#step = undefined;
  }

  #take(text: string): void {
    this.#rest += text;
    if (this.#step !== undefined) {
      if (this.#step.ends.test(this.#rest)) this.#step.resolve();
      return;
    }
    const end = Math.max(this.#rest.lastIndexOf('</presence>'), this.#rest.lastIndexOf('</message>'));
    if (end < 0) return;
    const whole = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end);
    for (const { 0: mark, index } of whole.matchAll(MARK)) {
      // Everybody hears of themselves too, which is no delivery.
      const stanza = whole.lastIndexOf(' from=', index) + ' from='.length;
      if (!whole.startsWith(`u${this.#person}@`, stanza + 1)) this.#hears(mark);
    }
  }
}
