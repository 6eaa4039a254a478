import assert from 'node:assert/strict';
import { test } from 'node:test';
import { facts } from '@parley/services/licensing/rules/ledger';
import texts from '../../../kit/i18n/licensing.en.json' with { type: 'json' };

test('everything that the audit records has plain words, and no words are left of what is gone', () => {
  const told = Object.entries(texts.licences.facts).flatMap(([noun, verbs]) =>
    Object.keys(verbs).map((verb) => `${noun}.${verb}`),
  );
  assert.deepEqual(told.sort(), Object.keys(facts).sort());
});
