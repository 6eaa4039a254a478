// licensing against a real PostgreSQL: what is written, decided, announced and answered.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Outcome } from '@parley/platform/contract';
import type { RunningService } from '@parley/platform/host';
import { fakeClock } from '@parley/platform/net/testing';
import { openStore } from '@parley/platform/store';
import { silentLog, type TestStore } from '@parley/platform/store/testing';
import { authenticationService } from '../authentication/service.ts';
import { createUser, setDisabled } from '../identity/contract.ts';
import { identityService } from '../identity/service.ts';
import { type TestProcess, testProcess } from '../testing.ts';
import {
  type OperationName,
  type OperationReply,
  type OperationRequest,
  operationCommand,
  type Rights,
  recordAccess,
  rightsChanged,
} from './contract.ts';
import { openLicenceGate } from './gate.ts';
import { issueLicenceFile, issuerKey, newIssuerKey } from './licence-file/issue.ts';
import type { Edge } from './rules/model.ts';
import { licensingService } from './service.ts';

const clock = fakeClock();
const DAY_MS = 86_400_000;
const STANDARD = 'parley-standard-cal';
const ENTERPRISE = 'parley-enterprise-cal';
let running: TestProcess;

before(async () => {
  running = await testProcess({ clock });
  await running.start(identityService, authenticationService, licensingService);
});
after(() => running[Symbol.asyncDispose]());

function ask<N extends OperationName>(
  name: N,
  request: OperationRequest<N>,
  { actor = 'cli', key }: { actor?: string; key?: string } = {},
): Promise<Outcome<OperationReply<N>>> {
  const asking = { actor, request, ...(key === undefined ? {} : { key }) };
  return running.bus.call(operationCommand(name), asking as never) as Promise<Outcome<OperationReply<N>>>;
}

async function granted<N extends OperationName>(
  name: N,
  request: OperationRequest<N>,
  options: { actor?: string; key?: string } = {},
): Promise<OperationReply<N>> {
  const answer = await ask(name, request, options);
  assert.ok(answer.ok, answer.ok ? '' : `${name}: ${answer.fault.code} ${answer.fault.sentence}`);
  return answer.value;
}

async function refused<N extends OperationName>(
  name: N,
  request: OperationRequest<N>,
  options: { actor?: string; key?: string } = {},
): Promise<string> {
  const answer = await ask(name, request, options);
  assert.ok(!answer.ok, `${name} was not refused`);
  return answer.fault.code;
}

async function person(name: string, fields: { administrator?: boolean } = {}): Promise<string> {
  const user = await running.bus.call(createUser, { address: `${name}@parley.test`, name, ...fields });
  assert.ok(user.ok);
  return user.value.userId;
}

const today = () => new Date(clock.wallNow()).toISOString().slice(0, 10);
const inDays = (days: number) => new Date(clock.wallNow() + days * DAY_MS).toISOString().slice(0, 10);

function bought(sku: string, quantity: number, metric: 'user' | 'device' | 'server' = 'user') {
  return granted('grant-add', {
    sku,
    metric,
    quantity,
    source: 'purchase',
    from: today(),
    to: null,
    agreementId: null,
    proof: 'order 1',
    unitPrice: null,
  });
}

const toUser = (id: string, sku = STANDARD) => ({ sku, subject: { kind: 'user' as const, id } });

function edge(userId: string | null, deviceId: string | null, level: Edge['level'] = 'standard'): Edge {
  return { userId, deviceId, level, firstDay: today(), lastDay: today(), count: 1 };
}

async function record(...edges: Edge[]): Promise<void> {
  const recorded = await running.bus.call(recordAccess, { batchId: randomUUID(), edges });
  assert.ok(recorded.ok);
}

/** Lets time pass until it has happened. */
async function passTime<T>(happening: Promise<T>): Promise<T> {
  let hasHappened = false;
  const happened = happening.finally(() => {
    hasHappened = true;
  });
  while (!hasHappened) {
    await clock.advanceAsync(100);
  }
  return await happened;
}

