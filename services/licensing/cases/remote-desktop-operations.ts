// The operation of case files about Remote Desktop licensing: which rule is meant shows in what is given.
import {
  activeUsers,
  compatibility,
  connectDevice,
  type DeviceToken,
  graceOf,
  perUserReport,
  returnExpired,
  revoke,
  userRecordExpires,
} from '../rules/remote-desktop.ts';
import { answer, anyOf, numberOf, recordOf, recordsOf, textOf } from './given.ts';
import type { Given, OperationTable } from './operation.ts';

export const remoteDesktopOperations: OperationTable = {
  rds(given) {
    const action = textOf(given, 'action') ?? 'connect';
    if (action === 'revoke') {
      const cal = textOf(given, 'cal', 'mode') === 'per-user' ? 'per-user' : 'per-device';
      const installed = numberOf(given, 'installed', 'pool') ?? 0;
      const currentlyRevoked = numberOf(given, 'currentlyRevoked', 'revoked') ?? 0;
      return answer(
        revoke({ cal, installed, currentlyRevoked, count: numberOf(given, 'count', 'quantity') }),
      );
    }
    const versions = compatible(given);
    if (versions?.['compatible'] === false) return { allowed: false, ...versions };
    if (given['licenceServer'] === null) return grace(given);
    if (textOf(given, 'mode') === 'per-user') return { ...versions, ...recordOf(perUser(given)) };
    if (action !== 'connect') return expire(given);
    if (textOf(given, 'mode') === 'per-device') return { ...versions, ...recordOf(perDevice(given)) };
    return versions ?? { error: 'nothing-asked' };
  },
};

function grace(given: Given): unknown {
  const [first, on] = [textOf(given, 'hostFirstUse') ?? '', textOf(given, 'on') ?? ''];
  const version = textOf(given, 'hostVersion', 'version', 'hostOs', 'os')?.replace(
    /^windows[ -]?(server[ -]?)?/i,
    '',
  );
  return answer(graceOf(first, on, version), (value) => (value.allowed ? { ...value, by: 'grace' } : value));
}

/** @returns undefined where the case says nothing of versions. */
function compatible(given: Given): Given | undefined {
  const cal = textOf(given, 'calVersion');
  if (cal === undefined) return undefined;
  const host = textOf(given, 'hostVersion');
  const licenceServer = textOf(given, 'licenceServerVersion', 'serverVersion');
  return answer(compatibility(cal, { host, licenceServer }), (value) => ({
    ...value,
    ...(value.compatible ? {} : { error: value.reasons[0] }),
  })) as Given;
}

function perUser(given: Given): unknown {
  const issuedOn = textOf(given, 'issuedOn');
  const on = textOf(given, 'on');
  if (issuedOn !== undefined) {
    return answer(userRecordExpires(issuedOn), (expires) => ({
      expires,
      ...(on === undefined ? {} : { active: issuedOn <= on && on < expires, expired: on >= expires }),
      rules: ['S19'],
    }));
  }
  const records = anyOf(given, 'records');
  let users = numberOf(given, 'activeUsers', 'users') ?? 0;
  if (records !== undefined && on !== undefined) {
    const active = activeUsers(
      recordsOf(given, 'records').map((each) => ({
        user: textOf(each, 'user', 'id') ?? '',
        issuedOn: textOf(each, 'issuedOn') ?? '',
      })),
      on,
    );
    if (!active.ok) return answer(active);
    users = active.value;
  }
  return answer(perUserReport(numberOf(given, 'pool') ?? 0, users), (report) => ({
    ...report,
    activeUsers: users,
  }));
}

function stockOf(given: Given) {
  return { total: numberOf(given, 'pool') ?? 0, issued: numberOf(given, 'issued', 'poolUsed') ?? 0 };
}

function tokenOf(state: Given): DeviceToken {
  return {
    kind: textOf(state, 'kind') === 'permanent' ? 'permanent' : 'temporary',
    expires: textOf(state, 'expires') ?? '',
    validated: anyOf(state, 'validated') === true,
  };
}

function perDevice(given: Given): unknown {
  const state = anyOf(given, 'clientState');
  const token = state === undefined ? undefined : tokenOf(recordOf(state));
  return answer(
    connectDevice(token, stockOf(given), textOf(given, 'on') ?? '', numberOf(given, 'chance')),
    (connection) => ({
      ...connection,
      validDaysMin: connection.validDays?.min,
      validDaysMax: connection.validDays?.max,
      overAllocated: 0,
    }),
  );
}

/** Nobody connects: what ran out goes back into the stock. */
function expire(given: Given): unknown {
  const states = anyOf(given, 'tokens', 'clients');
  const tokens = (
    states === undefined ? recordsOf(given, 'clientState') : recordsOf(given, 'tokens', 'clients')
  ).map(tokenOf);
  return answer(returnExpired(tokens, textOf(given, 'on') ?? ''), ({ returned, rules }) => ({
    returned: returned.length,
    returnedToPool: returned.length > 0,
    poolUsed: Math.max(0, stockOf(given).issued - returned.length),
    rules,
  }));
}
