// The CALs that an access graph may need, as a choice (licensing rules M7, M8): a node for each person's and each
// device's Standard CAL, one more for the Enterprise CAL where it can matter, A10 as an implication between the two.
import { done, type Outcome } from '@parley/platform/contract';
import { licensingErrors } from '../fault.ts';
import { type AccessGraph, ENTERPRISE, STANDARD } from './access-graph.ts';
import { CHOSEN, type ChoiceModel, conclude, REFUSED } from './choice.ts';
import type { Holding, MoveReason, Subjects } from './request.ts';

export const USER = 0;
export const DEVICE = 1;

/** Why a CAL has to be: index into `forcedReasons`, 0 where it is a matter of price. */
export const forcedReasons = [
  'cheapest',
  'no-person',
  'no-device',
  'other-end-not-licensable',
] as const satisfies readonly MoveReason[];

export interface CalModel extends ChoiceModel {
  readonly graph: AccessGraph;
  readonly metric: Uint8Array;
  readonly level: Uint8Array;
  /** Index into the users or devices of the graph. */
  readonly subject: Int32Array;
  /** FREE, CHOSEN or REFUSED, with all that follows. */
  readonly state: Uint8Array;
  /** 1 where the CAL is there and may not move yet: it costs nothing and cannot serve another. */
  readonly pinned: Uint8Array;
  readonly reason: Uint8Array;
  /** Node of each subject's CAL, by metric and level; -1 where there is none. */
  readonly nodeOf: readonly (readonly Int32Array[])[];
}

export interface Constraints {
  readonly unlicensable: Subjects;
  readonly pinned: readonly Holding[];
}

/** @param graph with distinct edges */
export function calModel(graph: AccessGraph, constraints: Constraints): Outcome<CalModel> {
  const { edgeUser, edgeDevice, edgeLevel, users, devices } = graph;
  const wanted = [users, devices].map((ids) => new Uint8Array(ids.length));
  for (let edge = 0; edge < edgeUser.length; edge++) {
    const mark = 1 + edgeLevel[edge]!;
    if (edgeUser[edge]! >= 0) wanted[USER]![edgeUser[edge]!]! |= mark;
    if (edgeDevice[edge]! >= 0) wanted[DEVICE]![edgeDevice[edge]!]! |= mark;
  }
  const nodeOf = wanted.map((marks) => [
    new Int32Array(marks.length).fill(-1),
    new Int32Array(marks.length).fill(-1),
  ]);
  let count = 0;
  let chains = 0;
  for (const [metric, marks] of wanted.entries()) {
    for (const level of [STANDARD, ENTERPRISE]) {
      for (let subject = 0; subject < marks.length; subject++) {
        if (marks[subject]! === 0 || (level === ENTERPRISE && marks[subject]! < 2)) continue;
        nodeOf[metric]![level]![subject] = count++;
        if (level === ENTERPRISE) chains++;
      }
    }
  }
  const model = {
    graph,
    nodeOf,
    inverted: new Uint8Array(count),
    metric: new Uint8Array(count),
    level: new Uint8Array(count),
    subject: new Int32Array(count),
    state: new Uint8Array(count),
    pinned: new Uint8Array(count),
    reason: new Uint8Array(count),
    tail: new Int32Array(edgeUser.length + chains),
    head: new Int32Array(edgeUser.length + chains),
  };
  let arcs = 0;
  for (const [metric, byLevel] of nodeOf.entries()) {
    for (const [level, nodes] of byLevel.entries()) {
      for (let subject = 0; subject < nodes.length; subject++) {
        const node = nodes[subject]!;
        if (node < 0) continue;
        model.metric[node] = metric;
        model.inverted[node] = metric;
        model.level[node] = level;
        model.subject[node] = subject;
        if (level === STANDARD) continue;
        // A10: with the Enterprise CAL the Standard one. Devices say it the other way round.
        const base = byLevel[STANDARD]![subject]!;
        model.tail[arcs] = metric === USER ? node : base;
        model.head[arcs++] = metric === USER ? base : node;
      }
    }
  }
  const refused = applyConstraints(model, constraints);
  for (let edge = 0; edge < edgeUser.length; edge++) {
    const user = nodeFor(nodeOf[USER]!, edgeUser[edge]!, edgeLevel[edge]!);
    const device = nodeFor(nodeOf[DEVICE]!, edgeDevice[edge]!, edgeLevel[edge]!);
    const [userOut, deviceOut] = [isOut(model, refused, user), isOut(model, refused, device)];
    if (userOut && deviceOut)
      return licensingErrors.fault('LICENCE_UNCOVERABLE_ACCESS', uncoverable(graph, edge));
    if (userOut || deviceOut) {
      const forced = userOut ? device : user;
      model.state[forced] = CHOSEN;
      model.reason[forced] = (userOut ? user : device) >= 0 ? 3 : userOut ? 1 : 2;
    }
    // What the Standard CALs must do follows from the Enterprise arc and A10.
    if (user < 0 || device < 0) continue;
    model.tail[arcs] = device;
    model.head[arcs++] = user;
  }
  const whole = { ...model, tail: model.tail.slice(0, arcs), head: model.head.slice(0, arcs) };
  for (let node = 0; node < count; node++)
    if (refused[node] === 1 && whole.state[node] !== CHOSEN) whole.state[node] = REFUSED;
  if (!conclude(whole, whole.state))
    return licensingErrors.fault(
      'LICENCE_UNCOVERABLE_ACCESS',
      'Somebody who may not be licensed would need both CALs.',
    );
  for (let node = 0; node < count; node++) inheritReason(whole, node);
  return done(whole);
}

