import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeaderFields } from '@parley/protocol/sip';
import { type Crossing, carryIdentity } from './identity-headers.ts';

const ALICE = 'alice@parley.test';
const PAI = 'P-Asserted-Identity';
const PPI = 'P-Preferred-Identity';
const FROM_ALICE = { senders: [ALICE], fromTrusted: false };
const FROM_PEER = { senders: [], fromTrusted: true };
const FROM_ANYONE = { senders: [], fromTrusted: false };

const rows: readonly {
  readonly clause: string;
  readonly crossing: Partial<Crossing>;
  readonly given: readonly [string, string][];
  readonly expected: readonly [string, string][];
}[] = [
  {
    clause: 'RFC 3325 §5: the identity that was authenticated is asserted',
    crossing: FROM_ALICE,
    given: [],
    expected: [[PAI, `<sip:${ALICE}>`]],
  },
  {
    clause: 'RFC 3325 §5: what an untrusted sender asserts of himself is replaced',
    crossing: FROM_ALICE,
    given: [
      [PAI, '"The Boss" <sip:boss@parley.test>'],
      [PAI, '<tel:+15551234>'],
    ],
    expected: [[PAI, `<sip:${ALICE}>`]],
  },
  {
    clause: 'RFC 3325 §5: what an untrusted server asserts is removed',
    crossing: FROM_ANYONE,
    given: [[PAI, '<sip:boss@parley.test>']],
    expected: [],
  },
  {
    clause: 'RFC 3325 §5: what a trusted server asserts is kept, of both kinds',
    crossing: FROM_PEER,
    given: [[PAI, '"Bob" <sip:bob@peer.example>, <tel:+15551234>']],
    expected: [[PAI, '"Bob" <sip:bob@peer.example>, <tel:+15551234>']],
  },
  {
    clause: 'RFC 3325 §9.1: three values, or two of one kind, say nothing',
    crossing: FROM_PEER,
    given: [[PAI, '<sip:a@peer.example>, <sip:b@peer.example>']],
    expected: [],
  },
  {
    clause: 'RFC 3325 §6: a preferred identity counts among the sender’s own, and goes no further',
    crossing: { senders: [ALICE, 'sales@parley.test'], fromTrusted: false },
    given: [[PPI, '"Sales" <sip:Sales@parley.test>']],
    expected: [[PAI, '<sip:sales@parley.test>']],
  },
  {
    clause: 'RFC 3325 §6: a preferred identity of someone else is not honoured',
    crossing: { senders: [ALICE, 'sales@parley.test'], fromTrusted: false },
    given: [[PPI, '<sip:boss@parley.test>']],
    expected: [[PAI, `<sip:${ALICE}>`]],
  },
  {
    clause: 'RFC 3325 §9.2: a preferred identity from a server goes no further',
    crossing: FROM_PEER,
    given: [[PPI, '<sip:boss@parley.test>']],
    expected: [],
  },
  {
    clause: 'RFC 3325 §9.1: ACK and CANCEL carry no identity',
    crossing: { ...FROM_ALICE, method: 'ACK' },
    given: [[PAI, '<sip:boss@parley.test>']],
    expected: [],
  },
  {
    clause: 'RFC 3325 §7: Privacy: id takes the identity away before an untrusted end',
    crossing: FROM_ALICE,
    given: [['Privacy', 'id']],
    expected: [['Privacy', 'id']],
  },
  {
    clause: 'RFC 3325 §7: and leaves it for a trusted one, with the wish',
    crossing: { ...FROM_ALICE, toTrusted: true },
    given: [['Privacy', 'id']],
    expected: [
      ['Privacy', 'id'],
      [PAI, `<sip:${ALICE}>`],
    ],
  },
  {
    clause: 'RFC 3325 §7: Privacy: none "MUST NOT" take it away',
    crossing: FROM_PEER,
    given: [
      [PAI, '<sip:bob@peer.example>'],
      ['Privacy', 'none'],
    ],
    expected: [
      [PAI, '<sip:bob@peer.example>'],
      ['Privacy', 'none'],
    ],
  },
  {
    clause: 'RFC 3323 §5.3: Privacy: user takes away what is told for people to read',
    crossing: FROM_ALICE,
    given: [
      ['Privacy', 'user'],
      ['Subject', 'Our merger'],
      ['Organization', 'Example'],
      ['User-Agent', 'Alice’s phone'],
      ['Contact', '<sip:alice@192.0.2.1>'],
    ],
    expected: [
      ['Privacy', 'user'],
      ['Contact', '<sip:alice@192.0.2.1>'],
    ],
  },
  {
    clause: 'RFC 3323 §4.2: a wish that cannot be read means more privacy, not less',
    crossing: FROM_ALICE,
    given: [['Privacy', 'id,,;none;user']],
    expected: [['Privacy', 'id,,;none;user']],
  },
  {
    clause: 'RFC 7044 §5.1: History-Info and Diversion are kept',
    crossing: FROM_PEER,
    given: [
      ['History-Info', '<sip:bob@peer.example>;index=1'],
      ['Diversion', '<sip:bob@peer.example>;reason=no-answer'],
    ],
    expected: [
      ['History-Info', '<sip:bob@peer.example>;index=1'],
      ['Diversion', '<sip:bob@peer.example>;reason=no-answer'],
    ],
  },
  {
    clause: 'RFC 7044 §10.1.2: Privacy: history leaves the tree and takes the names',
    crossing: FROM_PEER,
    given: [
      ['Privacy', 'history'],
      ['History-Info', '"Bob" <sip:bob@peer.example>;index=1, <sip:carol@peer.example>;index=1.1;rc=1'],
    ],
    expected: [
      ['Privacy', 'history'],
      [
        'History-Info',
        '<sip:anonymous@anonymous.invalid>;index=1, <sip:anonymous@anonymous.invalid>;index=1.1;rc=1',
      ],
    ],
  },
];

for (const { clause, crossing, given, expected } of rows) {
  test(clause, () => {
    const headers = createHeaderFields(given);
    assert.ok(carryIdentity(headers, { ...FROM_ANYONE, method: 'INVITE', toTrusted: false, ...crossing }));
    assert.deepEqual(
      [...headers.entries()].map((entry) => [...entry]),
      expected,
    );
  });
}

test('RFC 3323 §5: privacy that is critical and beyond a proxy is refused rather than ignored', () => {
  const crossing = { ...FROM_ALICE, method: 'INVITE', toTrusted: false };
  const carried = (privacy: string, toTrusted = false) =>
    carryIdentity(createHeaderFields([['Privacy', privacy]]), { ...crossing, toTrusted });
  assert.equal(carried('header;critical'), false);
  assert.equal(carried('session;critical'), false);
  assert.equal(carried('id;critical'), true);
  assert.equal(carried('header;critical', true), true);
});
