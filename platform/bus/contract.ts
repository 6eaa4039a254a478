// Contracts: what services may say to each other, described once as schemas; the types are inferred.
// Pure (no `node:` import), so that the browser reads the same contracts. See docs/decisions/0002.
import type { Static, TSchema } from 'typebox';

/** A peer's fault as a value. `code` is stable and documented; the sentences are for people. */
export interface Fault {
  readonly code: string;
  readonly sentence: string;
  readonly remedy?: string;
  /** Where what was to be changed is another by now: how it is stored. */
  readonly current?: unknown;
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: Fault };

export function done<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** One row of a service's error table: how a code reads, and how each wire says it. */
export interface ErrorRow {
  readonly http: number;
  readonly sip?: number;
  readonly sentence: string;
  readonly remedy?: string;
}
export type ErrorTable<Code extends string = string> = Readonly<Record<Code, ErrorRow>>;

/** A service's error table and the function that makes a fault from one of its codes. */
export function errors<Code extends string>(table: ErrorTable<Code>) {
  /** Replaces the table's sentence where the rule knows more (which row, which limit). */
  function fault(code: Code, sentence?: string): { readonly ok: false; readonly fault: Fault } {
    const row = table[code];
    return {
      ok: false,
      fault: {
        code,
        sentence: sentence ?? row.sentence,
        ...(row.remedy === undefined ? {} : { remedy: row.remedy }),
      },
    };
  }
  return { table, fault };
}

/** A fact: something that has happened. Subject is `service.noun.pastVerb`. */
export interface EventContract<S extends TSchema = TSchema> {
  readonly kind: 'event';
  readonly subject: string;
  readonly schema: S;
}

/** A request to one instance of a service. Subject is `service.verb`. */
export interface CommandContract<Q extends TSchema = TSchema, R extends TSchema = TSchema> {
  readonly kind: 'command';
  readonly subject: string;
  readonly request: Q;
  readonly reply: R;
}

export function event<S extends TSchema>(subject: string, schema: S): EventContract<S> {
  return { kind: 'event', subject, schema };
}

export function command<Q extends TSchema, R extends TSchema>(
  subject: string,
  schemas: { readonly request: Q; readonly reply: R },
): CommandContract<Q, R> {
  return { kind: 'command', subject, ...schemas };
}

export type EventOf<C> = C extends EventContract<infer S> ? Static<S> : never;
export type RequestOf<C> = C extends CommandContract<infer Q, TSchema> ? Static<Q> : never;
export type ReplyOf<C> = C extends CommandContract<TSchema, infer R> ? Static<R> : never;

/** How to hold another service's facts: its snapshot command, its event, and the fold of both. Lives in view.ts. */
export interface ViewDefinition<State, S extends TSchema, Q extends TSchema, R extends TSchema> {
  readonly event: EventContract<S>;
  /** Asked page by page; its request has an optional `after`, its reply an optional `next`. */
  readonly snapshot: CommandContract<Q, R>;
  readonly items: (reply: Static<R>) => readonly Static<S>[];
  readonly empty: () => State;
  readonly fold: (state: State, item: Static<S>) => State;
}

/** Keeps the types of a view's definition. */
export function view<State, S extends TSchema, Q extends TSchema, R extends TSchema>(
  definition: ViewDefinition<State, S, Q, R>,
): ViewDefinition<State, S, Q, R> {
  return definition;
}
