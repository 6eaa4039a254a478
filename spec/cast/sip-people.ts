// People of a stage with SIP phones of their own, signed in and ready to call; all are switched off at the end.
import { randomUUID } from 'node:crypto';
import { SipUserAgent, type SipUserAgentOptions } from './sip-user-agent.ts';
import type { Person, Stage } from './stage.ts';

export interface PhoneOptions extends Partial<SipUserAgentOptions> {
  readonly transport?: 'udp' | 'tcp' | 'tls';
  /** Which front end it registers with; one after the other where nothing is said. */
  readonly frontEnd?: number;
  /** q of its Contact (RFC 3261 §10.2.1.2). */
  readonly q?: string;
}

const KNOWN_MS = 15_000;

export class SipPeople implements AsyncDisposable {
  readonly #stage: Stage;
  readonly #phones = new AsyncDisposableStack();
  #count = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Somebody new with a phone that is registered. */
  async phoneOf(name: string, options: PhoneOptions = {}): Promise<SipUserAgent> {
    return this.phone(await this.#stage.hire(name), options);
  }

  async phone(person: Person, options: PhoneOptions = {}): Promise<SipUserAgent> {
    const agent = await this.unregistered(person, options);
    const { q } = options;
    const contact = q === undefined ? undefined : [`<${agent.contact}>;q=${q}`];
    const { status, reason } = await agent.register(600, contact);
    if (status !== 200) throw new Error(`REGISTER was answered ${status} ${reason}`);
    await this.#isKnown(agent);
    return agent;
  }

  /** The other front ends hear of a registration over the bus: it is known to all when it is reached by way of each. */
  async #isKnown(agent: SipUserAgent): Promise<void> {
    const deadline = performance.now() + KNOWN_MS;
    for (const frontEnd of this.#stage.frontEnds) {
      const { transport, address, port } = frontEnd.sip('udp');
      const routes = [`<sip:${address}:${port};transport=${transport};lr>`];
      const reaches = async () =>
        (await agent.request('OPTIONS', { uri: `sip:${agent.options.address}`, routes })).status;
      for (let status = await reaches(); status === 480; status = await reaches()) {
        if (performance.now() > deadline) throw new Error('a front end does not hear of a registration');
      }
    }
  }

  async unregistered(
    person: Person,
    { transport = 'udp', frontEnd, ...options }: PhoneOptions = {},
  ): Promise<SipUserAgent> {
    const { frontEnds } = this.#stage;
    const member = frontEnds[(frontEnd ?? this.#count++) % frontEnds.length]!;
    const hop = member.sip(transport);
    return this.#phones.use(
      await SipUserAgent.on({
        address: person.address,
        displayName: person.name,
        password: person.devicePassword,
        server: { transport, address: hop.address, port: hop.port },
        instance: `urn:uuid:${randomUUID()}`,
        ...options,
      }),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#phones.disposeAsync();
  }
}
