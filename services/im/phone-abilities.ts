// What phones can read beside plain text, learnt from what they send: a phone that writes CPIM reads it, one that says that
// its person types wants to hear it of others. Every front end knows it of all; after a restart, phones tell again.
import type { EventOf } from '@parley/platform/contract';
import type { phoneLearnt } from './contract.ts';

export type Ability = 'cpim' | 'composing';
type Learnt = EventOf<typeof phoneLearnt>;

/** About 150 bytes each. */
const PHONES = 50_000;

export class PhoneAbilities {
  readonly #byDevice = new Map<string, ReadonlySet<Ability>>();
  readonly #tell: (learnt: Learnt) => void;

  /** @param tell the other front ends. */
  constructor(tell: (learnt: Learnt) => void) {
    this.#tell = tell;
  }

  /** Whether any phone can. */
  get isEmpty(): boolean {
    return this.#byDevice.size === 0;
  }

  has(deviceId: string, ability: Ability): boolean {
    return this.#byDevice.get(deviceId)?.has(ability) === true;
  }

  learn(deviceId: string, ...abilities: readonly Ability[]): void {
    const held = this.#byDevice.get(deviceId) ?? NONE;
    if (abilities.every((ability) => held.has(ability))) return;
    this.#set(deviceId, new Set([...held, ...abilities]));
  }

  /** The phone has refused it. */
  unlearn(deviceId: string, ability: Ability): void {
    const held = this.#byDevice.get(deviceId);
    if (held?.has(ability) === true) this.#set(deviceId, new Set([...held].filter((one) => one !== ability)));
  }

  fold({ deviceId, abilities }: Learnt): void {
    this.#byDevice.delete(deviceId);
    if (abilities.length > 0) this.#byDevice.set(deviceId, new Set(abilities));
    if (this.#byDevice.size > PHONES) this.#byDevice.delete(this.#byDevice.keys().next().value!);
  }

  #set(deviceId: string, abilities: ReadonlySet<Ability>): void {
    const learnt = { deviceId, abilities: [...abilities] };
    this.fold(learnt);
    this.#tell(learnt);
  }
}

const NONE: ReadonlySet<Ability> = new Set();
