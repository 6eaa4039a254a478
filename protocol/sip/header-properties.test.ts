// Header fields and bodies that are made at random: what is written is read as the same value, and no text throws.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as sip from './index.ts';
import { canonical, HEADER_FORMS } from './testing/header-forms.ts';

const token = fc.stringMatching(/^[a-zA-Z0-9.!%*_+`'~-]{1,12}$/);
const lower = token.map((text) => text.toLowerCase());
/** Any text that may stand in a field. */
const text = fc
  .string({ unit: 'grapheme', maxLength: 30 })
  .map((value) => value.replace(/[\r\n\0]/g, '').replace(/^[ \t]+|[ \t]+$/g, ''));
/** Parameters with names that no field gives a meaning. */
const params = fc
  .array(
    fc.tuple(
      lower.map((name) => `x-${name}`),
      fc.option(text, { nil: undefined }),
    ),
    { maxLength: 3 },
  )
  .map((entries): sip.Params => new Map(entries));
const host = fc.oneof(
  fc.domain(),
  fc.ipV4(),
  fc.ipV6().map((address) => `[${address}]`),
);
const uri = fc
  .tuple(fc.constantFrom('sip', 'sips'), token, host)
  .map(([scheme, user, at]) => `${scheme}:${encodeURIComponent(user)}@${at}`);
const displayName = text.map((name) => name || undefined);
const seconds = fc.nat(sip.MAX_EXPIRES_S);
const callId = fc.tuple(token, host).map(([id, at]) => `${id}@${at}`);
const index = fc.array(fc.nat(99), { minLength: 1, maxLength: 5 }).map((numbers) => numbers.join('.'));
const many = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: 1, maxLength: 4 });
const record = <T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(shape, { noNullPrototype: true });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const headersOf = (name: string, value: string) => sip.createHeaderFields([[name, value]]);
const address = record({ displayName, uri, params });
const reference = record({ callId, toTag: token, fromTag: token, isEarlyOnly: fc.boolean(), params });
const preference = record({
  features: params.map((tags): sip.Params => new Map([...tags].map(([name, value]) => [`+${name}`, value]))),
  isRequired: fc.boolean(),
  isExplicit: fc.boolean(),
  params,
});

function same<T>(
  name: string,
  value: fc.Arbitrary<T>,
  serialize: (value: T) => string,
  parse: (text: string) => unknown,
) {
  test(`${name}: what is written is read as the same`, () => {
    fc.assert(fc.property(value, (each) => assert.equal(canonical(parse(serialize(each))), canonical(each))));
  });
}

function sameList<T>(
  name: string,
  value: fc.Arbitrary<T>,
  serialize: (values: readonly T[]) => string,
  parse: (headers: sip.HeaderFields) => unknown,
) {
  same<readonly T[]>(name, many(value), serialize, (written) => parse(headersOf(name, written)));
}

same(
  'Session-Expires',
  record({ intervalS: seconds, refresher: maybe(fc.constantFrom('uac' as const, 'uas' as const)), params }),
  sip.serializeSessionExpires,
  sip.parseSessionExpires,
);
same('Min-SE', seconds, sip.serializeMinSe, sip.parseMinSe);
same('RSeq', fc.integer({ min: 1, max: sip.MAX_RSEQ }), sip.serializeRSeq, sip.parseRSeq);
same(
  'RAck',
  record({
    rseq: fc.integer({ min: 1, max: sip.MAX_RSEQ }),
    cseq: record({ sequence: fc.nat(sip.MAX_SEQUENCE), method: token }),
  }),
  sip.serializeRAck,
  sip.parseRAck,
);
same('Refer-To', address, sip.serializeReferTo, sip.parseReferTo);
same(
  'Referred-By',
  record({ displayName, uri, params, cid: maybe(text.filter((cid) => cid !== '')) }),
  sip.serializeReferredBy,
  sip.parseReferredBy,
);
same('Replaces', reference, sip.serializeDialogReference, sip.parseReplaces);
same(
  'Join',
  reference.map((value) => ({ ...value, isEarlyOnly: false })),
  sip.serializeDialogReference,
  sip.parseJoin,
);
same(
  'Answer-Mode',
  record({ mode: lower, isRequired: fc.boolean(), params }),
  sip.serializeAnswerMode,
  sip.parseAnswerMode,
);
same('Info-Package', record({ name: token, params }), sip.serializeInfoPackage, sip.parseInfoPackage);
same('Max-Breadth', fc.nat(), sip.serializeMaxBreadth, sip.parseMaxBreadth);
same(
  'MIME-Version',
  record({ major: fc.nat(999), minor: fc.nat(999) }),
  sip.serializeMimeVersion,
  sip.parseMimeVersion,
);
same(
  'Content-Disposition',
  record({ type: lower, isOptional: fc.boolean(), params }),
  sip.serializeContentDisposition,
  sip.parseContentDisposition,
);
same(
  'Server',
  many(fc.oneof(record({ name: token, version: maybe(token) }), record({ comment: text }))),
  sip.serializeProducts,
  sip.parseProducts,
);
same(
  'Authentication-Info',
  record({
    nextNonce: text,
    proof: maybe(
      record({ response: fc.stringMatching(/^[0-9a-f]{32}$/), cnonce: text, nonceCount: fc.nat() }),
    ),
  }),
  sip.serializeAuthenticationInfo,
  sip.parseAuthenticationInfo,
);
sameList('Contact', address, sip.serializeContact, sip.parseContact);
sameList('Route', address, sip.serializeRouteSet, (headers) => sip.parseRouteSet(headers, 'Route'));
sameList('Service-Route', address, sip.serializeRouteSet, (headers) =>
  sip.parseRouteSet(headers, 'Service-Route'),
);
sameList(
  'Reason',
  record({ protocol: token, cause: maybe(fc.nat(999_999)), text: maybe(text), params }),
  sip.serializeReasons,
  sip.parseReasons,
);
sameList(
  'History-Info',
  record({
    displayName,
    uri,
    params,
    index,
    retargeting: maybe(
      record({ kind: fc.constantFrom('rc' as const, 'mp' as const, 'np' as const), from: index }),
    ),
  }),
  sip.serializeHistoryInfo,
  sip.parseHistoryInfo,
);
sameList(
  'Diversion',
  record({
    displayName,
    uri,
    params,
    reason: maybe(lower),
    counter: maybe(fc.nat(99)),
    limit: maybe(fc.nat(99)),
    privacy: maybe(lower),
    isScreened: maybe(fc.boolean()),
  }),
  sip.serializeDiversions,
  sip.parseDiversions,
);
sameList('Call-Info', record({ uri, params }), sip.serializeInfoUris, (headers) =>
  sip.parseInfoUris(headers, 'Call-Info'),
);
sameList(
  'Warning',
  record({ code: fc.integer({ min: 100, max: 999 }), agent: fc.oneof(host, token), text }),
  sip.serializeWarnings,
  sip.parseWarnings,
);
sameList(
  'Accept-Language',
  record({ name: lower, priority: fc.nat(1000), params }),
  sip.serializeWeightedList,
  (headers) => sip.parseWeightedList(headers, 'Accept-Language'),
);
sameList('Accept-Contact', preference, sip.serializeContactPreferences, (headers) =>
  sip.parseContactPreferences(headers, 'Accept-Contact'),
);
sameList(
  'Recv-Info',
  record({ name: token.filter((name) => name.toLowerCase() !== 'nil'), params }),
  sip.serializeRecvInfo,
  sip.parseRecvInfo,
);
sameList('In-Reply-To', callId, sip.serializeInReplyTo, sip.parseInReplyTo);
same(
  'Privacy',
  fc.uniqueArray(fc.constantFrom('id', 'header', 'session', 'user', 'critical', 'history'), { minLength: 1 }),
  sip.serializePrivacy,
  (written) => sip.parsePrivacy(headersOf('Privacy', written)),
);

const fields = fc.array(fc.tuple(token, text), { maxLength: 5 });
const body = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  fc.string().map((value) => new TextEncoder().encode(value)),
);
const bodies = (parts: readonly sip.BodyPart[] | undefined) =>
  parts?.map(({ headers, body: bytes }) => [[...headers.entries()], [...bytes]]);

test('multipart: what is written is read as the same', () => {
  const part = fc
    .tuple(fields, body)
    .map(([entries, bytes]) => ({ headers: sip.createHeaderFields(entries), body: bytes }));
  const boundary = fc.stringMatching(/^[a-zA-Z0-9'()+_,./:=?-]{20,70}$/);
  fc.assert(
    fc.property(many(part), boundary, (parts, text) => {
      assert.deepEqual(bodies(sip.parseMultipart(sip.serializeMultipart(parts, text), text)), bodies(parts));
    }),
  );
});

test('sipfrag: what is written is read as the same', () => {
  const startLine = fc.oneof(
    record({ kind: fc.constant('request' as const), method: token, uri }),
    record({
      kind: fc.constant('response' as const),
      status: fc.integer({ min: 100, max: 699 }),
      reason: text,
    }),
    fc.constant(undefined),
  );
  fc.assert(
    fc.property(startLine, fields, body, (start, entries, bytes) => {
      const fragment = { startLine: start, headers: sip.createHeaderFields(entries), body: bytes };
      const again = sip.parseSipfrag(sip.serializeSipfrag(fragment))!;
      assert.deepEqual(bodies([again]), bodies([fragment]));
      assert.deepEqual(again.startLine, start);
    }),
  );
});

test('no text breaks a header field: it throws nothing, and what is read survives writing', () => {
  const pieces = fc.oneof(
    text,
    token,
    fc.constantFrom(
      ...'"\\<>;,=:()@*#!. \t[]/',
      '<sip:a@b>',
      ';index=1.1',
      ';cause=',
      'SIP',
      ';require',
      '399 a "',
      '*;audio="',
    ),
  );
  const odd = fc.array(pieces, { maxLength: 12 }).map((all) => all.join(''));
  fc.assert(
    fc.property(odd, (value) => {
      for (const [name, form] of Object.entries(HEADER_FORMS)) {
        const read = form.readTwice(value);
        assert.equal(canonical(read?.again), canonical(read?.value), name);
      }
    }),
    { numRuns: 500 },
  );
});
