// A visit to the licences of this server: its operations by name, done as `cli`, and the people and devices they are about.
import {
  type OperationName,
  type OperationReply,
  type OperationRequest,
  operationCommand,
} from '@parley/services/licensing/contract';
import { CommandFault, EXIT } from './answer.ts';
import type { SettingsOptions } from './settings.ts';
import { findUser, type Visit, visit } from './visit.ts';

export interface Desk extends Visit {
  operate<N extends OperationName>(
    name: N,
    request: OperationRequest<N>,
    options?: { readonly deadlineMs?: number },
  ): Promise<OperationReply<N>>;
}

export interface Subject {
  readonly kind: 'user' | 'device';
  readonly id: string;
}

export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** What one page of an answer holds at most. */
export const PAGE = 500;

export async function atTheDesk<T>(options: SettingsOptions, work: (desk: Desk) => Promise<T>): Promise<T> {
  // Loaded here, not at the top: most commands need none of it.
  const { licensingService } = await import('@parley/services/licensing/service');
  return await visit(
    options,
    (here) =>
      work({
        ...here,
        // The type of a contract by its name is one that the compiler cannot follow through `ask`.
        operate: (name, request, callOptions) =>
          here.ask(operationCommand(name), { actor: 'cli', request } as never, callOptions) as never,
      }),
    [licensingService],
  );
}

/** Every row of a paged operation. */
export async function allPages<T>(
  page: (after: string | undefined) => Promise<{ readonly items: readonly T[]; readonly next?: string }>,
): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const { items: more, next } = await page(after);
    items.push(...more);
    after = next;
  } while (after !== undefined);
  return items;
}

/** A person by address, or a device by its id or its name. */
export async function subjectOf(desk: Desk, who: string, isDevice: boolean | undefined): Promise<Subject> {
  if (isDevice !== true) return { kind: 'user', id: (await findUser(desk, who)).userId };
  const { items } = await desk.operate('subjects', { kind: 'device', query: who, limit: PAGE });
  const found = items.filter(({ subject, name }) => subject.id === who || name === who);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.subject;
  if (only !== undefined) {
    throw refused(
      'CLI_AMBIGUOUS_DEVICE',
      `Several devices are called "${who}".`,
      `Name one of: ${found.map(({ subject }) => subject.id).join(', ')}.`,
    );
  }
  throw refused(
    'CLI_NO_SUCH_DEVICE',
    `There is no device "${who}".`,
    'Look it up with: parley licence subjects --kind device',
  );
}

/** The assignment of this licence that is in force. */
export async function heldAssignment(desk: Desk, subject: Subject, sku: string): Promise<string> {
  const { assignments } = await desk.operate('history', { subject });
  const held = assignments.find((each) => each.sku === sku && (each.to === null || each.to >= today()));
  if (held !== undefined) return held.assignmentId;
  throw refused(
    'LICENCE_NOT_ASSIGNED',
    'This person or device does not hold that licence.',
    'Look up what is held with: parley licence history',
  );
}

export function refused(code: string, sentence: string, remedy: string): CommandFault {
  return new CommandFault({ code, sentence, remedy }, { exitCode: EXIT.refused });
}
