// Whole messages with the fields of the extensions, compact, folded, over IPv6: each field is read for what it says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as sip from './index.ts';

function message(name: string): sip.SipMessage {
  const bytes = readFileSync(join(import.meta.dirname, '../../spec/corpora/sip-messages', `${name}.dat`));
  const parsed = sip.parseMessage(bytes);
  assert(parsed.ok, JSON.stringify(parsed));
  return parsed.message;
}

const invite = message('compact-and-folded');
const ringing = message('reliable-ringing');
const field = (name: string) => invite.headers.get(name) ?? '';
const contact = (from: sip.SipMessage) => {
  const contacts = sip.parseContact(from.headers);
  assert(contacts !== '*' && contacts?.[0] !== undefined);
  return contacts[0];
};

test('the request is valid', () => {
  assert(invite.kind === 'request');
  assert.equal(sip.validateRequest(invite), undefined);
  assert.equal(sip.gruuOf(invite.uri), 'urn:uuid:f81d4fae');
});

test('RFC 4028 §4, §5: session timers', () => {
  const { intervalS, refresher } = sip.parseSessionExpires(field('Session-Expires'))!;
  assert.deepEqual([intervalS, refresher, sip.parseMinSe(field('Min-SE'))], [1800, 'uac', 90]);
});

test('RFC 3515 §2.1, RFC 3892 §3: whom to refer to, and who says so', () => {
  const target = sip.parseSipUri(sip.parseReferTo(field('Refer-To'))!.uri)!;
  const replaces = sip.parseReplaces(sip.unescapeUri(target.headers[0]![1]))!;
  assert.deepEqual([replaces.callId, replaces.toTag, replaces.fromTag], ['12345@192.0.2.3', '1', '2']);
  const referrer = sip.parseReferredBy(field('Referred-By'));
  assert.deepEqual(
    [referrer?.uri, referrer?.cid],
    ['sips:jack@example.com', '2UWQFN309shb3@referrer.example'],
  );
});

test('RFC 3891 §6.1: the dialog to replace', () => {
  assert.deepEqual(sip.parseReplaces(field('Replaces')), {
    callId: '425928@bob.example.org',
    toTag: '7743',
    fromTag: '6472',
    isEarlyOnly: true,
    params: new Map(),
  });
});

test('RFC 3841 §9.1, §9.2: what the caller wants', () => {
  const [wanted] = sip.parseContactPreferences(invite.headers, 'Accept-Contact')!;
  assert.deepEqual(
    [[...wanted!.features.keys()], wanted!.isRequired, wanted!.isExplicit],
    [['audio'], true, false],
  );
  const [unwanted] = sip.parseContactPreferences(invite.headers, 'Reject-Contact')!;
  assert.equal(unwanted?.features.get('actor'), 'msg-taker');
  const disposition = sip.parseRequestDisposition(invite.headers);
  assert.deepEqual(disposition, new Set(['proxy', 'recurse', 'parallel']));
});

test('RFC 3325 §9.1, RFC 3323 §4.2: who it is, and what may be shown', () => {
  const identities = sip.parseIdentities(invite.headers, 'P-Asserted-Identity');
  assert.deepEqual(
    identities?.map(({ uri }) => uri),
    ['sips:alice@example.com', 'tel:+14085264000'],
  );
  assert.deepEqual(sip.parsePrivacy(invite.headers), new Set(['id', 'critical']));
});

test('RFC 3326 §2, RFC 7044 §5, RFC 5806 §4: why, and the way here', () => {
  assert.deepEqual(
    sip.parseReasons(invite.headers)?.map(({ protocol, cause, text }) => [protocol, cause, text]),
    [
      ['SIP', 200, 'Call completed elsewhere'],
      ['Q.850', 26, undefined],
    ],
  );
  const history = sip.parseHistoryInfo(invite.headers)!;
  assert.deepEqual(
    history.map(({ index, retargeting }) => [index, retargeting]),
    [
      ['1', undefined],
      ['1.1', { kind: 'rc', from: '1' }],
    ],
  );
  const [diversion] = sip.parseDiversions(invite.headers)!;
  assert.deepEqual([diversion?.reason, diversion?.counter], ['user-busy', 1]);
});

