import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BINDINGS_A_USER,
  type ContactAsk,
  type RegisterAsk,
  register,
  renew,
  renewed,
  type StoredBinding,
} from './binding.ts';

const NOW = 1_800_000_000_000;
const PHONE = 'sip:alice@192.0.2.7:5070';
const TABLET = 'sip:alice@192.0.2.8:5070;transport=tcp';

function contact(uri: string, changes: Partial<ContactAsk> = {}): ContactAsk {
  return { uri, expiresS: undefined, priority: 1000, ...changes };
}

function ask(contacts: RegisterAsk['contacts'], changes: Partial<RegisterAsk> = {}): RegisterAsk {
  return {
    callId: 'call-1',
    sequence: 1,
    contacts,
    expiresS: undefined,
    origin: {
      nodeId: 'n1',
      flowId: 'f1',
      transport: 'tcp',
      source: '192.0.2.7:5070',
      userAgent: 'baresip',
      deviceId: 'd1',
    },
    ...changes,
  };
}

let last = 0;
function apply(stored: readonly StoredBinding[], request: RegisterAsk, now = NOW) {
  return register(stored, request, { now, newId: () => `b${++last}` });
}

/** The bindings after a REGISTER that succeeds. */
function bound(stored: readonly StoredBinding[], request: RegisterAsk, now = NOW): readonly StoredBinding[] {
  const outcome = apply(stored, request, now);
  assert.ok(outcome.ok, 'expected the registration to be accepted');
  return outcome.value.bindings;
}

function refusal(stored: readonly StoredBinding[], request: RegisterAsk, now = NOW): string | undefined {
  const outcome = apply(stored, request, now);
  return outcome.ok ? undefined : outcome.fault.code;
}

const uris = (bindings: readonly StoredBinding[]) => bindings.map((binding) => binding.contact);

test('RFC 3261 §10.2.1: a REGISTER adds a binding for each Contact', () => {
  const bindings = bound([], ask([contact(PHONE, { expiresS: 300, priority: 500 }), contact(TABLET)]));
  assert.deepEqual(uris(bindings), [PHONE, TABLET]);
  assert.deepEqual(
    bindings.map(({ expiresAt, priority, registeredAt }) => [expiresAt - NOW, priority, registeredAt]),
    [
      [300_000, 500, NOW],
      [3_600_000, 1000, NOW],
    ],
  );
});

for (const [name, contactS, headerS, grantedS] of [
  ['expires of the Contact goes before the Expires field', 120, 1200, 120],
  ['the Expires field counts where the Contact says nothing', undefined, 1200, 1200],
  ['an hour is the default', undefined, undefined, 3600],
  ['more than an hour is cut to an hour', 86_400, undefined, 3600],
  ['a minute is long enough', 60, undefined, 60],
] as const) {
  test(`RFC 3261 §10.3 step 7: ${name}`, () => {
    const [binding] = bound([], ask([contact(PHONE, { expiresS: contactS })], { expiresS: headerS }));
    assert.equal(binding?.expiresAt, NOW + grantedS * 1000);
  });
}

test('RFC 3261 §10.3 step 7: less than a minute is too brief', () => {
  assert.equal(refusal([], ask([contact(PHONE, { expiresS: 59 })])), 'REGISTRAR_TOO_BRIEF');
});

test('RFC 3261 §10.2.3: a REGISTER without Contact changes nothing and tells the bindings', () => {
  const stored = bound([], ask([contact(PHONE)]));
  const outcome = apply(stored, ask([], { sequence: 2 }));
  assert.ok(outcome.ok);
  assert.equal(outcome.value.changed, false);
  assert.deepEqual(outcome.value.bindings, stored);
});

