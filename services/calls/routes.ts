// Where a call lives: on the front end where it began, whose place stands at the beginning of the ids of its sides, or on the
// one that serves this place since. A command that comes to another front end goes there.
import { createHash, randomBytes } from 'node:crypto';
import type { Bus, Subscription } from '@parley/platform/bus';
import type { CommandContract, Outcome, ReplyOf, RequestOf } from '@parley/platform/contract';
import type { TSchema } from 'typebox';
import { callErrors } from './contract.ts';

/** The name of a front end on the bus, for calls: it stands in ids that browsers see, and says nothing of the node. */
export function placeOf(nodeId: string): string {
  return createHash('sha256').update(nodeId).digest('hex').slice(0, 16);
}

export function placeOfSide(sideId: string): string {
  return sideId.split('-', 1)[0] ?? '';
}

/** Of calls that another front end goes on with while this one lives. */
const MOST_GIVEN = 10_000;

type Serve = (place: string) => Promise<Subscription>;

/** The places that this front end serves: its own, and those of front ends whose calls it has taken over. */
export class Places implements AsyncDisposable {
  #own: string;
  readonly #served = new Map<string, Subscription[]>();
  readonly #commands: Serve[] = [];
  /** Sides that were named here, and where their calls go on. */
  readonly #given = new Map<string, string>();

  constructor(own: string) {
    this.#own = own;
    this.#served.set(own, []);
  }

  get own(): string {
    return this.#own;
  }
  get adopted(): string[] {
    return [...this.#served.keys()].filter((place) => place !== this.#own);
  }

  give(sideId: string, to: string): void {
    this.#given.set(sideId, to);
    if (this.#given.size > MOST_GIVEN) this.#given.delete(this.#given.keys().next().value!);
  }
  /** A call comes back. */
  takeBack(sideId: string): void {
    this.#given.delete(sideId);
  }
  givenTo(sideId: string): string | undefined {
    return this.#given.get(sideId);
  }
  placeOf(sideId: string): string {
    return this.#given.get(sideId) ?? placeOfSide(sideId);
  }

  has(place: string): boolean {
    return this.#served.has(place);
  }

  /** A command that is served at each of the places, those that come later too. */
  async serve(command: Serve): Promise<void> {
    this.#commands.push(command);
    for (const [place, subscriptions] of this.#served) subscriptions.push(await command(place));
  }

  async open(place: string): Promise<void> {
    if (this.#served.has(place)) return;
    const subscriptions: Subscription[] = [];
    this.#served.set(place, subscriptions);
    subscriptions.push(...(await Promise.all(this.#commands.map((serve) => serve(place)))));
  }

  async close(place: string): Promise<void> {
    const subscriptions = this.#served.get(place) ?? [];
    this.#served.delete(place);
    for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
  }

  /** Another front end serves all that was ours: we go on under another name. */
  async leave(): Promise<void> {
    const left = [...this.#served.keys()];
    this.#own = randomBytes(8).toString('hex');
    await this.open(this.#own);
    for (const place of left) await this.close(place);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const place of [...this.#served.keys()]) await this.close(place);
  }
}

/** While another front end takes over what one left, commands wait so long, and ask so often. */
const TAKEN_OVER_MS = 4_000;
const ASK_AGAIN_MS = 250;

/** Of commands for a place where nobody answers: whether it is worth waiting for somebody who goes on with the call. */
export interface Waiting {
  now(): number;
  pause(ms: number): Promise<void>;
  isRunning(place: string): Promise<boolean>;
}

/** Serves a command on every front end, and lets the one answer that `placeFor` names; undefined: whoever was asked. */
export async function serveAtPlace<Q extends TSchema, R extends TSchema>(
  bus: Bus,
  { places, waiting }: { readonly places: Places; readonly waiting: Waiting },
  contract: CommandContract<Q, R>,
  placeFor: (request: RequestOf<CommandContract<Q, R>>) => string | undefined,
  handler: (
    request: RequestOf<CommandContract<Q, R>>,
  ) => Promise<Outcome<ReplyOf<CommandContract<Q, R>>>> | Outcome<ReplyOf<CommandContract<Q, R>>>,
): Promise<Subscription[]> {
  await places.serve((place) =>
    bus.serve(
      contract,
      async (request) => {
        const given = givenOf(places, request);
        return given === undefined ? handler(request) : await bus.call(contract, request, { node: given });
      },
      { node: place },
    ),
  );
  return [
    await bus.serve(contract, async (request) => {
      const until = waiting.now() + TAKEN_OVER_MS;
      for (let isFirst = true; ; isFirst = false) {
        const place = placeFor(request) ?? places.own;
        if (places.has(place)) return handler(request);
        const answered = await bus.call(contract, request, { node: place });
        const isGone = !answered.ok && answered.fault.code === 'BUS_NO_RESPONDER';
        if (!isGone) return answered;
        // Asked twice: it may have been taken over in this moment.
        const isOver = !isFirst && !(await waiting.isRunning(place));
        if (isOver || waiting.now() > until) return callErrors.fault('CALL_GONE');
        await waiting.pause(ASK_AGAIN_MS);
      }
    }),
  ];
}

function givenOf(places: Places, request: unknown): string | undefined {
  const { sideId } = request as { readonly sideId?: string };
  return sideId === undefined ? undefined : places.givenTo(sideId);
}
