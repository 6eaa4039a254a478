import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testProcess } from '../testing.ts';
import { createUser, directorySnapshot, type User } from './contract.ts';
import { identityService } from './service.ts';

test('two people with one address at the same moment: one is added, the other is told why not', async () => {
  await using server = await testProcess();
  await server.start(identityService);
  const names = Array.from({ length: 8 }, (_, index) => `Alice ${index}`);
  const added = await Promise.all(
    names.map((name) => server.bus.call(createUser, { address: 'alice', name })),
  );
  const codes = added.map((outcome) => (outcome.ok ? 'ok' : outcome.fault.code)).sort();
  assert.deepEqual(codes, [...names.slice(1).map(() => 'IDENTITY_ADDRESS_TAKEN'), 'ok']);
});

test('a page of the directory fits into one message, whatever people are called', async () => {
  await using server = await testProcess();
  await server.start(identityService);
  const long = '漢'.repeat(200);
  const fields = { name: long, title: long, department: long, office: long };
  await Promise.all(
    Array.from({ length: 400 }, (_, index) =>
      server.bus.call(createUser, { ...fields, address: `person-${index}` }),
    ),
  );
  const seen: User[] = [];
  for (let after = ''; seen.length < 400; after = seen.at(-1)?.userId ?? '') {
    const page = await server.bus.call(directorySnapshot, { after });
    assert.ok(page.ok, page.ok ? '' : page.fault.code);
    seen.push(...page.value.users);
  }
  assert.equal(new Set(seen.map(({ userId }) => userId)).size, 400);
});