test('RFC 3261 §10.2.4: a refresh keeps the binding and prolongs it', () => {
  const stored = bound([], ask([contact(PHONE)]));
  const [binding, ...others] = bound(stored, ask([contact(PHONE)], { sequence: 2 }), NOW + 60_000);
  assert.deepEqual(others, []);
  assert.equal(binding?.bindingId, stored[0]?.bindingId);
  assert.equal(binding?.registeredAt, NOW);
  assert.equal(binding?.expiresAt, NOW + 60_000 + 3_600_000);
});

test('RFC 3261 §19.1.4: a Contact that is written differently but equivalent is the same binding', () => {
  const stored = bound([], ask([contact('sip:%61lice@EXAMPLE.com;transport=TCP')]));
  const bindings = bound(stored, ask([contact('sip:alice@example.com;Transport=tcp')], { sequence: 2 }));
  assert.deepEqual(uris(bindings), ['sip:alice@example.com;Transport=tcp']);
});

test('RFC 3261 §10.2.2: expires 0 removes that binding only', () => {
  const stored = bound([], ask([contact(PHONE), contact(TABLET)]));
  assert.deepEqual(uris(bound(stored, ask([contact(PHONE, { expiresS: 0 })], { sequence: 2 }))), [TABLET]);
  assert.deepEqual(uris(bound(stored, ask([contact(PHONE)], { sequence: 2, expiresS: 0 }))), [TABLET]);
});

test('RFC 3261 §10.2.2: removing what is not there succeeds', () => {
  assert.deepEqual(bound([], ask([contact(PHONE, { expiresS: 0 })])), []);
});

test('RFC 3261 §10.3 step 6: * with Expires 0 removes every binding', () => {
  const stored = bound([], ask([contact(PHONE), contact(TABLET)]));
  assert.deepEqual(bound(stored, ask('*', { sequence: 2, expiresS: 0 })), []);
  assert.deepEqual(bound(stored, ask('*', { callId: 'other', expiresS: 0 })), []);
});

test('RFC 3261 §10.3 step 6: * without Expires 0 is refused', () => {
  const stored = bound([], ask([contact(PHONE)]));
  assert.equal(refusal(stored, ask('*', { sequence: 2 })), 'REGISTRAR_BAD_CONTACT');
  assert.equal(refusal(stored, ask('*', { sequence: 2, expiresS: 60 })), 'REGISTRAR_BAD_CONTACT');
});

test('RFC 3261 §10.3 step 7: the same Call-ID needs a higher CSeq, another Call-ID does not', () => {
  const stored = bound([], ask([contact(PHONE)], { sequence: 5 }));
  assert.equal(refusal(stored, ask([contact(PHONE)], { sequence: 5 })), 'REGISTRAR_STALE');
  assert.equal(refusal(stored, ask([contact(PHONE)], { sequence: 4 })), 'REGISTRAR_STALE');
  assert.equal(refusal(stored, ask('*', { sequence: 5, expiresS: 0 })), 'REGISTRAR_STALE');
  assert.equal(bound(stored, ask([contact(PHONE)], { sequence: 1, callId: 'after-restart' })).length, 1);
});

test('RFC 3261 §10.3 step 7: one bad Contact and nothing is changed', () => {
  const outcome = apply([], ask([contact(PHONE), contact('mailto:alice@example.com')]));
  assert.equal(outcome.ok ? undefined : outcome.fault.code, 'REGISTRAR_BAD_CONTACT');
});

test('a Contact that is too long to be kept is refused', () => {
  assert.equal(refusal([], ask([contact(`sip:${'a'.repeat(1024)}@192.0.2.7`)])), 'REGISTRAR_BAD_CONTACT');
});

test('RFC 5626 §6: the same instance and reg-id replace the binding of the old address', () => {
  const instance = '<urn:uuid:00000000-0000-1000-8000-000A95A0E128>';
  const stored = bound([], ask([contact(PHONE, { instance, regId: 1 })]));
  const moved = ask([contact('sip:alice@198.51.100.9:5070', { instance, regId: 1 })], { callId: 'call-2' });
  const [binding, ...others] = bound(stored, moved);
  assert.deepEqual(others, []);
  assert.equal(binding?.contact, 'sip:alice@198.51.100.9:5070');
  assert.equal(binding?.bindingId, stored[0]?.bindingId);
});

