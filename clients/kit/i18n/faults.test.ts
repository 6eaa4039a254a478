import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertErrors } from '@parley/services/alerts/contract';
import { authenticationErrors } from '@parley/services/authentication/contract';
import { callRoutingErrors } from '@parley/services/call-routing/contract';
import { callErrors } from '@parley/services/calls/contract';
import { contactErrors } from '@parley/services/contacts/contract';
import { identityErrors } from '@parley/services/identity/contract';
import { imErrors } from '@parley/services/im/contract';
import { licensingErrors } from '@parley/services/licensing/contract';
import { monitoringErrors } from '@parley/services/monitoring/contract';
import { policyErrors } from '@parley/services/policy/contract';
import { presenceErrors } from '@parley/services/presence/contract';
import { provisioningErrors } from '@parley/services/provisioning/contract';
import { voicemailErrors } from '@parley/services/voicemail/contract';
import { webAccessErrors } from '@parley/services/web-access/contract';
import { createInstance } from 'i18next';
import de from './de.json' with { type: 'json' };
import { faultText } from './fault-text.ts';
import faults from './faults.de.json' with { type: 'json' };

const tables = [
  alertErrors.table,
  authenticationErrors.table,
  callErrors.table,
  callRoutingErrors.table,
  contactErrors.table,
  identityErrors.table,
  imErrors.table,
  licensingErrors.table,
  monitoringErrors.table,
  policyErrors.table,
  presenceErrors.table,
  provisioningErrors.table,
  voicemailErrors.table,
  webAccessErrors.table,
];
const german = new Map(Object.entries(faults));

test('every fault of a service that a page can meet is told in German, with a remedy where English has one', () => {
  for (const [code, row] of tables.flatMap((table) => Object.entries(table))) {
    const words = german.get(code);
    assert.ok(words !== undefined && words.sentence !== '', code);
    assert.equal(words.remedy !== '', row.remedy !== undefined, code);
  }
});

test('no German text is left of a fault that is gone', () => {
  const known = new Set(tables.flatMap((table) => Object.keys(table)));
  const gone = [...german.keys()].filter((code) => !/^(BUS|STORE)_/.test(code) && !known.has(code));
  assert.deepEqual(gone, []);
});

test('whom to ask for a licence is named in German too', async () => {
  const i18n = createInstance();
  await i18n.init({ lng: 'de', resources: { de: { translation: { ...de, faults } } } });
  const told = (remedy: string) =>
    faultText({ i18n }, { code: 'LICENCE_STANDARD_NEEDED', sentence: '', remedy }).remedy;
  assert.match(told('Ask Carol, extension 12 for one; it works a few seconds later.'), /Carol, extension 12/);
  assert.equal(
    told(licensingErrors.table.LICENCE_STANDARD_NEEDED.remedy ?? ''),
    faults.LICENCE_STANDARD_NEEDED.remedy,
  );
});
