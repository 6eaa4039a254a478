import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { shownText } from './mask.ts';

const OPEN = { setting: 'full', keepsTexts: false } as const;

function message(startLine: string, headers: readonly string[], body = ''): Uint8Array {
  const bytes = new TextEncoder().encode(body);
  const length = `Content-Length: ${bytes.length}`;
  return Buffer.concat([Buffer.from([startLine, ...headers, length, '', ''].join('\r\n')), bytes]);
}

function shown(startLine: string, headers: readonly string[], body = '', policy: object = {}): string {
  return shownText(message(startLine, headers, body), 0, { ...OPEN, ...policy }).text;
}

describe('credentials', () => {
  test('of Digest say who asks and how; the response is gone and the nonce is short', () => {
    const text = shown('REGISTER sip:parley.test SIP/2.0', [
      'Authorization: Digest username="alice", realm="parley.test", nonce="0123456789abcdef0123", uri="sip:parley.test", response="6629fae49393a05397450978507c4ef1", algorithm=MD5, cnonce="0a4f113b", qop=auth, nc=00000001, opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    ]);
    for (const secret of ['6629fae', '456789abcdef0123', '0a4f113b', '403ebaf9f0171e'])
      assert.ok(!text.includes(secret), secret);
    assert.match(text, /username="alice"/);
    assert.match(text, /nonce="01234567\*\*\*"/);
    assert.match(text, /nc=00000001/);
  });

  test('stay hidden when they are folded, in the compact spelling of a stranger, or cut off', () => {
    const folded = shown('REGISTER sip:parley.test SIP/2.0', [
      'PROXY-authorization  : Digest username="alice",\r\n\tresponse="folded-secret"',
      'Authorization: Digest username="alice", response="open-secret',
      'Authorization:Digest response=bare-secret,username="alice"',
    ]);
    for (const secret of ['folded-secret', 'open-secret', 'bare-secret'])
      assert.ok(!folded.includes(secret), secret);
  });

  test('of other schemes are hidden whole', () => {
    const text = shown('OPTIONS sip:parley.test SIP/2.0', [
      'Authorization: Basic YWxpY2U6c2VjcmV0',
      'Proxy-Authorization: Bearer eyJhbGciOi.J9.sig',
      'X-Api-Key: 12345-abcde',
    ]);
    for (const secret of ['YWxpY2U6c2VjcmV0', 'eyJhbGciOi', '12345-abcde'])
      assert.ok(!text.includes(secret), secret);
    assert.match(text, /Authorization: Basic \*\*\*/);
  });

  test('in challenges and in the answer to a good one: nonces short, rspauth gone', () => {
    const text = shown('SIP/2.0 401 Unauthorized', [
      'WWW-Authenticate: Digest realm="parley.test", nonce="0123456789abcdef0123", qop="auth"',
      'Authentication-Info: rspauth="6629fae49393a0", nextnonce="abcdef0123456789"',
    ]);
    assert.match(text, /realm="parley\.test", nonce="01234567\*\*\*", qop="auth"/);
    assert.ok(!text.includes('6629fae') && !text.includes('abcdef0123456789'));
  });

  test('in a URI are hidden wherever the URI stands', () => {
    const text = shown('INVITE sip:bob:pass1@parley.test SIP/2.0', [
      'Contact: <sip:alice:pass2@192.0.2.1:5060;transport=tcp>',
      'Refer-To: <sip:carol@parley.test?Authorization=Digest%20abc>',
    ]);
    for (const secret of ['pass1', 'pass2', '%20abc']) assert.ok(!text.includes(secret), secret);
    assert.match(text, /<sip:alice:\*\*\*@192\.0\.2\.1:5060;transport=tcp>/);
  });
});

describe('bodies', () => {
  const SDP = ['Content-Type: application/sdp'];

  test('keys of SDP are as long as before and say nothing', () => {
    const body = [
      'v=0',
      'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9|2^20|1:4;inline:second',
      'a=ice-ufrag:8hhY',
      'a=ice-pwd:asd88fgpdd777uzjYhagZg',
      'a=key-mgmt:mikey AQAFgM0XflABAAAA',
      'k=base64:bXkgc2VjcmV0',
      'a=fingerprint:sha-256 AB:CD',
      '',
    ].join('\r\n');
    const text = shown('INVITE sip:bob@parley.test SIP/2.0', SDP, body);
    for (const secret of ['WVNfX19', 'second', 'asd88', 'AQAFgM', 'bXkgc2'])
      assert.ok(!text.includes(secret), secret);
    assert.match(text, /a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x{32}\|2\^20\|1:4;inline:x{6}\r\n/);
    assert.match(text, /a=ice-ufrag:8hhY\r\n/);
    assert.match(text, new RegExp(`Content-Length: ${body.length}\r\n`));
  });

  test('passwords in documents are hidden, and Content-Length counts what is shown', () => {
    for (const body of [
      '<login><user>alice</user><Password xml:space="preserve">top-secret</Password></login>',
      '{"user": "alice", "voicemailPassword": "top-secret \\" quoted"}',
      'user=alice&password=top-secret&x=1',
      '<login user="alice" pin="top-secret"/>',
      'Authorization: Digest username="alice", response="top-secret"',
    ]) {
      const text = shown('NOTIFY sip:alice@parley.test SIP/2.0', ['Content-Type: application/x'], body);
      assert.ok(!text.includes('top-secret'), text);
      assert.match(text, /alice/);
      const [head = '', rest = ''] = text.split('\r\n\r\n');
      assert.equal(Number(/Content-Length: (\d+)/.exec(head)?.[1]), rest.length);
    }
  });

  test('digits that somebody dialled are hidden', () => {
    for (const [type, body] of [
      ['application/dtmf-relay', 'Signal= 7\r\nDuration= 160\r\n'],
      ['application/dtmf', '7'],
      ['application/kpml-response+xml', '<kpml-response code="200" digits="7"/>'],
    ] as const) {
      const text = shown('INFO sip:bob@parley.test SIP/2.0', [`Content-Type: ${type}`], body);
      assert.ok(!text.split('\r\n\r\n')[1]?.includes('7'), text);
    }
  });

  test('what people write is replaced by its size, unless the settings say otherwise', () => {
    const body = 'The offer is 4 million.';
    for (const [startLine, type] of [
      ['MESSAGE sip:bob@parley.test SIP/2.0', 'application/x-mine'],
      ['INFO sip:bob@parley.test SIP/2.0', 'text/plain;charset=utf-8'],
      ['NOTIFY sip:bob@parley.test SIP/2.0', 'message/cpim'],
    ] as const) {
      const bytes = message(startLine, [`c: ${type}`], body);
      const hidden = shownText(bytes, 0, OPEN);
      assert.deepEqual([hidden.hidden, hidden.hiddenBytes], ['private', body.length]);
      assert.ok(!hidden.text.includes('million'));
      assert.ok(shownText(bytes, 0, { ...OPEN, keepsTexts: true }).text.includes('million'));
    }
    const parts = `--b\r\nContent-Type: text/plain\r\n\r\n${body}\r\n--b--\r\n`;
    const mixed = message(
      'INVITE sip:b@parley.test SIP/2.0',
      ['Content-Type: multipart/mixed;boundary=b'],
      parts,
    );
    assert.equal(shownText(mixed, 0, OPEN).hidden, 'private');
  });

  test('what is no text, was too long, or was never kept is replaced by its size', () => {
    const binary = Buffer.concat([message('INFO sip:b@parley.test SIP/2.0', []), Buffer.from([0, 1, 255])]);
    assert.deepEqual(shownText(binary, 0, OPEN).hidden, 'binary');
    const cut = message('INVITE sip:b@parley.test SIP/2.0', SDP, 'v=0\r\n');
    assert.deepEqual(
      [shownText(cut, 9, OPEN), shownText(cut, 9, { ...OPEN, setting: 'headers' })].map((one) => [
        one.hidden,
        one.hiddenBytes,
      ]),
      [
        ['long', 14],
        ['headers', 14],
      ],
    );
  });
});

test('a hostile body is masked in good time', () => {
  for (const piece of ['passwd', '<a', 'a=crypto:', 'inline:', '"token" ', 'pin', 'sip:a', 'sip:a:']) {
    const body = piece.repeat(Math.ceil(60_000 / piece.length));
    const startedAt = process.cpuUsage();
    shown('INFO sip:bob@parley.test SIP/2.0', ['Content-Type: application/x'], body);
    const { user } = process.cpuUsage(startedAt);
    assert.ok(user < 1_000_000, `${piece}: ${user} µs`);
  }
});