test('RFC 5626 §6: another reg-id of the same instance is another binding', () => {
  const instance = '<urn:uuid:00000000-0000-1000-8000-000A95A0E128>';
  const stored = bound([], ask([contact(PHONE, { instance, regId: 1 })]));
  assert.equal(bound(stored, ask([contact(TABLET, { instance, regId: 2 })], { sequence: 2 })).length, 2);
});

test('a user has at most 16 bindings, and those that are over do not count', () => {
  let stored: readonly StoredBinding[] = [];
  for (let i = 1; i <= BINDINGS_A_USER; i += 1) {
    stored = bound(stored, ask([contact(`sip:alice@192.0.2.${i}`, { expiresS: 60 })], { sequence: i }));
  }
  const another = ask([contact('sip:alice@198.51.100.1')], { sequence: 50 });
  assert.equal(refusal(stored, another), 'REGISTRAR_TOO_MANY');
  assert.equal(
    bound(stored, ask([contact('sip:alice@192.0.2.1')], { sequence: 51 })).length,
    BINDINGS_A_USER,
  );
  assert.equal(bound(stored, another, NOW + 60_000).length, 1);
});

test('RFC 5626 §6: flows of one instance are two bindings although both have the same Contact', () => {
  const instance = '<urn:uuid:00000000-0000-1000-8000-000A95A0E128>';
  const stored = bound([], ask([contact(PHONE, { instance, regId: 1 })]));
  const both = bound(stored, ask([contact(PHONE, { instance, regId: 2 })], { callId: 'call-2' }));
  assert.deepEqual(
    both.map(({ regId }) => regId),
    [1, 2],
  );
});

test('RFC 5626 §5.3: a binding that comes again over another flow is the newest', () => {
  const stored = bound([], ask([contact(PHONE)]));
  const { origin } = ask([]);
  const again = ask([contact(PHONE)], { sequence: 2, origin: { ...origin, flowId: 'f2' } });
  assert.equal(bound(stored, again, NOW + 5_000)[0]?.registeredAt, NOW + 5_000);
});

test('RFC 3327 §5.3, RFC 3840 §6: Path and capabilities are kept with the binding', () => {
  const { origin } = ask([]);
  const path = ['<sip:edge.example.com;lr;ob>'];
  const [binding] = bound(
    [],
    ask([contact(PHONE, { capabilities: ';audio;video' })], { origin: { ...origin, path } }),
  );
  assert.deepEqual([binding?.path, binding?.capabilities], [path, ';audio;video']);
});

test('RFC 5627 §5.1: temporary GRUUs last as long as the Call-ID, and only phones with a name that want them have any', () => {
  const instance = '<urn:uuid:00000000-0000-1000-8000-000A95A0E128>';
  const wanting = { wantsGruus: true };
  assert.equal(bound([], ask([contact(PHONE)], wanting))[0]?.temporaryId, undefined);
  assert.equal(bound([], ask([contact(PHONE, { instance })]))[0]?.temporaryId, undefined);
  const stored = bound([], ask([contact(PHONE, { instance })], wanting));
  const temporaryId = stored[0]?.temporaryId;
  assert.ok(temporaryId !== undefined);
  const refreshed = bound(stored, ask([contact(PHONE, { instance })], { ...wanting, sequence: 2 }));
  assert.equal(refreshed[0]?.temporaryId, temporaryId);
  const restarted = bound(refreshed, ask([contact(PHONE, { instance })], { ...wanting, callId: 'call-2' }));
  assert.notEqual(restarted[0]?.temporaryId, temporaryId);
});

const INSTANCE = '<urn:uuid:00000000-0000-1000-8000-000A95A0E128>';
const FULL = contact(PHONE, { instance: INSTANCE, regId: 1, priority: 500, capabilities: ';audio' });

