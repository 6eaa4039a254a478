// What the optimiser is asked and what it answers (licensing rules M7, M8), in a licence manager's words.
import type { CalKind } from '../model.ts';
import type { PackPrices } from '../packs.ts';
import type { AccessGraph } from './access-graph.ts';

export type CalMetric = 'user' | 'device';
export const metrics: readonly CalMetric[] = ['user', 'device'];

/** How one kind of CAL is had. Without packs it is not on sale and only what is owned can be used. */
export interface CalSupply {
  /** Price in minor units of each pack size; a single is the pack of one. */
  readonly packs: PackPrices;
  /** Owned already, assigned or not. */
  readonly owned: number;
}

export interface MetricSupply {
  readonly standard: CalSupply;
  readonly enterprise?: CalSupply;
  /** A suite is one licence that holds both (rule S23). */
  readonly suite?: CalSupply;
}

/** A price of one's own: such a CAL is bought singly and never from the packs or the stock. */
export type PriceOverride = Readonly<Partial<Record<CalKind, number>>>;

/** A CAL that somebody or something has now. */
export interface Holding {
  readonly metric: CalMetric;
  readonly subject: string;
  readonly level: CalKind;
  /** The first day on which it may move (rule S2); null where it may move at any time. */
  readonly movableFrom: string | null;
}

export interface Subjects {
  readonly users?: readonly string[];
  readonly devices?: readonly string[];
}

export interface MixRequest {
  readonly graph: AccessGraph;
  readonly supply: Readonly<Record<CalMetric, MetricSupply>>;
  readonly overrides?: {
    readonly users?: ReadonlyMap<string, PriceOverride>;
    readonly devices?: ReadonlyMap<string, PriceOverride>;
  };
  /** Who and what we may not license: a partner's device. */
  readonly unlicensable?: Subjects;
  /** Whose access needs no CAL (rule A17). */
  readonly exempt?: Subjects;
  readonly holdings?: readonly Holding[];
  /** The day on which the CALs would move. */
  readonly on?: string;
  /** Steps that the search may take; the same limit always gives the same answer. */
  readonly workLimit?: number;
}

export type CalCounts = Readonly<Record<CalMetric, Readonly<Record<CalKind, number>>>>;

export type MoveKind = 'buy' | 'assign' | 'move' | 'return' | 'keep';
export type MoveReason =
  | 'cheapest'
  | 'no-person'
  | 'no-device'
  | 'other-end-not-licensable'
  | 'may-not-move-yet'
  | 'needed-no-more';

export interface Move {
  readonly kind: MoveKind;
  readonly metric: CalMetric;
  readonly level: CalKind;
  readonly subject: string;
  readonly reason: MoveReason;
  /** Of a move: from whom. */
  readonly from?: string;
  /** Of a CAL that has to stay: the first day on which it may move. */
  readonly until?: string;
}

export interface Purchase {
  readonly metric: CalMetric;
  readonly kind: CalKind | 'suite';
  readonly quantity: number;
  readonly cost: number;
  /** How many packs of each size. */
  readonly packs: Readonly<Record<number, number>>;
}

export interface Baseline {
  readonly cost: number;
  readonly counts: CalCounts;
}

export interface Mix {
  readonly cost: number;
  /** No choice can cost less. */
  readonly lowerBound: number;
  readonly optimal: boolean;
  /** CALs in use, owned or to be bought. */
  readonly counts: CalCounts;
  readonly total: number;
  readonly chosen: Readonly<Record<CalMetric, Readonly<Record<CalKind, readonly string[]>>>>;
  readonly purchases: readonly Purchase[];
  readonly moves: readonly Move[];
  /** One type for all, with device CALs where there is no person and the reverse. */
  readonly baselines: { readonly allUser: Baseline | null; readonly allDevice: Baseline | null };
  /** Against the cheaper baseline. */
  readonly savings: number;
  /** The same question once every CAL may move. */
  readonly later: { readonly from: string; readonly cost: number } | null;
  readonly work: number;
  readonly rules: readonly string[];
}

/** Where the computation is; `share` is 0 to 1. */
export interface OptimiseProgress {
  readonly stage: 'graph' | 'cut' | 'search' | 'report';
  readonly share: number;
}
