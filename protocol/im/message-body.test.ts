import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildIsComposing } from '../presence/is-composing.ts';
import { buildCpim, type Cpim, parseCpim } from './cpim.ts';
import { textOfHtml } from './html-text.ts';
import { buildImdn, IMDN_NAMESPACE, type Imdn, imdnHeaders, imdnRequestOf, parseImdn } from './imdn.ts';
import { fuzz } from './message-body.fuzz.ts';
import { readMessageBody } from './message-body.ts';

const corpora = join(import.meta.dirname, '../../spec/corpora');
const corpus = ['cpim', 'imdn'].flatMap((folder) =>
  readdirSync(join(corpora, folder)).map((name) => readFileSync(join(corpora, folder, name))),
);
const asked = readFileSync(join(corpora, 'cpim/asked.dat'));
const bytes = (text: string) => new TextEncoder().encode(text);

test('RFC 3862 §5: who wrote to whom and when, and the content with its own header fields', () => {
  const parsed = parseCpim(asked);
  assert.ok(parsed.ok);
  const { from, to, dateTimeMs, subject, contentHeaders, content } = parsed.cpim;
  assert.deepEqual(from, { name: 'MR SANDERS', uri: 'im:piglet@example.com' });
  assert.deepEqual(to, [{ name: 'Depressed "Donkey"', uri: 'im:eeyore@example.com' }]);
  assert.equal(dateTimeMs, Date.parse('2000-12-13T21:40:00Z'));
  assert.equal(subject, 'the weather will be fine today');
  assert.equal(contentHeaders.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(new TextDecoder().decode(content), 'Here is the text of my message.\r\n');
});

test('a folded line that holds nothing adds nothing', () => {
  const text = 'To: <im:bob@example.com>\r\n\r\nContent-ID: <1>\r\n  \r\nSubject:\r\n later\r\n\r\n';
  const parsed = parseCpim(new TextEncoder().encode(text));
  assert.ok(parsed.ok);
  assert.deepEqual([...parsed.cpim.contentHeaders.values()], ['<1>', 'later']);
});

test('RFC 3862 §3: what would be cut off or misread at the ends of a text is written as an escape', () => {
  for (const subject of [' x ', ';lang=fr x', '\u00a0x', '\\ x\\ ']) {
    const built = buildCpim({
      to: [],
      subject,
      extensions: [],
      contentHeaders: new Map(),
      content: bytes(''),
    });
    const parsed = parseCpim(built);
    assert.equal(parsed.ok && parsed.cpim.subject, subject);
  }
});

test('RFC 5438 §6: what the sender wants to hear stands in folded header fields of the declared namespace', () => {
  const parsed = parseCpim(asked);
  assert.ok(parsed.ok);
  assert.deepEqual(imdnRequestOf(parsed.cpim), {
    messageId: '34jk324j',
    wanted: ['positive-delivery', 'display'],
  });
  const undeclared = parseCpim(bytes('imdn.Message-ID: 1\r\n\r\nContent-Type: text/plain\r\n\r\n'));
  assert.equal(undeclared.ok && imdnRequestOf(undeclared.cpim), undefined);
});

test('RFC 3862 §4.7: a message that requires what is not known here is not shown', () => {
  const requires = (what: string) =>
    parseCpim(bytes(`NS: f <mid:features@example.com>\r\nRequire: ${what}\r\n\r\n\r\nx`)).ok;
  assert.deepEqual(
    [requires('Subject'), requires('f.VitalOption'), requires('Subject, Other')],
    [true, false, false],
  );
});

for (const [what, text] of [
  ['without an end of its header fields', 'From: <im:a@example.com>\r\n'],
  ['without the header fields of its content', 'From: <im:a@example.com>\r\n\r\n'],
  ['with a line that is no header field', 'Hello\r\n\r\n\r\n'],
  ['with a header field that has no name', '\u000b: x\r\n\r\n\r\n'],
  ['to nobody', 'To: bob\r\n\r\n\r\n'],
  ['that begins with a folded line', ' folded\r\n\r\n\r\n'],
  ['with more header fields than anybody needs', `${'A: b\r\n'.repeat(101)}\r\n\r\n`],
  ['with longer ones than anybody needs', `A: ${'b'.repeat(20_000)}\r\n\r\n\r\n`],
] as const) {
  test(`a message ${what} is refused`, () => assert.equal(parseCpim(bytes(text)).ok, false));
}

const word = fc.stringMatching(/^[\w"\\ü🙂-][\w "\\ü🙂<>:-]{0,10}[\w"\\ü🙂-]$/u);
const uri = fc.constantFrom('sip:alice@example.com', 'im:bob@example.com');
const address = fc.record({ name: word, uri }, { requiredKeys: ['uri'], noNullPrototype: true });
const cpim: fc.Arbitrary<Cpim> = fc.record(
  {
    from: address,
    to: fc.array(address, { maxLength: 2 }),
    dateTimeMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    subject: word,
    extensions: fc
      .uuid()
      .map((messageId) => imdnHeaders({ messageId, wanted: ['positive-delivery', 'display'] })),
    contentHeaders: fc.constant(new Map([['content-type', 'text/plain;charset=utf-8']])),
    content: fc.uint8Array({ maxLength: 40 }),
  },
  { requiredKeys: ['to', 'extensions', 'contentHeaders', 'content'], noNullPrototype: true },
);

test('any message is read as it was written', () => {
  fc.assert(
    fc.property(cpim, (message) => {
      assert.deepEqual(parseCpim(buildCpim(message, { imdn: IMDN_NAMESPACE })), { ok: true, cpim: message });
    }),
  );
});

test('a name or subject cannot bring header fields of its own', () => {
  const subject = 'Hi\r\nFrom: <im:mallory@example.com>\r\n\r\n';
  const written = buildCpim({
    to: [],
    subject,
    extensions: [],
    contentHeaders: new Map(),
    content: bytes(''),
  });
  const parsed = parseCpim(written);
  assert.deepEqual(parsed.ok && [parsed.cpim.subject, parsed.cpim.from], [subject, undefined]);
});

test('RFC 5438 §11.1: any word back is read as it was written', () => {
  const imdn: fc.Arbitrary<Imdn> = fc.record(
    {
      messageId: fc.uuid(),
      dateTimeMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
      recipientUri: uri,
      outcome: fc.constantFrom(
        { kind: 'delivery', status: 'delivered' },
        { kind: 'delivery', status: 'failed' },
        { kind: 'processing', status: 'stored' },
        { kind: 'display', status: 'displayed' },
        { kind: 'display', status: 'forbidden' },
      ),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(imdn, (value) => assert.deepEqual(parseImdn(buildImdn(value)), { ok: true, imdn: value })),
  );
});

for (const [what, type, body, expected] of [
  ['plain text', 'text/plain', 'Hello', 'Hello'],
  ['text in another charset', 'text/plain;charset=iso-8859-1', 'M\u00fcller', 'M\u00fcller'],
  [
    'a page',
    'text/html',
    '<html><head><title>t</title><style>p{}</style></head><p>Hello <b>you</b><br>&amp; me</p>',
    'Hello you\n& me',
  ],
  [
    'alternatives',
    'multipart/alternative; boundary=b',
    '--b\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n--b--\r\n',
    'plain',
  ],
  [
    'a page among what cannot be read',
    'multipart/mixed; boundary=b',
    '--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--b--\r\n',
    'rich',
  ],
] as const) {
  test(`${what} is text`, () => {
    const body_ = type.includes('8859') ? Buffer.from(body, 'latin1') : bytes(body);
    assert.deepEqual(readMessageBody(type, body_), { kind: 'text', text: expected });
  });
}

test('word back, inside CPIM or bare, and that somebody writes, are what they are', () => {
  const notification = readFileSync(join(corpora, 'cpim/notification.dat'));
  const read = readMessageBody('Message/CPIM', notification);
  assert.deepEqual(read.kind === 'disposition' && [read.imdn.messageId, read.imdn.outcome], [
    '34jk324j',
    { kind: 'display', status: 'displayed' },
  ]);
  const bare = readMessageBody('message/imdn+xml', readFileSync(join(corpora, 'imdn/delivered.xml')));
  assert.equal(bare.kind, 'disposition');
  const typing = readMessageBody(
    'application/im-iscomposing+xml',
    bytes(buildIsComposing({ state: 'active' })),
  );
  assert.deepEqual(typing, { kind: 'composing', isActive: true });
});

test('what nobody can show is unreadable, and so is what is wrapped too often', () => {
  for (const type of [
    'image/png',
    'nonsense',
    'text/plain;charset=klingon',
    'multipart/mixed',
    'message/cpim',
  ])
    assert.equal(readMessageBody(type, bytes('x')).kind, 'unreadable');
  const wrapped = (depth: number): string =>
    depth === 0
      ? 'Hello'
      : `\r\nContent-Type: ${depth === 1 ? 'text/plain' : 'message/cpim'}\r\n\r\n${wrapped(depth - 1)}`;
  assert.equal(readMessageBody('message/cpim', bytes(wrapped(2))).kind, 'text');
  assert.equal(readMessageBody('message/cpim', bytes(wrapped(9))).kind, 'unreadable');
});

test('no script of a page is text, and a page of a megabyte is read at once', () => {
  assert.equal(textOfHtml('<script>alert(1)</script>Hi<!-- <b>no</b> --> there &#128578;'), 'Hi there 🙂');
  for (const piece of ['<', '<!--', '&', '&amp', '<script>', '<p', '\n'])
    assert.ok(textOfHtml(piece.repeat(1_000_000 / piece.length)).length <= 1_000_000);
});

test('the corpus is read, and no mutation of it breaks an invariant', () => {
  for (const seed of corpus) {
    fuzz(seed);
    assert.ok(parseCpim(seed).ok || parseImdn(seed).ok);
  }
  const piece = fc.constantFrom(
    '\r\n',
    '\n',
    '\r\n\r\n',
    ':',
    '<',
    '>',
    'NS: x <y>\r\n',
    'x.',
    '\\',
    '\\u00',
    '"',
    ' ',
  );
  const edit = fc.record({ at: fc.nat(), remove: fc.nat(20), insert: piece });
  fc.assert(
    fc.property(fc.constantFrom(...corpus), fc.array(edit, { maxLength: 4 }), (seed, edits) => {
      const mutated = edits.reduce((text, { at, remove, insert }) => {
        const from = at % (text.length + 1);
        return text.slice(0, from) + insert + text.slice(from + remove);
      }, seed.toString());
      fuzz(Buffer.from(mutated));
    }),
    { numRuns: 400 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fuzz));
});
