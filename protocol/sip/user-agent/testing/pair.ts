// Two user agents in one room with virtual time: what one transmits the other has received. Used by the tests.
import type { SipMessage } from '../../message.ts';
import { parseMessage } from '../../parser.ts';
import { serializeMessage } from '../../serializer.ts';
import { UserAgent } from '../user-agent.ts';
import type { UserAgentFlow, UserAgentOptions, UserAgentOutput } from '../user-agent-output.ts';

type Told = Exclude<UserAgentOutput<UserAgentFlow>, { kind: 'transmit' }>;

export class Room {
  now = 0;
  readonly alice: Party;
  readonly bob: Party;

  constructor(
    options: {
      alice?: Partial<UserAgentOptions<UserAgentFlow>>;
      bob?: Partial<UserAgentOptions<UserAgentFlow>>;
    } = {},
  ) {
    this.alice = new Party('alice', options.alice ?? {});
    this.bob = new Party('bob', options.bob ?? {});
  }

  /** Until nobody has anything to send at this time. */
  settle(): void {
    const { alice, bob } = this;
    while (alice.deliverTo(bob, this.now) || bob.deliverTo(alice, this.now));
  }

  /** Lets time pass until everything has happened that time alone brings about. */
  wait(limitMs = Number.POSITIVE_INFINITY): void {
    const until = this.now + limitMs;
    for (this.settle(); ; this.settle()) {
      const next = Math.min(this.alice.agent.wakeAt ?? until, this.bob.agent.wakeAt ?? until);
      if (next > until || next === Number.POSITIVE_INFINITY) break;
      this.now = Math.max(this.now, next);
      this.alice.agent.advance(this.now);
      this.bob.agent.advance(this.now);
      if (next === until) break;
    }
    this.settle();
  }
}

export class Party {
  readonly agent: UserAgent<UserAgentFlow>;
  readonly sent: SipMessage[] = [];
  readonly told: Told[] = [];
  /** Whether the wire drops what this party sends. */
  loses: (message: SipMessage) => boolean = () => false;
  readonly #flow: UserAgentFlow;

  constructor(name: string, options: Partial<UserAgentOptions<UserAgentFlow>>) {
    let count = 0;
    const contact = `sip:${name}@192.0.2.1`;
    const sentBy = { transport: 'UDP', host: '192.0.2.1', port: 5060 };
    this.#flow = { id: 'f', reliable: false, remoteAddress: '192.0.2.9', remotePort: 5060, sentBy, contact };
    this.agent = new UserAgent({
      from: `<sip:${name}@example.com>`,
      token: () => `${name}${++count}`,
      random: () => 0.5,
      flowTo: () => this.#flow,
      ...options,
    });
  }

  receive(message: SipMessage, now: number): void {
    const parsed = parseMessage(serializeMessage(message));
    if (!parsed.ok) throw new Error(parsed.reason);
    this.agent.receive(parsed.message, this.#flow, now);
  }

  deliverTo(other: Party, now: number): boolean {
    const outputs = this.agent.take();
    for (const output of outputs) {
      if (output.kind !== 'transmit') this.told.push(output);
      else {
        this.sent.push(output.message);
        if (!this.loses(output.message)) other.receive(output.message, now);
      }
    }
    return outputs.length > 0;
  }

  last<K extends Told['kind']>(kind: K): Extract<Told, { kind: K }> {
    const found = this.told.findLast((output) => output.kind === kind);
    if (found === undefined) throw new Error(`no ${kind} among ${this.told.map((one) => one.kind)}`);
    return found as Extract<Told, { kind: K }>;
  }

  /** `INVITE`, `200` */
  get spoken(): (string | number)[] {
    return this.sent.map((message) => (message.kind === 'request' ? message.method : message.status));
  }
}