test('S1, A10: a CAL is given from the pool, an Enterprise CAL only on top of a Standard one, each announced', async () => {
  const alice = await person('alice');
  await bought(STANDARD, 1);
  await bought(ENTERPRISE, 1);
  assert.equal(
    await refused('assign', { items: [toUser(alice, ENTERPRISE)] }),
    'LICENCE_PREREQUISITE_MISSING',
  );
  let heard: Rights | undefined;
  await using _listening = await running.bus.subscribe(rightsChanged, (rights) => {
    if (rights.kind === 'subject' && rights.subject.id === alice) heard = rights;
  });
  await granted('assign', { items: [toUser(alice), toUser(alice, ENTERPRISE)] });
  await passTime(until(() => heard !== undefined));
  assert.ok(heard?.kind === 'subject' && heard.features !== 0);
  assert.equal(await refused('assign', { items: [toUser(alice)] }), 'LICENCE_ALREADY_ASSIGNED');
  const { features } = await granted('features', { userId: alice });
  assert.equal(features.length, 19);
  assert.ok(features.every(({ allowed, coveredBy }) => allowed && coveredBy === 'user'));
});

/** Asks again and again: what happens meanwhile is the database's and the rounds' affair. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (;;) {
    if (await holds()) return;
    await clock.advanceAsync(50);
  }
}

function until(holds: () => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => (holds() ? resolve() : void setImmediate(look));
  look();
  return promise;
}

test('all items of an assignment go through, or none does', async () => {
  const bob = await person('bob');
  const before = (await granted('audit', { limit: 1 })).total;
  await bought(STANDARD, 5);
  const items = [toUser(bob), toUser('nobody')];
  assert.equal(await refused('assign', { items }), 'LICENCE_NOT_FOUND');
  assert.equal((await granted('audit', { limit: 1 })).total, before + 1);
  const { items: rows } = await granted('subjects', { query: 'bob', limit: 10 });
  assert.deepEqual(rows[0]?.held, []);
});

test('a disabled person is given nothing', async () => {
  const leaver = await person('leaver');
  await running.bus.call(setDisabled, { userId: leaver, disabled: true });
  const isKnown = async () =>
    (await granted('subjects', { query: 'leaver', limit: 1 })).items[0]?.disabled === true;
  await eventually(isKnown);
  assert.equal(await refused('assign', { items: [toUser(leaver)] }), 'LICENCE_SUBJECT_DISABLED');
});

test('S2, S3: a CAL moves after 90 days, is lent before, and the clock of the lender goes on', async () => {
  const [erin, frank] = [await person('erin'), await person('frank')];
  await bought(STANDARD, 1);
  await granted('assign', { items: [toUser(erin)] });
  const held = async (name: string) =>
    (await granted('subjects', { query: name, limit: 10 })).items[0]?.held ?? [];
  const [assignment] = await held('erin');
  assert.ok(assignment);
  assert.equal(assignment.earliestMove, inDays(90));
  const { assignmentId } = assignment;
  const to = { kind: 'user' as const, id: frank };
  assert.equal(
    await refused('reassign', { assignmentId, to, reason: 'permanent' }),
    'LICENCE_MOVED_TOO_EARLY',
  );
  await granted('reassign', { assignmentId, to, reason: 'temporary', until: inDays(3) });
  assert.deepEqual((await held('erin')).length, 0);
  assert.equal((await held('frank'))[0]?.earliestMove, inDays(90));
  await clock.advanceAsync(4 * DAY_MS);
  assert.equal((await held('erin'))[0]?.assignmentId, assignmentId, 'it came back by itself');
  assert.equal((await held('frank')).length, 0);
  await clock.advanceAsync(86 * DAY_MS);
  await granted('reassign', { assignmentId, to, reason: 'permanent' });
  assert.equal((await held('frank')).length, 1);
  const { assignments } = await granted('history', { subject: { kind: 'user', id: erin } });
  assert.equal(assignments[0]?.to, inDays(-1));
});

test('M11: the position of an earlier day is what it was then', async () => {
  const then = today();
  const before = await granted('position', {});
  await clock.advanceAsync(2 * DAY_MS);
  await bought(STANDARD, 100);
  const now = await granted('position', {});
  const owned = (position: typeof now) =>
    position.lines.find(({ sku, metric }) => sku === STANDARD && metric === 'user')?.owned ?? 0;
  assert.equal(owned(now), owned(before) + 100);
  assert.equal(owned(await granted('position', { asOf: then })), owned(before));
  assert.equal(await refused('position', { asOf: inDays(1) }), 'LICENCE_BAD_DATE');
  assert.equal(await refused('position', { asOf: '2026-02-30' }), 'LICENCE_BAD_DATE');
});

test('M2: a batch counts once, edges fold, and what left the window is gone', async () => {
  const gina = await person('gina');
  const batch = { batchId: randomUUID(), edges: [edge(gina, 'gina-pc'), edge(gina, 'gina-pc')] };
  for (let times = 0; times < 3; times++) assert.ok((await running.bus.call(recordAccess, batch)).ok);
  const rows = async () => (await granted('evidence', { query: 'gina', limit: 10 })).items;
  assert.equal((await rows())[0]?.count, 2);
  await record({ ...edge(gina, 'gina-pc'), count: 5 });
  assert.deepEqual(
    (await rows()).map(({ count, covered }) => [count, covered]),
    [[7, false]],
  );
  const { items } = await granted('subjects', { only: 'short', query: 'gina', limit: 10 });
  assert.equal(items[0]?.needs, 'standard');
  await clock.advanceAsync(91 * DAY_MS);
  assert.deepEqual(await rows(), []);
  assert.equal((await granted('evidence', { limit: 10 })).total, 0);
});

test('M3, M4: under enforce who has no CAL is refused, is let in seconds after the assignment, and others notice nothing', async () => {
  const [hugo, ivy] = [await person('hugo'), await person('ivy')];
  await bought(STANDARD, 2);
  await granted('assign', { items: [toUser(ivy)] });
  const owned = (await granted('position', {})).lines.find(({ sku }) => sku === STANDARD);
  assert.ok(owned);
  const gate = openLicenceGate(running.context);
  await passTime(gate.ready);
  const look = (userId: string) => gate.look('im', { kind: 'internal', userId });
  await granted('settings-change', {
    mode: 'enforce',
    tolerancePct: 0,
    minExtra: 0,
    graceDays: 0,
    contact: 'Carol',
  });
  // Whatever is owned beyond what is assigned admits newcomers: give it to devices that nobody uses.
  const free = owned.owned - owned.assigned;
  const people = await Promise.all(Array.from({ length: free }, (_, index) => person(`filler-${index}`)));
  await granted('assign', { items: people.map((id) => toUser(id)) });
  await passTime(until(() => !look(hugo).allowed));
  const verdict = look(hugo);
  assert.equal(verdict.fault?.code, 'LICENCE_STANDARD_NEEDED');
  assert.match(verdict.fault?.remedy ?? '', /Carol/);
  assert.equal(look(ivy).coveredBy, 'user');
  assert.ok(gate.look('im', { kind: 'federated' }).allowed);
  const [first] = (await granted('subjects', { query: 'filler-0', limit: 1 })).items;
  await granted('unassign', { assignmentId: first?.held[0]?.assignmentId ?? '', reason: 'for hugo' });
  await granted('assign', { items: [toUser(hugo)] });
  await passTime(until(() => look(hugo).coveredBy === 'user'));
  assert.equal(look(ivy).coveredBy, 'user');
  await granted('settings-change', { mode: 'honor' });
  await passTime(until(() => look(people[0] as string).allowed));
  await gate[Symbol.asyncDispose]();
});

test('M3: the first day over is noted once, and ends when it ends', async () => {
  const jane = await person('jane');
  await granted('settings-change', { mode: 'honor', tolerancePct: 0, minExtra: 0 });
  const { lines } = await granted('position', {});
  const line = lines.find(({ sku, metric }) => sku === STANDARD && metric === 'user');
  const users = await Promise.all(
    Array.from({ length: (line?.owned ?? 0) - (line?.assigned ?? 0) + 1 }, (_, index) =>
      person(`over-${index}`),
    ),
  );
  await record(...users.map((userId) => edge(userId, null)), edge(jane, null));
  const overSince = async () => (await granted('position', {})).overSince;
  await eventually(async () => (await overSince()) === today());
  const over = await granted('position', {});
  assert.ok(over.unlicensed.users >= users.length);
  await bought(STANDARD, 1000);
  assert.equal((await granted('position', {})).overSince, null);
});

test('roles: an administrator may all, a manager what is listed, everybody else only ask for the own roles', async () => {
  const [admin, manager, stranger] = [
    await person('admin', { administrator: true }),
    await person('manager'),
    await person('stranger'),
  ];
  await granted('role-set', { userId: manager, roles: ['help-desk'] }, { actor: admin });
  assert.deepEqual(await granted('my-roles', {}, { actor: manager }), {
    administrator: false,
    roles: ['help-desk'],
  });
  assert.deepEqual(await granted('my-roles', {}, { actor: stranger }), { administrator: false, roles: [] });
  assert.equal(await refused('position', {}, { actor: stranger }), 'LICENCE_NOT_YOUR_ROLE');
  await granted('position', {}, { actor: manager });
  assert.equal(
    await refused('settings-change', { mode: 'warn' }, { actor: manager }),
    'LICENCE_NOT_YOUR_ROLE',
  );
  await granted('role-set', { userId: manager, roles: [] }, { actor: admin });
  assert.equal(await refused('position', {}, { actor: manager }), 'LICENCE_NOT_YOUR_ROLE');
});

test('what is repeated with its key is done once, and another request with that key is refused', async () => {
  const grant = {
    sku: ENTERPRISE,
    metric: 'device' as const,
    quantity: 7,
    source: 'purchase' as const,
    from: today(),
    to: null,
    agreementId: null,
    proof: 'once',
    unitPrice: null,
  };
  const first = await granted('grant-add', grant, { key: 'k1' });
  assert.deepEqual(await granted('grant-add', grant, { key: 'k1' }), first);
  assert.equal(await refused('grant-add', { ...grant, quantity: 8 }, { key: 'k1' }), 'LICENCE_KEY_REUSED');
  const { grants } = await granted('stock', {});
  assert.equal(grants.filter(({ proof }) => proof === 'once').length, 1);
  await clock.advanceAsync(2 * DAY_MS);
  await clock.advanceAsync(61_000);
  const isForgotten = async () => {
    const again = await granted('grant-add', grant, { key: 'k1' });
    return again.grantId !== first.grantId;
  };
  await eventually(isForgotten);
});

test('bad input is refused with its reason, and nothing is written', async () => {
  const before = (await granted('audit', { limit: 1 })).total;
  const grant = {
    sku: STANDARD,
    metric: 'user' as const,
    quantity: 1,
    source: 'purchase' as const,
    from: today(),
    to: null,
    agreementId: null,
    proof: '',
    unitPrice: null,
  };
  assert.equal(await refused('grant-add', { ...grant, sku: 'none' }), 'LICENCE_UNKNOWN_SKU');
  assert.equal(await refused('grant-add', { ...grant, metric: 'processor' }), 'LICENCE_METRIC_MISMATCH');
  assert.equal(await refused('grant-add', { ...grant, from: '2026-02-30' }), 'LICENCE_BAD_DATE');
  assert.equal(await refused('grant-add', { ...grant, to: '2020-01-01' }), 'LICENCE_BAD_DATE');
  assert.equal(await refused('grant-add', { ...grant, agreementId: 'none' }), 'LICENCE_NOT_FOUND');
  assert.equal(await refused('grant-add', { ...grant, quantity: -1 }), 'BUS_BAD_REQUEST');
  assert.equal(await refused('grant-add', { ...grant, quantity: 1.5 }), 'BUS_BAD_REQUEST');
  assert.equal(await refused('grant-remove', { grantId: 'none', reason: '' }), 'LICENCE_NOT_FOUND');
  assert.equal(await refused('unassign', { assignmentId: 'none', reason: '' }), 'LICENCE_NOT_ASSIGNED');
  assert.equal(await refused('webhook-put', { url: 'ftp://x', events: ['over-limit'] }), 'LICENCE_BAD_URL');
  assert.equal(
    await refused('webhook-put', { url: 'https://x.example', events: ['none'] }),
    'LICENCE_UNKNOWN_KIND',
  );
  assert.equal(
    await refused('true-up', { from: '2026-02-01', to: '2026-01-01', form: 'annual' }),
    'LICENCE_BAD_DATE',
  );
  assert.equal((await granted('audit', { limit: 1 })).total, before);
});

test('terms of Software Assurance must not overlap', async () => {
  const { agreementId } = await granted('agreement-put', { name: 'Open Value' });
  const term = { sku: STANDARD, quantity: 5, from: '2026-01-01', to: '2026-12-31', agreementId };
  await granted('sa-add', term);
  assert.equal(
    await refused('sa-add', { ...term, from: '2026-12-31', to: '2027-12-31' }),
    'LICENCE_OVERLAPPING_TERMS',
  );
  await granted('sa-add', { ...term, from: '2027-01-01', to: '2027-12-31' });
  assert.equal(await refused('agreement-remove', { agreementId, reason: '' }), 'LICENCE_IN_USE');
});

test('M9: a licence file is verified, counts in the stock, is replaced by a newer one, and goes as a whole', async () => {
  const { kid, publicKey, privateKeyPem } = newIssuerKey('k9');
  const key = issuerKey(kid, privateKeyPem);
  assert.ok(key.ok);
  const payload = {
    v: 1 as const,
    id: 'lic-1',
    issuer: 'Parley',
    customer: 'Example',
    issuedAt: new Date(clock.wallNow()).toISOString(),
    notBefore: new Date(clock.wallNow() - DAY_MS).toISOString(),
    notAfter: new Date(clock.wallNow() + 100 * DAY_MS).toISOString(),
    graceDays: 10,
    grants: [{ sku: STANDARD, metric: 'device' as const, quantity: 30 }],
    seq: 1,
  };
  const text = (seq: number, quantity: number) => {
    const file = issueLicenceFile(
      { ...payload, seq, grants: [{ ...payload.grants[0], quantity } as never] },
      key.value,
    );
    assert.ok(file.ok, file.ok ? '' : file.fault.sentence);
    return file.value;
  };
  const owned = async () =>
    (await granted('position', {})).lines.find(({ sku, metric }) => sku === STANDARD && metric === 'device')
      ?.owned ?? 0;
  assert.equal(await refused('file-install', { text: text(1, 30) }), 'LICENCE_UNKNOWN_KEY');
  await granted('key-pin', { kid, publicKey, name: 'issuer' });
  await granted('file-install', { text: text(1, 30), dryRun: true });
  assert.equal(await owned(), 0);
  const { fileId } = await granted('file-install', { text: text(1, 30) });
  assert.equal(await owned(), 30);
  await granted('file-install', { text: text(2, 40) });
  assert.equal(await owned(), 40);
  assert.equal(await refused('file-install', { text: text(1, 30) }), 'LICENCE_SEQ_ROLLBACK');
  const grant = (await granted('stock', {})).grants.find(({ source }) => source === 'licence-file');
  assert.equal(
    await refused('grant-remove', { grantId: grant?.grantId ?? '', reason: '' }),
    'LICENCE_OF_A_FILE',
  );
  assert.deepEqual(
    (await granted('files', {})).files.map(({ state }) => state),
    ['active'],
  );
  await granted('file-remove', { fileId, reason: 'test' });
  assert.equal(await owned(), 0);
});

test('M10: good rows of a file go in, the others come back with line and reason; a dry run writes nothing', async () => {
  const kim = await person('kim');
  const csv =
    'user,device,feature,time\nkim@parley.test,kim-pc,im,T\nkim@parley.test,kim-pc,nonsense,T\n'.replaceAll(
      'T\n',
      `${today()}T08:00:00Z\n`,
    );
  const dry = await granted('import', { kind: 'access', csv, dryRun: true });
  assert.deepEqual([dry.accepted, dry.rejected.map(({ line }) => line)], [1, [3]]);
  const rows = async () => (await granted('evidence', { query: 'kim', limit: 10 })).items;
  assert.deepEqual(await rows(), []);
  await granted('import', { kind: 'access', csv, dryRun: false });
  await granted('import', { kind: 'access', csv, dryRun: false });
  assert.deepEqual(
    (await rows()).map(({ userId, count }) => [userId, count]),
    [[kim, 1]],
  );
  const assignments = `sku,user\n${STANDARD},kim@parley.test\n${STANDARD},kim@parley.test\n`;
  const report = await granted('import', { kind: 'assignments', csv: assignments, dryRun: false });
  assert.equal(report.accepted, 1);
  assert.deepEqual(
    report.rejected.map(({ line, error }) => [line, error]),
    [[3, 'LICENCE_ALREADY_ASSIGNED']],
  );
});

test('M7: the optimiser finds the cheaper mix from what was recorded, and its advice is done', async () => {
  const shift = await Promise.all(Array.from({ length: 6 }, (_, index) => person(`shift-${index}`)));
  await record(...shift.map((userId) => edge(userId, 'terminal')));
  await bought(STANDARD, 1, 'device');
  const price = { standard: 3000, enterprise: 4000 };
  const options = {
    level: 'joint' as const,
    prices: { user: price, device: price },
    useStock: true,
    packs: false,
    windowDays: 1,
  };
  const { optimisationId } = await granted('optimise-start', options);
  const found = async () =>
    (await granted('optimisations', {})).optimisations.find((each) => each.optimisationId === optimisationId);
  let run = await found();
  while (run?.state === 'running') run = await found();
  assert.equal(run?.state, 'done', run?.fault ?? '');
  assert.ok(run?.result?.optimal);
  assert.ok(run.result.lowerBound <= run.result.cost);
  const { items, total } = await granted('moves', { optimisationId, limit: 500 });
  assert.equal(items.length, total);
  assert.ok(items.some(({ subject, action }) => action === 'assign' && subject?.id === 'terminal'));
  const done = await granted('optimise-apply', { optimisationId });
  assert.ok(done.assigned >= 1);
  const { items: rows } = await granted('subjects', { kind: 'device', query: 'terminal', limit: 1 });
  assert.equal(rows[0]?.held.length, 1);
  assert.ok(
    (await granted('subjects', { query: 'shift-', limit: 10 })).items.every(({ covered }) => covered),
  );
});

test('lists come in pages that miss nobody and repeat nobody', async () => {
  const all = (await granted('subjects', { kind: 'user', limit: 500 })).items.map(
    ({ subject }) => subject.id,
  );
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page: OperationReply<'subjects'> = await granted('subjects', {
      kind: 'user',
      limit: 3,
      ...(after === undefined ? {} : { after }),
    });
    seen.push(...page.items.map(({ subject }) => subject.id));
    after = page.next;
  } while (after !== undefined);
  assert.deepEqual(seen, all);
});

test('evaluate runs the pure rules, names what it does not know, and is bounded', async () => {
  const { result } = await granted('evaluate', {
    operation: 'packs',
    given: { need: 48, prices: { 1: 100, 50: 2000 } },
  });
  assert.equal((result as { cost?: number }).cost, 2000);
  assert.equal(await refused('evaluate', { operation: 'nonsense', given: {} }), 'LICENCE_UNKNOWN_KIND');
  assert.equal(await refused('evaluate', { operation: 'packs', given: 3 }), 'LICENCE_UNKNOWN_KIND');
  assert.equal(
    await refused('evaluate', { operation: 'bench', given: { what: 'decide' } }),
    'LICENCE_TOO_MUCH',
  );
  const groups = [{ users: 1e9, devicesPerUser: 1 }];
  assert.equal(
    await refused('evaluate', { operation: 'optimise', given: { groups, price: { user: 1 } } }),
    'LICENCE_TOO_MUCH',
  );
  const explained = await granted('evaluate', {
    operation: 'explain',
    given: { transition: { product: 'ocs2007-enterprise-cal', sa: true } },
  });
  assert.equal((explained.result as { statesRules?: boolean }).statesRules, true);
  const many = Array.from({ length: 30_000 }, () => 1);
  assert.equal(await refused('evaluate', { operation: 'packs', given: { many } }), 'LICENCE_TOO_MUCH');
});

test('S13: the peak of a period is what is ordered, and a period is closed once', async () => {
  const period = { from: inDays(-400), to: today() };
  const { lines } = await granted('true-up', { ...period, form: 'quarterly' });
  assert.equal(lines.find(({ sku }) => sku === STANDARD)?.peaks.length, 4);
  await granted('true-up-close', period);
  assert.equal(await refused('true-up-close', period), 'LICENCE_OVERLAPPING_TERMS');
});

test('M6: two services on one database write one chain, see each other, and a third that starts reads the same', async () => {
  const { connection } = running.store as TestStore;
  const open = async (): Promise<{ service: RunningService; dispose: () => Promise<void> }> => {
    const store = await openStore({ connection, bus: running.bus, clock, log: silentLog });
    const service = await licensingService.start({ ...running.context, nodeId: randomUUID(), store });
    return {
      service,
      async dispose() {
        await service[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
      },
    };
  };
  const other = await open();
  const before = (await granted('audit', { limit: 1 })).total;
  // Calls go to one of the two by turns.
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      granted('device-put', {
        deviceId: `d-${index}`,
        name: `Phone ${index}`,
        commonArea: index % 2 === 0,
        licensable: true,
      }),
    ),
  );
  const positions = await Promise.all([
    granted('position', {}),
    granted('position', {}),
    granted('position', {}),
  ]);
  for (const position of positions) assert.deepEqual(position, positions[0]);
  const verdict = await granted('audit-verify', {});
  assert.deepEqual([verdict.ok, verdict.reason], [true, null]);
  assert.ok(verdict.records >= before + 20);
  assert.ok(verdict.anchors > 0);
  await other.dispose();
  const third = await open();
  for (let times = 0; times < 2; times++) assert.deepEqual(await granted('position', {}), positions[0]);
  await third.dispose();
});
