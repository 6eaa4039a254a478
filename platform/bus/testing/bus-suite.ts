// The one suite for every bus: what the port promises, told by two ends of the same transport.
// Run over the in-process bus, over NATS, and over both in bad weather as far as the promise survives it.
import { describe } from 'node:test';
import type { Bus } from '../bus.ts';
import { commandCases } from './command-cases.ts';
import { eventCases } from './event-cases.ts';
import { keyValueCases } from './key-value-cases.ts';
import { lifeCases } from './life-cases.ts';
import { streamCases } from './stream-cases.ts';

/** Two ends of one transport; in one process both may be the same bus. */
export interface BusPair extends AsyncDisposable {
  readonly here: Bus;
  readonly there: Bus;
}

export interface SuiteOptions {
  /** The reason why all of it is left out. */
  readonly skip?: string | false;
  /** Events may be lost and commands may fail: cases that need every one of them are left out. */
  readonly loses?: boolean;
  /** Events may come twice: cases that count them are left out. */
  readonly duplicates?: boolean;
}

export type MakePair = () => Promise<BusPair>;

export function busSuite(name: string, makePair: MakePair, options: SuiteOptions = {}): void {
  describe(name, { skip: options.skip ?? false }, () => {
    if (!options.loses && !options.duplicates) eventCases(makePair);
    if (!options.loses) commandCases(makePair);
    streamCases(makePair, options);
    if (!options.loses && !options.duplicates) keyValueCases(makePair);
    lifeCases(makePair);
  });
}