test('RFC 5626 §4.1, RFC 3840 §9: the device behind a Contact, and what it can do', () => {
  const device = contact(invite);
  assert.equal(sip.contactInstance(device), 'urn:uuid:00000000-0000-1000-8000-000A95A0E128');
  assert.equal(sip.contactRegId(device), 1);
  assert(sip.isOutboundUri(device.uri));
  const tags = sip.featureTags(device.params);
  assert.deepEqual([...tags.keys()], ['+sip.instance', 'audio', 'video']);
  const [video] = sip.parseFeatureValue(tags.get('video'))!;
  assert.deepEqual(video, { isNegated: false, match: { kind: 'boolean', value: false } });
});

test('the smaller fields of the request', () => {
  assert.equal(sip.parseAnswerMode(field('Answer-Mode'))?.isRequired, true);
  assert.deepEqual(
    sip.parseRecvInfo(invite.headers)?.map(({ name }) => name),
    ['conference-floor', 'foo'],
  );
  assert.equal(sip.parseInfoUris(invite.headers, 'Call-Info')?.[0]?.params.get('purpose'), 'icon');
  assert.equal(sip.parseInfoUris(invite.headers, 'Alert-Info')?.[0]?.uri, 'urn:alert:source:internal');
  assert.equal(sip.parseInReplyTo(invite.headers)?.length, 2);
  assert.equal(sip.parseMaxBreadth(field('Max-Breadth')), 60);
  assert.equal(sip.parseTimestamp(field('Timestamp'))?.sent, '54.2');
  assert.deepEqual(sip.parseMimeVersion(field('MIME-Version')), { major: 1, minor: 0 });
  assert.equal(sip.parseContentDisposition(field('Content-Disposition'))?.isOptional, false);
  assert.deepEqual(sip.parseTokenList(invite.headers, 'Supported'), [
    '100rel',
    'timer',
    'replaces',
    'gruu',
    'outbound',
  ]);
});

test('the fields of the response', () => {
  const { headers } = ringing;
  assert.equal(sip.parseRSeq(headers.get('RSeq')!), 988789);
  assert.deepEqual(sip.contactGruus(contact(ringing)), {
    publicGruu: 'sip:bob@example.com;gr=urn:uuid:f81d4fae',
    temporaryGruu: 'sip:tgruu.7hs==@example.com;gr',
  });
  assert.equal(sip.gruuOf(sip.contactGruus(contact(ringing)).temporaryGruu!), '');
  assert.equal(sip.parseFlowTimer(headers.get('Flow-Timer')!), 126);
  assert.equal(sip.parseWarnings(headers)?.[0]?.text, 'Slow, but "alive"');
  assert.equal(sip.parseRetryAfter(headers.get('Retry-After')!)?.comment, 'in a (short) meeting');
  assert.deepEqual(sip.parseProducts(headers.get('Server')!), [
    { name: 'Parley', version: '0.1' },
    { comment: 'example' },
  ]);
  assert(sip.isLooseRouter(sip.parseRouteSet(headers, 'Service-Route')![0]!.uri));
  assert(sip.isOutboundUri(sip.parseRouteSet(headers, 'Path')![0]!.uri));
});

test('RFC 5621 §3.1: the bodies of the request, the odd one among them', () => {
  const boundary = sip.multipartBoundary(field('Content-Type'))!;
  const parts = sip.parseMultipart(invite.body, boundary)!;
  assert.deepEqual(
    parts.map(({ headers }) => sip.mediaTypeOf(headers.get('Content-Type'))),
    ['application/sdp', 'message/sipfrag', undefined],
  );
  assert.equal(sip.parseContentDisposition(parts[1]!.headers.get('Content-Disposition')!)?.isOptional, true);
  assert.equal(sip.parseSipfrag(parts[1]!.body)?.headers.get('From'), '<sips:alice@example.com>');
  assert.equal(new TextDecoder().decode(parts[2]!.body), '--unique-boundary-1-is-not-this');
});

test('RFC 3515 §2.4.5: the NOTIFY of a REFER says how it went', () => {
  const fragment = sip.parseSipfrag(message('refer-notify').body);
  assert.deepEqual(fragment?.startLine, { kind: 'response', status: 200, reason: 'OK' });
});

test('a GRUU that is put into a Contact is read from it again', () => {
  const gruus = { publicGruu: 'sip:a@b;gr=1', temporaryGruu: 'sip:t@b;gr' };
  const text = sip.serializeNameAddr(sip.withGruus(contact(invite), gruus));
  assert.deepEqual(sip.contactGruus(sip.parseNameAddr(text)!), gruus);
});
