// The table of levels of access, written once more from the specification and compared field by field.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Card, Level, PresenceState } from '../contract.ts';
import { LEVELS, type Sight } from './levels.ts';
import { emptyCard, isBlank, project, projectCard, projectPerson, unknownState } from './projection.ts';
import { reachOf } from './reach.ts';

const general: PresenceState = {
  userId: 'alice',
  state: 'doNotDisturb',
  note: 'at the dentist',
  since: 1000,
  reason: 'calendar',
  devices: ['browser', 'phone'],
  activity: 'inMeeting',
  activityText: 'Deep work',
  until: 2000,
  lastActive: 900,
  capabilities: ['message'],
  location: 'Berlin',
  meeting: { subject: 'Merger', place: 'Room 4' },
  freeBusy: [{ start: 1, end: 2, kind: 'busy' }],
  workingHours: { timeZone: 'Europe/Berlin', days: [1, 2], startMinute: 540, endMinute: 1020 },
  version: 7,
};
const team: PresenceState = { ...general, activity: 'urgentInterruptionsOnly' };

const person = {
  userId: 'alice',
  address: 'alice@parley.test',
  name: 'Alice',
  title: 'Engineer',
  department: 'Research',
  office: 'B 12',
  phone: '+498912345',
  photo: 'abc',
  administrator: true,
  disabled: false,
  version: 3,
};
const card: Card = {
  userId: 'alice',
  company: 'Example & Sons',
  workAddress: 'High Street 1',
  site: 'https://example.com/',
  mobile: '+491701234567',
  home: '+498955555',
  other: '+498966666',
  version: 9,
};

/** Field by field: who sees it. B blocked, P public, C company, T team, H personal (home). */
const TABLE: readonly [string, string][] = [
  ['name', 'BPCTH'],
  ['address', 'BPCTH'],
  ['photo', 'BPCTH'],
  ['state', 'PCTH'],
  ['activity', 'PCTH'],
  ['activityText', 'PCTH'],
  ['title', 'PCTH'],
  ['department', 'PCTH'],
  ['company', 'PCTH'],
  ['phone', 'CTH'],
  ['office', 'CTH'],
  ['workAddress', 'CTH'],
  ['site', 'CTH'],
  ['note', 'CTH'],
  ['reason', 'CTH'],
  ['since', 'CTH'],
  ['until', 'CTH'],
  ['lastActive', 'CTH'],
  ['devices', 'CTH'],
  ['capabilities', 'CTH'],
  ['freeBusy', 'CTH'],
  ['workingHours', 'CTH'],
  ['mobile', 'TH'],
  ['location', 'TH'],
  ['meeting', 'T'],
  ['home', 'H'],
  ['other', 'H'],
];
const LETTER: Readonly<Record<Level, string>> = {
  blocked: 'B',
  public: 'P',
  company: 'C',
  team: 'T',
  personal: 'H',
};
const NOTHING = {
  ...unknownState('alice'),
  ...emptyCard('alice'),
  title: '',
  department: '',
  office: '',
  phone: '',
};

/** All that leaves for a watcher, as one object. */
function all(sight: Sight): Record<string, unknown> {
  const states = { general, team };
  return { ...project(states, sight), ...projectCard(card, sight), ...projectPerson(person, sight) };
}
const full: Readonly<Record<string, unknown>> = { ...general, ...card, ...person };

for (const level of LEVELS) {
  test(`${level} sees exactly what the table says`, () => {
    const seen = all(level);
    for (const [field, who] of TABLE) {
      const isSeen = who.includes(LETTER[level]);
      const wanted = isSeen ? full[field] : (NOTHING as Record<string, unknown>)[field];
      const expected = field === 'activity' && level === 'team' ? 'urgentInterruptionsOnly' : wanted;
      assert.deepEqual(seen[field], expected, field);
    }
  });

  test(`nothing that ${level} may not see is anywhere in what leaves`, () => {
    const text = JSON.stringify(all(level));
    for (const [field, who] of TABLE) {
      if (who.includes(LETTER[level]) || ['state', 'reason', 'activity'].includes(field)) continue;
      const secret = full[field];
      if (typeof secret === 'number' || typeof secret === 'string')
        assert.ok(!text.includes(JSON.stringify(secret)), `${field} in ${text}`);
      else assert.ok(!text.includes(JSON.stringify(secret).slice(1, -1)), `${field} in ${text}`);
    }
    assert.ok(!text.includes('"administrator":true'));
  });
}

test('every field of the table is in what is projected, and nothing else is', () => {
  const named = new Set(TABLE.map(([field]) => field));
  const beside = Object.keys(full).filter((field) => !named.has(field));
  assert.deepEqual(beside.sort(), ['administrator', 'disabled', 'userId', 'version']);
});

test('a field that nobody has put into the table leaves for nobody', () => {
  const odd = { ...general, diary: 'secret' } as PresenceState;
  for (const level of LEVELS)
    assert.ok(!JSON.stringify(project({ general: odd, team: odd }, level)).includes('secret'), level);
});

test('oneself sees everything', () => {
  assert.deepEqual(all('self'), { ...full, version: person.version });
});

test('a card with nothing on it for a watcher is blank', () => {
  const onlyHome = { ...emptyCard('alice'), home: '+498955555', version: 2 };
  assert.deepEqual(
    LEVELS.map((level) => isBlank(projectCard(onlyHome, level))),
    [true, true, true, true, false],
  );
});

test('under Do not disturb only the team writes; calls and other states are as always; who is blocked never reaches', () => {
  const may = (approach: 'message' | 'call', state: 'available' | 'doNotDisturb') =>
    [...LEVELS, 'self' as const].map((sight) => reachOf(sight, state, approach));
  const always = ['unreachable', 'reachable', 'reachable', 'reachable', 'reachable', 'reachable'];
  const no = 'doNotDisturb';
  assert.deepEqual(may('message', 'doNotDisturb'), ['unreachable', no, no, 'reachable', no, 'reachable']);
  assert.deepEqual(may('message', 'available'), always);
  assert.deepEqual(may('call', 'doNotDisturb'), always);
});