test('a refresh changes times, Call-ID and CSeq, as a registration would', () => {
  for (const request of [
    ask([FULL], { sequence: 7, expiresS: 600 }),
    ask([{ ...FULL, expiresS: 7200 }], { sequence: 7 }),
    ask([FULL], { callId: 'call-2', sequence: 1 }),
  ]) {
    const stored = bound([], ask([FULL, contact(TABLET)], { sequence: 5 }));
    const renewal = renew(stored, request, NOW + 30_000);
    assert.ok(renewal?.ok);
    const [, binding] = bound(stored, request, NOW + 30_000);
    assert.deepEqual(renewed(stored[0]!, renewal.value), binding);
  }
});

const origin = (changes: Partial<RegisterAsk['origin']>) => ({ origin: { ...ask([]).origin, ...changes } });
for (const [name, request] of [
  ['another Contact', ask([contact('sip:alice@192.0.2.9')], { sequence: 7 })],
  ['two Contacts', ask([FULL, contact(TABLET)], { sequence: 7 })],
  ['*', ask('*', { sequence: 7, expiresS: 0 })],
  ['a removal', ask([FULL], { sequence: 7, expiresS: 0 })],
  ['too brief a time', ask([FULL], { sequence: 7, expiresS: 30 })],
  ['another preference', ask([{ ...FULL, priority: 100 }], { sequence: 7 })],
  ['another instance', ask([{ ...FULL, instance: '<urn:uuid:1>' }], { sequence: 7 })],
  ['another reg-id', ask([{ ...FULL, regId: 2 }], { sequence: 7 })],
  ['other capabilities', ask([{ ...FULL, capabilities: ';video' }], { sequence: 7 })],
  ['another flow', ask([FULL], { sequence: 7, ...origin({ flowId: 'f2' }) })],
  ['another front end', ask([FULL], { sequence: 7, ...origin({ nodeId: 'n2' }) })],
  ['another device password', ask([FULL], { sequence: 7, ...origin({ deviceId: 'd2' }) })],
  ['another user agent', ask([FULL], { sequence: 7, ...origin({ userAgent: 'b' }) })],
  ['a Path', ask([FULL], { sequence: 7, ...origin({ path: ['<sip:edge;lr>'] }) })],
  ['a wish for GRUUs', ask([FULL], { sequence: 7, wantsGruus: true })],
] as const) {
  test(`a REGISTER with ${name} is more than a refresh`, () => {
    const stored = bound([], ask([FULL], { sequence: 5 }));
    assert.equal(renew(stored, request, NOW + 30_000), undefined);
  });
}

test('with temporary GRUUs, another Call-ID is more than a refresh', () => {
  const wanting = { wantsGruus: true };
  const stored = bound([], ask([FULL], wanting));
  assert.ok(renew(stored, ask([FULL], { ...wanting, sequence: 2 }), NOW)?.ok);
  assert.equal(renew(stored, ask([FULL], { ...wanting, callId: 'call-2' }), NOW), undefined);
});

test('RFC 3261 §10.3 step 7: a refresh that was sent before the last one is refused', () => {
  const stored = bound([], ask([FULL], { sequence: 5 }));
  for (const sequence of [4, 5]) {
    const renewal = renew(stored, ask([FULL], { sequence }), NOW);
    assert.equal(renewal?.ok === false ? renewal.fault.code : '', 'REGISTRAR_STALE');
  }
});

test('where a binding of the user is over, there is more to do than a refresh', () => {
  const stored = bound([], ask([FULL, contact(TABLET, { expiresS: 60 })], { sequence: 5 }));
  assert.ok(renew(stored, ask([FULL], { sequence: 6 }), NOW + 59_000)?.ok);
  assert.equal(renew(stored, ask([FULL], { sequence: 6 }), NOW + 60_000), undefined);
});
