import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aBinding } from '../registrar/binding-testing.ts';
import type { Binding } from '../registrar/contract.ts';
import { targetsOf } from './targets.ts';

function binding(contact: string, priority: number, instance?: string): Binding {
  return aBinding(contact, { contact, priority, ...(instance === undefined ? {} : { instance }) });
}

const shape = (bindings: readonly Binding[]) =>
  targetsOf(bindings)
    .map((group) => group.map((ways) => ways.map(({ uri }) => uri).join(' or ')).join(' + '))
    .join(' then ');

test('RFC 3261 §16.6: those of equal preference at once, the others one after another', () => {
  assert.equal(shape([binding('a', 1000), binding('b', 1000), binding('c', 500)]), 'a + b then c');
});

test('RFC 5626 §5.3: the flows of one device are tried one at a time, the newest first', () => {
  assert.equal(
    shape([binding('a2', 1000, '<urn:x>'), binding('b', 1000), binding('a1', 1000, '<urn:x>')]),
    'a2 or a1 + b',
  );
});

test('RFC 3327 §5: the path of a binding goes along', () => {
  const [[[way] = []] = []] = targetsOf([{ ...binding('a', 1000), path: ['<sip:edge.example.com;lr>'] }]);
  assert.deepEqual(way?.path, ['<sip:edge.example.com;lr>']);
});
