import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasName, namesOf } from './certificate-names.ts';

const rows: readonly {
  readonly clause: string;
  readonly subjectAltName?: string;
  readonly subject?: string;
  readonly names: readonly string[];
}[] = [
  {
    clause: 'RFC 5922 §7.1: SIP URIs are the identities where there are any',
    subjectAltName: 'DNS:other.example, URI:sip:Example.com, URI:sip:example.org, DNS:more.example',
    names: ['example.com', 'example.org'],
  },
  {
    clause: 'RFC 5922 §7.1: a URI with a user part is no domain',
    subjectAltName: 'URI:sip:alice@example.com, DNS:sip.example.com',
    names: ['sip.example.com'],
  },
  {
    clause: 'RFC 5922 §7.1: URIs of other schemes are no domain',
    subjectAltName: 'URI:https://example.net, DNS:sip.example.com',
    names: ['sip.example.com'],
  },
  {
    clause: 'RFC 5922 §7.1: the common name counts only where there is no alternative name',
    subject: 'O=Example\nCN=Sip.Example.com',
    names: ['sip.example.com'],
  },
  {
    clause: 'and not beside one',
    subject: 'CN=bank.example',
    subjectAltName: 'DNS:sip.example.com',
    names: ['sip.example.com'],
  },
  {
    clause: 'addresses are kept',
    subjectAltName: 'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    names: ['localhost', '127.0.0.1', '0:0:0:0:0:0:0:1'],
  },
  {
    clause: 'a name that hides another in its text is not read',
    subjectAltName: 'DNS:"a, DNS:bank.example, \\", DNS:bank.example, b", DNS:evil.example',
    names: ['evil.example'],
  },
];

for (const { clause, subject = '', names, ...rest } of rows) {
  test(clause, () => {
    assert.deepEqual(namesOf({ subject, subjectAltName: rest.subjectAltName }), names);
  });
}

test('RFC 5922 §7.2: names are compared whole, without regard to case', () => {
  assert.ok(hasName(['sip.example.com'], ['SIP.example.COM.']));
  assert.ok(!hasName(['example.com'], ['sip.example.com']));
  assert.ok(!hasName(['sip.example.com'], ['example.com']));
});

test('RFC 5922 §7.2: no form of wildcard matches', () => {
  assert.ok(!hasName(['*.example.com'], ['sip.example.com']));
});

test('an address is found in any of its spellings', () => {
  assert.ok(hasName(['0:0:0:0:0:0:0:1'], ['[::1]']));
  assert.ok(!hasName(['127.0.0.1'], ['127.0.0.2']));
});
