// Keys and values: shared by all nodes, with expiry and watching. Part of bus-suite.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import type { MakePair } from './bus-suite.ts';
import { freshName } from './case-contracts.ts';
import { collected } from './collected.ts';

const Place = Type.Object({ node: Type.String() });

export function keyValueCases(makePair: MakePair): void {
  test('a value that one node puts is read by the others', async () => {
    await using pair = await makePair();
    const name = freshName();
    const here = await pair.here.keyValue(name, Place);
    const there = await pair.there.keyValue(name, Place);
    assert.equal(await there.get('alice'), undefined);
    await here.put('alice', { node: 'one' });
    assert.deepEqual(await there.get('alice'), { node: 'one' });
    await there.put('alice', { node: 'two' });
    assert.deepEqual(await here.get('alice'), { node: 'two' });
    await here.delete('alice');
    await here.delete('alice');
    assert.equal(await there.get('alice'), undefined);
  });

  test('of two that create the same key, one succeeds', async () => {
    await using pair = await makePair();
    const name = freshName();
    const here = await pair.here.keyValue(name, Place);
    const there = await pair.there.keyValue(name, Place);
    const created = await Promise.all([
      here.create('k', { node: 'one' }),
      there.create('k', { node: 'two' }),
    ]);
    assert.deepEqual(created.toSorted(), [false, true]);
    await here.delete('k');
    assert.equal(await there.create('k', { node: 'three' }), true);
  });

  test('keys may hold any text', async () => {
    await using pair = await makePair();
    const places = await pair.here.keyValue(freshName(), Place);
    const keys = [
      'alice@example.com',
      'sip:bob.smith@münchen.example;x=1',
      '.dots..',
      'a b*c>d/e',
      '"quoted"',
    ];
    for (const key of keys) await places.put(key, { node: key });
    assert.deepEqual((await places.keys()).toSorted(), keys.toSorted());
    for (const key of keys) assert.deepEqual(await places.get(key), { node: key });
  });

  test('a value that does not fit is refused', async () => {
    await using pair = await makePair();
    const places = await pair.here.keyValue(freshName(), Place);
    await assert.rejects(
      places.put('k', { node: 1 } as unknown as { node: string }),
      /\/node must be string/,
    );
  });

  test('a watcher hears what is there, every change, and every removal', async () => {
    await using pair = await makePair();
    const name = freshName();
    const here = await pair.here.keyValue(name, Place);
    const there = await pair.there.keyValue(name, Place);
    await here.put('a', { node: 'one' });
    const changes = collected<string>();
    const watching = await there.watch((key, value) => changes.add(`${key} ${value?.node ?? 'gone'}`));
    await changes.until(1);
    await here.put('b', { node: 'two' });
    await here.delete('a');
    assert.deepEqual(await changes.until(3), ['a one', 'b two', 'a gone']);
    await watching[Symbol.asyncDispose]();
  });

  test('a value expires after its time, and a watcher hears of it', async () => {
    await using pair = await makePair();
    const name = freshName();
    const here = await pair.here.keyValue(name, Place, { ttlMs: 300 });
    const there = await pair.there.keyValue(name, Place, { ttlMs: 300 });
    const changes = collected<string>();
    await there.watch((key, value) => changes.add(`${key} ${value?.node ?? 'gone'}`));
    await here.put('a', { node: 'one' });
    assert.deepEqual(await changes.until(2), ['a one', 'a gone']);
    assert.equal(await here.get('a'), undefined);
    assert.equal(await here.create('a', { node: 'two' }), true);
  });
}
