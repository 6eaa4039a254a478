import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Bans, defaultBanLimits, type Offence } from './bans.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

function offend(bans: Bans, port: number, offence: Offence, times: number, now: number): boolean {
  let isBanned = false;
  for (let time = 0; time < times; time++)
    isBanned = bans.offended('192.0.2.1', port, offence, now) || isBanned;
  return isBanned;
}

describe('bans', () => {
  test('a few mistakes cost nothing, and are forgotten', () => {
    const bans = new Bans(defaultBanLimits);
    for (let now = 0; now < hour; now += 2 * second) offend(bans, 5060, 'credentials', 1, now);
    assert.equal(bans.isBanned('192.0.2.1', 5060, hour), false);
    assert.equal(bans.count, 0);
  });

  test('who says that it is a scanner is heard once more, and then not for ten seconds', () => {
    const bans = new Bans(defaultBanLimits);
    assert.equal(offend(bans, 5060, 'scanner', 1, 0), false);
    assert.equal(offend(bans, 5060, 'scanner', 1, 0), true);
    assert.equal(bans.isBanned('192.0.2.1', 5060, 9_999), true);
    assert.equal(bans.current(9_999), 1);
    assert.equal(bans.isBanned('192.0.2.1', 5060, 10_000), false);
    assert.equal(bans.current(10_000), 0);
  });

  test('each ban is four times as long as the one before, up to an hour, and shortens with good conduct', () => {
    const bans = new Bans(defaultBanLimits);
    let now = 0;
    const lengths: number[] = [];
    const again = () => {
      offend(bans, 5060, 'scanner', 2, now);
      let end = now;
      while (bans.isBanned('192.0.2.1', 5060, end)) end += second;
      lengths.push((end - now) / second);
      now = end;
    };
    for (let time = 0; time < 6; time++) again();
    assert.deepEqual(lengths, [10, 40, 160, 640, 2560, 3600]);
    now += 40 * minute;
    again();
    assert.equal(lengths.at(-1), 160, 'four steps were forgotten');
    now += 24 * hour;
    again();
    assert.equal(lengths.at(-1), 10);
  });

  test('one bad phone in an office is banned alone', () => {
    const bans = new Bans(defaultBanLimits);
    for (let now = 0; now < hour; now += second) {
      if (!bans.isBanned('192.0.2.1', 666, now)) offend(bans, 666, 'malformed', 50, now);
    }
    assert.ok(bans.count > 3);
    assert.equal(bans.isBanned('192.0.2.1', 5060, hour), false);
    assert.equal(bans.isSourceBanned('192.0.2.1', hour), false);
  });

  test('a scanner that changes its port is banned by its address', () => {
    const bans = new Bans(defaultBanLimits);
    for (let port = 1; port <= 17; port++) offend(bans, port, 'scanner', 1, 0);
    assert.equal(bans.isBanned('192.0.2.1', 40_000, 1), true);
    assert.equal(bans.isSourceBanned('192.0.2.1', 1), true);
    assert.equal(bans.isBanned('192.0.2.2', 40_000, 1), false);
  });

  test('an office whose requests are granted bears the more, and within an hour no longer', () => {
    const bans = new Bans(defaultBanLimits);
    for (let port = 1; port <= 500; port++) bans.granted('192.0.2.1', port, 0);
    for (let port = 1000; port < 1150; port++) offend(bans, port, 'scanner', 1, second);
    assert.equal(bans.isSourceBanned('192.0.2.1', 2 * second), false);
    for (let port = 2000; port < 2100; port++) offend(bans, port, 'scanner', 1, hour);
    assert.equal(bans.isSourceBanned('192.0.2.1', hour + 1), true);
  });

  test('a grant forgives the peer', () => {
    const bans = new Bans(defaultBanLimits);
    offend(bans, 5060, 'credentials', 49, 0);
    bans.granted('192.0.2.1', 5060, 0);
    assert.equal(offend(bans, 5060, 'credentials', 49, 0), false);
  });

  test('addresses of one IPv6 network are one source', () => {
    const bans = new Bans(defaultBanLimits);
    for (let host = 1; host <= 20; host++)
      bans.offended(`2001:db8:1:2::${host.toString(16)}`, 5060, 'scanner', 0);
    assert.equal(bans.isSourceBanned('2001:db8:1:2::ffff', 1), true);
    assert.equal(bans.isSourceBanned('2001:db8:1:3::1', 1), false);
  });

  test('a million sources take no more memory than the bound', () => {
    const bans = new Bans({ ...defaultBanLimits, entries: 1_000 });
    bans.offended('198.51.100.1', 1, 'scanner', 0);
    bans.offended('198.51.100.1', 1, 'scanner', 0);
    assert.equal(bans.isBanned('198.51.100.1', 1, 1), true);
    for (let index = 0; index < 10_000; index++)
      bans.offended(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`, 5060, 'malformed', 1);
    assert.equal(bans.isBanned('198.51.100.1', 1, 1), false, 'whoever was quiet longest is forgotten');
  });
});
