import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { ACTIVITIES } from './activity.ts';
import { buildPidf, parsePidf } from './pidf.ts';
import type { Rpid } from './rpid.ts';

const rich = readFileSync(join(import.meta.dirname, '../../spec/corpora/pidf/rich.xml'));

test('RFC 4480 §3: activities with their end, the place, the sphere, the time there, and the input', () => {
  const parsed = parsePidf(rich);
  assert.ok(parsed.ok);
  const { tuples: _, entity: __, ...person } = parsed.pidf;
  assert.deepEqual(person, {
    note: 'Back at five',
    activities: ['away'],
    otherActivity: 'Gardening',
    activitiesUntilMs: Date.parse('2026-05-30T12:00:00Z'),
    placeIs: { audio: 'quiet', video: 'dark' },
    sphere: 'work',
    timeOffsetMinutes: -240,
    userInput: { state: 'idle', lastInputMs: Date.parse('2026-05-30T12:12:00Z'), idleThresholdS: 600 },
  });
});

const timeMs = fc.integer({ min: 0, max: 4_000_000_000_000 });
const rpid: fc.Arbitrary<Rpid> = fc.record(
  {
    activities: fc.subarray([...ACTIVITIES]),
    otherActivity: fc.stringMatching(/^[A-Za-z<&"][A-Za-z <&"]{0,20}[A-Za-z]$/),
    placeIs: fc.constantFrom({ audio: 'noisy' }, { audio: 'ok', text: 'unknown' }),
    sphere: fc.constantFrom('home', 'work', 'unknown'),
    timeOffsetMinutes: fc.integer({ min: -720, max: 840 }),
    userInput: fc.record(
      { state: fc.constantFrom('active', 'idle'), lastInputMs: timeMs, idleThresholdS: fc.nat(10_000) },
      { requiredKeys: ['state'], noNullPrototype: true },
    ),
  },
  { requiredKeys: ['activities'], noNullPrototype: true },
);

test('whatever a person does is read as it was written', () => {
  fc.assert(
    fc.property(rpid, timeMs, (person, activitiesUntilMs) => {
      const isDoing = person.activities.length > 0 || person.otherActivity !== undefined;
      const pidf = {
        entity: 'sip:bob@example.com',
        tuples: [],
        ...person,
        ...(isDoing ? { activitiesUntilMs } : {}),
      };
      assert.deepEqual(parsePidf(buildPidf(pidf)), { ok: true, pidf });
    }),
  );
});

test('values that RPID does not know are passed over', () => {
  const person = (children: string) => {
    const parsed = parsePidf(
      `<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:r="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:b@example.com">${children}</presence>`,
    );
    assert.ok(parsed.ok);
    const { entity: _, tuples: __, ...rest } = parsed.pidf;
    return rest;
  };
  assert.deepEqual(person('<r:time-offset>9999</r:time-offset>'), { activities: [] });
  assert.deepEqual(person('<r:sphere>bored</r:sphere>'), { activities: [] });
  assert.deepEqual(person('<r:user-input>asleep</r:user-input>'), { activities: [] });
  assert.deepEqual(person('<r:place-is><r:audio><r:loud/></r:audio></r:place-is>'), { activities: [] });
  assert.deepEqual(person('<r:activities until="soon"><r:knitting/><r:tv/></r:activities>'), {
    activities: ['tv'],
  });
});
