// Runs a transaction machine against its RFC 3261 §17 figure, written as a table: state, input, next state, outputs.
// Used by the tests of the four machines, with virtual time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequest, createResponse } from '../../build-message.ts';
import type { SipMessage, SipRequest, SipResponse } from '../../message.ts';
import type { TransactionMachine, TransactionOutput } from '../machine.ts';

/** A machine, what has happened to it, and the time. */
export class Bench<M extends TransactionMachine> {
  readonly machine: M;
  now = 0;

  constructor(machine: M) {
    this.machine = machine;
  }
  /** Time passes, and `advance` is called once at its end. */
  pass(ms: number): TransactionOutput[] {
    this.now += ms;
    return this.machine.advance(this.now);
  }
}

export type Action<M extends TransactionMachine> = (bench: Bench<M>) => readonly TransactionOutput[];

/** `state | input | next state | outputs`; outputs are spelled `send X`, `tell X`, `failed timeout`, `terminated`. */
export type Row = readonly [state: string, input: string, next: string, outputs: string];

export interface Table<M extends TransactionMachine> {
  readonly name: string;
  readonly create: () => M;
  readonly start: Action<M>;
  readonly inputs: Readonly<Record<string, Action<M>>>;
  /** Inputs that lead from the start to each state. */
  readonly reach: Readonly<Record<string, readonly string[]>>;
  readonly rows: readonly Row[];
}

export function checkTable<M extends TransactionMachine>(table: Table<M>): void {
  for (const [state, input, next, outputs] of table.rows) {
    test(`${table.name}: ${input} in ${state} → ${next}, ${outputs || 'nothing'}`, () => {
      const bench = new Bench(table.create());
      const apply = (name: string): readonly TransactionOutput[] => {
        const action = table.inputs[name];
        assert.ok(action, `the table has no input called ${name}`);
        return action(bench);
      };
      table.start(bench);
      for (const step of table.reach[state] ?? []) apply(step);
      assert.equal(bench.machine.state, state);
      assert.equal(apply(input).map(spell).join(', '), outputs);
      assert.equal(bench.machine.state, next);
      if (next === 'Terminated') assert.equal(bench.machine.wakeAt, undefined);
    });
  }
  test(`${table.name}: the table has a row for every state and every input`, () => {
    const rows = new Set(table.rows.map(([state, input]) => `${state} / ${input}`));
    const cells = Object.keys(table.reach).flatMap((state) =>
      Object.keys(table.inputs).map((input) => `${state} / ${input}`),
    );
    assert.deepEqual(
      cells.filter((cell) => !rows.has(cell)),
      [],
    );
  });
}

/** When each output comes if nothing but time happens: `500 send OPTIONS`. */
export function schedule<M extends TransactionMachine>(
  bench: Bench<M>,
  first: readonly TransactionOutput[],
): string[] {
  const seen = first.map((output) => `${bench.now} ${spell(output)}`);
  for (let at = bench.machine.wakeAt; at !== undefined; at = bench.machine.wakeAt) {
    bench.now = at;
    seen.push(...bench.machine.advance(at).map((output) => `${at} ${spell(output)}`));
  }
  return seen;
}

function spell(output: TransactionOutput): string {
  if (output.kind === 'transmit') return `send ${nameOf(output.message)}`;
  if (output.kind === 'deliver') return `tell ${nameOf(output.message)}`;
  if (output.kind === 'failed') return `failed ${output.reason}`;
  return output.kind;
}

function nameOf(message: SipMessage): string {
  return message.kind === 'request' ? message.method : String(message.status);
}

export function requestOf(method: string): SipRequest {
  return createRequest({
    method,
    uri: 'sip:bob@example.com',
    headers: [
      ['Via', 'SIP/2.0/UDP pc33.example.com;branch=z9hG4bKtest'],
      ['Max-Forwards', '70'],
      ['From', '<sip:alice@example.com>;tag=88sja8x'],
      ['To', '<sip:bob@example.com>'],
      ['Call-ID', '987asjd97y7atg'],
      ['CSeq', `986759 ${method}`],
      ['Route', '<sip:proxy.example.com;lr>'],
    ],
  });
}

export function responseOf(status: number): SipResponse {
  return createResponse({ status, headers: [['To', '<sip:bob@example.com>;tag=99sa0xk']] });
}