function nodeFor(byLevel: readonly Int32Array[], subject: number, level: number): number {
  return subject < 0 ? -1 : byLevel[level]![subject]!;
}

function isOut(model: { readonly state: Uint8Array }, refused: Uint8Array, node: number): boolean {
  return node < 0 || (refused[node] === 1 && model.state[node] !== CHOSEN);
}

/** @returns 1 for each node that may not be chosen. What has a CAL that may not move has it all the same. */
function applyConstraints(
  model: Omit<CalModel, 'tail' | 'head'>,
  { unlicensable, pinned }: Constraints,
): Uint8Array {
  const { graph, nodeOf } = model;
  const refused = new Uint8Array(model.state.length);
  const lists = [
    [graph.users, unlicensable.users ?? []],
    [graph.devices, unlicensable.devices ?? []],
  ] as const;
  for (const [metric, [ids, barred]] of lists.entries()) {
    if (barred.length === 0) continue;
    const set = new Set(barred);
    for (const nodes of nodeOf[metric]!)
      for (let subject = 0; subject < ids.length; subject++)
        if (nodes[subject]! >= 0 && set.has(ids[subject]!)) refused[nodes[subject]!] = 1;
  }
  const held = pinned.length === 0 ? undefined : [indexOf(graph.users), indexOf(graph.devices)];
  for (const { metric, subject, level } of pinned) {
    const kind = metric === 'user' ? USER : DEVICE;
    const index = held![kind]!.get(subject);
    const node = index === undefined ? -1 : nodeOf[kind]![level === 'enterprise' ? 1 : 0]![index]!;
    if (node < 0) continue;
    model.state[node] = CHOSEN;
    model.pinned[node] = 1;
  }
  return refused;
}

export function indexOf(ids: readonly string[]): ReadonlyMap<string, number> {
  return new Map(ids.map((id, index) => [id, index]));
}

/** A Standard CAL that is there for the sake of a forced Enterprise CAL has its reason. */
function inheritReason(model: CalModel, node: number): void {
  if (model.level[node] !== ENTERPRISE || model.reason[node] === 0) return;
  const base = model.nodeOf[model.metric[node]!]![STANDARD]![model.subject[node]!]!;
  if (model.reason[base] === 0) model.reason[base] = model.reason[node]!;
}

function uncoverable({ users, devices, edgeUser, edgeDevice }: AccessGraph, edge: number): string {
  const user = edgeUser[edge]! < 0 ? 'nobody' : users[edgeUser[edge]!]!;
  const device = edgeDevice[edge]! < 0 ? 'no known device' : devices[edgeDevice[edge]!]!;
  return `The access of ${user} from ${device} cannot be covered: neither end can be licensed.`;
}
