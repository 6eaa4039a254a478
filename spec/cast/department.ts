// A department of many who never sign in, beside a few who do.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Person, Stage } from './stage.ts';

/** Adds that many people to a department of its own, besides those whom the play hires into it. @returns its name */
export async function department(stage: Stage, count: number, hired: readonly Person[]): Promise<string> {
  const name = `Sales ${randomBytes(3).toString('hex')}`;
  for (const { userId } of hired)
    await stage.administrator.request('PATCH', `/api/v1/admin/users/${userId}`, { department: name });
  const rows = Array.from(
    { length: count },
    (_, index) => `${name.replace(' ', '.').toLowerCase()}.${index}@parley.test,Seller ${index},${name}`,
  );
  const csv = ['address,name,department', ...rows].join('\n');
  const report = await stage.administrator.post<{ imported: number }>('/api/v1/admin/users/import', { csv });
  assert.equal(report.imported, count);
  return name;
}
