// A phone in a web page, as other makers build it: JsSIP over WebSocket (RFC 7118 §4), driven by ../browser-phone.ts through
// `phone`, and telling what happens through `tell`.
import { UA, WebSocketInterface } from 'jssip';
import type { RTCSession } from 'jssip/lib/RTCSession.js';

export interface Account {
  readonly url: string;
  readonly address: string;
  readonly password: string;
  /** Of the device, so that it is the same phone after a reload (RFC 5626 §4.1). */
  readonly instanceId: string;
}

/** What the page tells; `detail` is the cause, the text or the peer. */
export interface PhoneEvent {
  readonly name: string;
  readonly detail: string;
}

/** Of the audio that has arrived. */
export interface Heard {
  readonly bytes: number;
  readonly energy: number;
}

export interface PhoneOnPage {
  signIn(account: Account): void;
  /** Resolves with the status of the answer. */
  write(address: string, text: string): Promise<number>;
  call(address: string): void;
  answer(): void;
  reject(): void;
  hold(): Promise<void>;
  resume(): Promise<void>;
  hangUp(): void;
  /** Loses its connection and does not come again. */
  stop(): void;
  heard(): Promise<Heard>;
}

/** What is read of an RTCPeerConnection; this file is checked without the types of browsers. */
interface Measured {
  getStats(): Promise<Map<string, { type: string; bytesReceived: number; totalAudioEnergy?: number }>>;
}

declare const window: { phone: PhoneOnPage; tell: (name: string, detail: string) => void };
declare function addEventListener(name: 'pagehide', listener: () => void): void;

const audio = { audio: true, video: false };
let ua: UA | undefined;
let session: RTCSession | undefined;

function tell(name: string, detail: unknown = ''): void {
  window.tell(name, String(detail ?? ''));
}

function follow(made: RTCSession, peer: string): void {
  session = made;
  tell(made.direction === 'incoming' ? 'rings' : 'calls', peer);
  for (const name of ['progress', 'accepted', 'confirmed'] as const) made.on(name, () => tell(name));
  made.on('hold', ({ originator }) => tell('hold', originator));
  made.on('unhold', ({ originator }) => tell('unhold', originator));
  made.on('failed', ({ cause }) => tell('failed', cause));
  made.on('ended', ({ cause, originator }) => tell('ended', `${cause} by ${originator}`));
}

function current(): RTCSession {
  if (session === undefined) throw new Error('there is no call');
  return session;
}

window.phone = {
  signIn({ url, address, password, instanceId }) {
    const made = new UA({
      sockets: new WebSocketInterface(url),
      uri: `sip:${address}`,
      password,
      instance_id: instanceId,
      session_timers: true,
    });
    ua = made;
    made.on('connected', () => tell('connected'));
    made.on('disconnected', () => tell('disconnected'));
    made.on('registered', () => tell('registered'));
    made.on('unregistered', () => tell('unregistered'));
    made.on('registrationFailed', ({ cause }) => tell('registrationFailed', cause));
    made.on('newMessage', ({ originator, request }: { originator: string; request: { body: string } }) => {
      if (originator === 'remote') tell('message', request.body);
    });
    made.on('newRTCSession', ({ session: started }: { session: RTCSession }) => {
      follow(started, started.remote_identity.uri.toAor().replace('sip:', ''));
    });
    // What a page owes its peers when it goes: BYE, and its registration removed.
    addEventListener('pagehide', () => made.stop());
    made.start();
  },
  write(address, text) {
    return new Promise((resolve) => {
      ua?.sendMessage(`sip:${address}`, text, {
        eventHandlers: {
          succeeded: ({ response }: { response: { status_code: number } }) => resolve(response.status_code),
          failed: ({ response }: { response?: { status_code: number } | null }) =>
            resolve(response?.status_code ?? 0),
        },
      });
    });
  },
  call(address) {
    ua?.call(`sip:${address}`, { mediaConstraints: audio });
  },
  answer: () => current().answer({ mediaConstraints: audio }),
  reject: () => current().terminate({ status_code: 603 }),
  hold: () => new Promise((resolve) => void current().hold({}, resolve)),
  resume: () => new Promise((resolve) => void current().unhold({}, resolve)),
  hangUp: () => current().terminate(),
  stop: () => ua?.stop(),
  async heard() {
    let heard = { bytes: 0, energy: 0 };
    const report = await (current().connection as unknown as Measured).getStats();
    for (const { type, bytesReceived, totalAudioEnergy = 0 } of report.values())
      if (type === 'inbound-rtp') heard = { bytes: bytesReceived, energy: totalAudioEnergy };
    return heard;
  },
};
tell('ready');
