import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildPidf, type Pidf, parsePidf } from './pidf.ts';

function parse(text: string | Uint8Array): Pidf {
  const result = parsePidf(text);
  assert(result.ok, JSON.stringify(result));
  return result.pidf;
}

const HEAD = '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="pres:someone@example.com">';

test('RFC 3863 §4: a document with a contact, notes and a timestamp', () => {
  const pidf = parse(`<?xml version="1.0" encoding="UTF-8"?>
<impp:presence xmlns:impp="urn:ietf:params:xml:ns:pidf" entity="pres:someone@example.com">
  <impp:tuple id="sg89ae">
    <impp:status><impp:basic>open</impp:basic></impp:status>
    <impp:contact priority="0.8">tel:+09012345678</impp:contact>
    <impp:note xml:lang="en">Hello &amp; welcome</impp:note>
    <impp:timestamp>2001-10-27T16:49:29+02:00</impp:timestamp>
  </impp:tuple>
  <impp:note>At home</impp:note>
</impp:presence>`);
  assert.deepEqual(pidf, {
    entity: 'pres:someone@example.com',
    tuples: [
      {
        id: 'sg89ae',
        basic: 'open',
        contact: 'tel:+09012345678',
        contactPriority: 800,
        note: 'Hello & welcome',
        timestampMs: Date.UTC(2001, 9, 27, 14, 49, 29),
      },
    ],
    note: 'At home',
    activities: [],
  });
});

test('RFC 4480 §3.2: what the person is doing, and unknown elements are passed over', () => {
  const pidf =
    parse(`<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
    xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" xmlns:x="urn:x" entity="sip:bob@example.com">
    <tuple id="t1"><status><basic>closed</basic><x:location>home</x:location></status><x:y/></tuple>
    <dm:person id="p1"><rpid:activities from="2005-05-30T12:00:00+05:00"><rpid:note>Far away</rpid:note><rpid:away/>
      <rpid:on-the-phone/><x:gardening/><rpid:other>thinking</rpid:other></rpid:activities>
      <dm:note>Back soon</dm:note></dm:person></presence>`);
  assert.deepEqual(pidf.activities, ['away', 'on-the-phone']);
  assert.equal(pidf.note, 'Back soon');
  assert.equal(pidf.tuples[0]?.basic, 'closed');
});

test('a document is read as it was built', () => {
  const pidf: Pidf = {
    entity: 'sip:bob@example.com',
    tuples: [
      {
        id: 'desk',
        basic: 'open',
        contact: 'sip:bob@192.0.2.1;x="<&>"',
        contactPriority: 500,
        note: 'ü',
        timestampMs: 1,
      },
      { id: 'mobile' },
    ],
    note: 'In a "meeting" <until> 5 & later',
    activities: ['meeting', 'busy'],
  };
  assert.deepEqual(parse(buildPidf(pidf)), pidf);
  assert.deepEqual(parse(new TextEncoder().encode(buildPidf(pidf))), pidf);
});

test('ids that are no XML names are escaped and stay different', () => {
  const text = buildPidf({ entity: 'sip:a', tuples: [{ id: '1 a' }, { id: '1_a' }, { id: '' }] });
  assert.equal(new Set(parse(text).tuples.map(({ id }) => id)).size, 3);
});

test('what phones look for is written as they look for it', () => {
  const text = buildPidf({ entity: 'sip:a', tuples: [{ id: 't', basic: 'open' }], activities: ['away'] });
  assert(text.includes('<basic>open</basic>'));
  assert(text.includes('<rpid:away/>'));
});

test('too many tuples are our own fault when built, a refusal when read', () => {
  const tuples = Array.from({ length: 65 }, (_, i) => ({ id: `t${i}` }));
  assert.throws(() => buildPidf({ entity: 'sip:a', tuples }), RangeError);
  const text = tuples.map(({ id }) => `<tuple id="${id}"><status/></tuple>`).join('');
  assert.equal(parsePidf(`${HEAD}${text}</presence>`).ok, false);
});

for (const [name, text] of [
  ['another root', '<presence entity="a"/>'],
  ['no entity', '<presence xmlns="urn:ietf:params:xml:ns:pidf"/>'],
  ['a tuple without id', `${HEAD}<tuple><status/></tuple></presence>`],
  ['a tuple without status', `${HEAD}<tuple id="a"/></presence>`],
  [
    'two tuples of one id',
    `${HEAD}<tuple id="a"><status/></tuple><tuple id="a"><status/></tuple></presence>`,
  ],
  ['another basic', `${HEAD}<tuple id="a"><status><basic>maybe</basic></status></tuple></presence>`],
  ['no XML', 'Available'],
] as const) {
  test(`a document with ${name} is refused`, () => assert.equal(parsePidf(text).ok, false));
}
