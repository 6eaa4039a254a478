// Reading what a case gives: values by any of the names that case files use for them. Used by the adapters of operations.
import type { Outcome } from '@parley/platform/contract';
import { caseError } from './case-error.ts';
import type { Given } from './operation.ts';

/** The value under the first of these names that is there; null counts as not there. */
export function anyOf(given: Given, ...names: readonly string[]): unknown {
  for (const name of names) {
    const value = given[name];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/** A number as it stands, good or bad: the rules judge it. */
export function numberOf(given: Given, ...names: readonly string[]): number | undefined {
  const value = anyOf(given, ...names);
  if (value === undefined) return undefined;
  return typeof value === 'number' ? value : Number.NaN;
}

export function textOf(given: Given, ...names: readonly string[]): string | undefined {
  const value = anyOf(given, ...names);
  return value === undefined ? undefined : asText(value);
}

/** What is no text and no number is written so that no rule takes it for one. */
export function asText(value: unknown): string {
  return typeof value === 'object' ? '(no text)' : String(value);
}

export function listOf(given: Given, ...names: readonly string[]): readonly unknown[] {
  const value = anyOf(given, ...names);
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

export function recordsOf(given: Given, ...names: readonly string[]): readonly Given[] {
  return listOf(given, ...names).map(recordOf);
}

export function recordOf(value: unknown): Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Given) : {};
}

/** The answer of a rule, or its fault as what a case calls an error. */
export function answer<T>(outcome: Outcome<T>, shape: (value: T) => unknown = (value) => value): unknown {
  if (outcome.ok) return shape(outcome.value);
  const { code, sentence } = outcome.fault;
  return { allowed: false, error: caseError(code), code, sentence };
}
