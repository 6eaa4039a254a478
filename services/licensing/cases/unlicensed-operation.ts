// The operation `unlicensedAccess`: evidence against assignments, in the form of the case files.
import { releaseById, skuOf } from '../rules/catalogue.ts';
import { addDays } from '../rules/day.ts';
import { licensingErrors } from '../rules/fault.ts';
import type { Assignment, Edge, Subject } from '../rules/model.ts';
import { countsOf, daysOf, isActive } from '../rules/terms.ts';
import { Coverage, unlicensedAccess } from '../rules/unlicensed-access.ts';
import { answer, anyOf, numberOf, recordOf, recordsOf, textOf } from './given.ts';
import type { Given, OperationTable } from './operation.ts';

const ALWAYS = '1990-01-01';
const WINDOW_DAYS = 90;

export const unlicensedOperations: OperationTable = {
  /** `on` is the last day of the window; without it every edge counts. */
  unlicensedAccess(given) {
    const product = textOf(given, 'product') ?? 'ocs2007r2';
    const release = releaseById(product === 'parley' ? 'parley1' : product);
    if (release === undefined) return answer(licensingErrors.fault('LICENCE_UNKNOWN_SKU'));
    const [on, days] = [textOf(given, 'on'), numberOf(given, 'days') ?? WINDOW_DAYS];
    const edges = recordsOf(given, 'edges').map(edgeOf);
    const assignments = recordsOf(given, 'assignments').map(assignmentOf);
    const checked = [
      daysOf({ on }),
      countsOf({ days }),
      ...edges.map(({ firstDay, lastDay }) => daysOf({ 'first day': firstDay, 'last day': lastDay })),
      ...assignments.map(({ from, to }) => daysOf({ 'assigned from': from, 'assigned to': to })),
    ].find(({ ok }) => !ok);
    if (checked !== undefined) return answer(checked);
    const unknown = assignments.find(({ sku }) => skuOf(sku) === undefined);
    if (unknown !== undefined)
      return answer(
        licensingErrors.fault('LICENCE_UNKNOWN_SKU', `The catalogue has no licence ${unknown.sku}.`),
      );
    const window =
      on === undefined ? { from: ALWAYS, to: '9999-12-31' } : { from: addDays(on, 1 - days), to: on };
    const found = unlicensedAccess(edges, new Coverage(assignments, release), window);
    return {
      edges: found.edgesInWindow,
      unlicensed: found.edges.map(({ edge, when }) => ({
        user: edge.userId,
        device: edge.deviceId,
        cal: edge.level,
        lastSeen: edge.lastDay,
        when,
      })),
      users: found.users,
      devices: found.devices,
      assigned: assignments.filter((each) => isActive(each, window.to)).length,
      rules: found.rules,
    };
  },
};

function edgeOf(edge: Given): Edge {
  const lastDay = textOf(edge, 'lastSeen', 'lastDay') ?? ALWAYS;
  return {
    userId: textOf(edge, 'user') ?? null,
    deviceId: textOf(edge, 'device') ?? null,
    level: textOf(edge, 'cal', 'level') === 'enterprise' ? 'enterprise' : 'standard',
    firstDay: textOf(edge, 'firstSeen', 'firstDay') ?? lastDay,
    lastDay,
    count: 1,
  };
}

function assignmentOf(assignment: Given, index: number): Assignment {
  const to = recordOf(anyOf(assignment, 'subject'));
  const device = textOf(assignment, 'device');
  const subject: Subject =
    device === undefined
      ? {
          kind: textOf(to, 'kind') === 'device' ? 'device' : 'user',
          id: textOf(assignment, 'user') ?? textOf(to, 'id') ?? '',
        }
      : { kind: 'device', id: device };
  return {
    assignmentId: String(index),
    sku: textOf(assignment, 'cal', 'sku') ?? '',
    subject,
    from: textOf(assignment, 'from', 'on') ?? ALWAYS,
    to: textOf(assignment, 'to', 'until') ?? null,
    kind: 'permanent',
    reason: '',
    previous: null,
  };
}
