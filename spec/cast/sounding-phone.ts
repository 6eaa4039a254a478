// A SIP phone with a voice: it says a tone to whoever it talks with, and tells what it hears. One call sounds at a time: the
// one whose description came last.
import { portOf, TonePhone } from '@parley/platform/media/testing';
import type { SessionEvent } from '@parley/protocol/sip';
import type { Call } from './sip-call.ts';
import { SipUserAgent } from './sip-user-agent.ts';
import type { Member, Person } from './stage.ts';

const decoder = new TextDecoder();

export class SoundingPhone implements AsyncDisposable {
  readonly agent: SipUserAgent;
  readonly voice: TonePhone;
  readonly #ends: Disposable[] = [];

  private constructor(agent: SipUserAgent, voice: TonePhone) {
    this.agent = agent;
    this.voice = voice;
  }

  static async registered(person: Person, frontEnd: Member, toneHz: number): Promise<SoundingPhone> {
    const voice = await TonePhone.open(toneHz);
    const server = frontEnd.sip('tcp') as { transport: 'tcp'; address: string; port: number };
    const { address, devicePassword: password } = person;
    const agent = await SipUserAgent.registered({ address, password, server, mediaPort: voice.port });
    return new SoundingPhone(agent, voice);
  }

  calls(address: string): Call {
    const call = this.agent.calls(address);
    this.#follow(call);
    return call;
  }

  async isCalled(): Promise<Call> {
    const call = await this.agent.isCalled();
    this.#sendTo(call.request?.body);
    this.#follow(call);
    return call;
  }

  /** Waits until what arrives is that tone, and little else. */
  hears(toneHz: number): Promise<void> {
    return this.voice.hearsTone(toneHz);
  }

  /** Where its sound goes. */
  get target(): number {
    return this.voice.target.port;
  }

  #follow(call: Call): void {
    this.#ends.push(
      call.events.each(({ event }) => {
        this.#sendTo(bodyOf(event));
      }),
    );
  }

  #sendTo(body: Uint8Array | undefined): void {
    const sdp = decoder.decode(body ?? new Uint8Array(0));
    if (!sdp.includes('m=audio')) return;
    this.voice.target = { address: '127.0.0.1', port: portOf(sdp) };
    this.voice.talk();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends) end[Symbol.dispose]();
    await this.agent[Symbol.asyncDispose]();
    await this.voice[Symbol.asyncDispose]();
  }
}

/** The descriptions of the other end. */
function bodyOf(event: SessionEvent): Uint8Array | undefined {
  if (event.kind === 'accepted') return event.response.body;
  return event.kind === 'request' || event.kind === 'acknowledged' ? event.request.body : undefined;
}
