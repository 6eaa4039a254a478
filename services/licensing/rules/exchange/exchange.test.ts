import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Outcome } from '@parley/platform/contract';
import { parseXml, type XmlElement } from '@parley/protocol/presence';
import fc from 'fast-check';
import type { Grant } from '../model.ts';
import { readAccessLog, readRemoteDesktopReport, readUserAccessLogging } from './access-log.ts';
import { fuzz } from './csv.fuzz.ts';
import { plainCell, readCsv, safeCell, writeCsv } from './csv.ts';
import { entitlementXml } from './entitlement.ts';
import {
  readAssignments,
  readDevices,
  readPeople,
  readPurchases,
  writeAssignments,
  writeDevices,
  writePeople,
  writePurchases,
} from './registers.ts';
import { swidTag, swidTagId } from './swid.ts';

function value<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}
function parsed(xml: string): XmlElement {
  const result = parseXml(new TextEncoder().encode(xml));
  assert.ok(result.ok, JSON.stringify(result));
  return result.root;
}

describe('CSV (RFC 4180 §2)', () => {
  it('reads quotes, doubled quotes, line breaks in fields, a byte order mark, and any line end', () => {
    const { rows, problems } = readCsv('\ufeffa,b\r\n"x, ""y""","two\r\nlines"\n\n,last');
    assert.deepEqual(problems, []);
    assert.deepEqual(rows, [
      { line: 1, fields: ['a', 'b'] },
      { line: 2, fields: ['x, "y"', 'two\r\nlines'] },
      { line: 5, fields: ['', 'last'] },
    ]);
  });

  it('keeps a bad row apart and goes on with the next line', () => {
    const { rows, problems } = readCsv('a,b\n"x"y,1\nq"r,2\n"open,3\nz,4\n');
    assert.deepEqual(problems, [
      { line: 2, error: 'bad-quote' },
      { line: 3, error: 'bad-quote' },
      { line: 4, error: 'unclosed-quote' },
    ]);
    assert.deepEqual(
      rows.map(({ line }) => line),
      [1, 5],
    );
    const long = readCsv(`a,b\n${'x'.repeat(30_000)},1\ny,2\n`);
    assert.deepEqual(long.problems, [{ line: 2, error: 'row-too-long' }]);
  });

  it('finds semicolons and tabs from the first line', () => {
    assert.deepEqual(readCsv('a;b\n"1,5";2\n').rows[1]?.fields, ['1,5', '2']);
    assert.deepEqual(readCsv('a\tb\n1\t2\n').rows[1]?.fields, ['1', '2']);
  });

  it('writes no cell that a spreadsheet would take for a formula', () => {
    for (const cell of ['=1+1', '@SUM(A1)', '+49 30 1', '-cmd', '\t=1', ' =1', '\uff1d1+1', "'=1"])
      assert.match(safeCell(cell), /^"?'/, cell);
    for (const cell of ['12.50', 'alice', "d'accord", '']) assert.equal(safeCell(cell), cell);
    assert.deepEqual([safeCell(-5), safeCell('-5')], ['-5', "'-5"]);
    assert.equal(writeCsv([['=HYPERLINK("x")', 'a,b', null, 7]]), `"'=HYPERLINK(""x"")","a,b",,7\r\n`);
  });

  it('reads back what it wrote, whatever the cells', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 4 })),
        (table) => {
          const header = ['a', 'b', 'c', 'd'];
          const rows = table.filter((row) => row.some((cell) => cell.trim() !== ''));
          const read = readCsv(writeCsv([header, ...rows]));
          assert.deepEqual(read.problems, []);
          assert.deepEqual(
            read.rows.slice(1).map(({ fields }) => fields.map(plainCell)),
            rows,
          );
        },
      ),
    );
  });

  it('survives whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => fuzz(bytes)));
    const signs = fc.string({
      unit: fc.constantFrom('"', ',', ';', '\n', '\r', '=', "'", 'a', ' '),
      maxLength: 60,
    });
    fc.assert(
      fc.property(signs, (text) => fuzz(new TextEncoder().encode(text))),
      { numRuns: 3000 },
    );
  });

  it('stays fast on a file of open quotes', () => {
    const started = performance.now();
    readCsv('"a\n'.repeat(100_000));
    assert.ok(performance.now() - started < 5000);
  });
});

describe('access evidence (licensing rule M10)', () => {
  it('folds the rows of our own log into edges, in any order of columns and case of names', () => {
    const csv =
      'time,feature,user,device\n2026-01-02T00:00:00Z,im,ALICE@example.com,PC1\n2026-01-01 10:00:00,presence,alice@example.com,pc1\n2026-01-03,call-routing,,lobby\n';
    const { edges, accepted, rejected } = value(readAccessLog(csv));
    assert.deepEqual([accepted, rejected], [3, []]);
    assert.deepEqual(edges, [
      {
        userId: 'alice@example.com',
        deviceId: 'pc1',
        level: 'standard',
        firstDay: '2026-01-01',
        lastDay: '2026-01-02',
        count: 2,
      },
      {
        userId: null,
        deviceId: 'lobby',
        level: 'enterprise',
        firstDay: '2026-01-03',
        lastDay: '2026-01-03',
        count: 1,
      },
    ]);
  });

  it('lists each bad row with its line and what to do', () => {
    const csv =
      'user,device,feature,time\n,,im,2026-01-01\na,b,dancing,2026-01-01\na,b,im,2026-02-30\na,b,im\n"a"b,c,im,2026-01-01\na,b,im,2026-01-01\n';
    const { accepted, rejected } = value(readAccessLog(csv));
    assert.equal(accepted, 1);
    assert.deepEqual(
      rejected.map(({ line, error }) => [line, error]),
      [
        [2, 'no-subject'],
        [3, 'unknown-feature'],
        [4, 'bad-time'],
        [5, 'bad-row'],
        [6, 'bad-quote'],
      ],
    );
    assert.match(rejected[0]!.sentence, /person nor a device/);
  });

  it('refuses a file without the columns it needs, and names them', () => {
    const outcome = readAccessLog('user,device\na,b\n');
    assert.ok(!outcome.ok);
    assert.equal(outcome.fault.code, 'LICENCE_CSV_NO_HEADER');
    assert.match(outcome.fault.sentence, /feature, time/);
    assert.equal(readAccessLog('').ok, false);
  });

  it('reads the reports of User Access Logging, per person and per device', () => {
    const users =
      '"UserName","RoleName","FirstSeen","LastSeen","AccessCount"\r\n"EXAMPLE\\alice","File Server","2026-01-01 08:00:00","2026-01-09 17:00:00","12"\r\n';
    assert.deepEqual(value(readUserAccessLogging(users)).edges, [
      {
        userId: 'example\\alice',
        deviceId: null,
        level: 'standard',
        firstDay: '2026-01-01',
        lastDay: '2026-01-09',
        count: 12,
      },
    ]);
    const devices =
      'IPAddress;RoleName;FirstSeen;LastSeen\n192.0.2.7;File Server;2026-01-09;2026-01-01\n192.0.2.8;DNS;2026-01-01;2026-01-02\n';
    const { edges, rejected } = value(readUserAccessLogging(devices, 'enterprise'));
    assert.deepEqual([edges.length, edges[0]?.deviceId, edges[0]?.level], [1, '192.0.2.8', 'enterprise']);
    assert.deepEqual(
      rejected.map(({ line, error }) => [line, error]),
      [[2, 'dates-out-of-order']],
    );
  });

  it('reads local dates where the file tells which number is the month, and refuses them where it does not', () => {
    const report = (...dates: string[]) =>
      value(readUserAccessLogging(`UserName,LastSeen\n${dates.map((date) => `alice,${date}\n`).join('')}`));
    const american = report('1/31/2026 11:59:59 PM', '2/3/2026 12:00:00 AM');
    assert.deepEqual([american.edges[0]?.firstDay, american.edges[0]?.lastDay], ['2026-01-31', '2026-02-03']);
    assert.equal(report('03.02.2026 08:00').edges[0]?.lastDay, '2026-02-03');
    assert.equal(report('31/01/2026 08:00:00', '03/02/2026').edges[0]?.lastDay, '2026-02-03');
    assert.deepEqual(
      report('3/2/2026', '2/3/2026').rejected.map(({ error }) => error),
      ['bad-time', 'bad-time'],
    );
    assert.equal(report('3/3/2026').accepted, 1);
    assert.equal(report('1/31/2026 13:00:00 PM', '2/30/2026').accepted, 0);
  });

  it('reads the reports of Remote Desktop Licensing, per user and per device', () => {
    const perUser =
      'Issued to User,CAL Version,Expires On,Issued On\nEXAMPLE\\bob,Windows Server 2012,2026-03-02,2026-01-01\n';
    assert.deepEqual(value(readRemoteDesktopReport(perUser)).issues, [
      {
        userId: 'example\\bob',
        deviceId: null,
        version: 'Windows Server 2012',
        issuedOn: '2026-01-01',
        expiresOn: '2026-03-02',
      },
    ]);
    const perDevice =
      'Issued to Computer,CAL Type,Issued On\nPC1,Permanent,2026-01-01\n,Permanent,2026-01-01\n';
    const { issues, rejected } = value(readRemoteDesktopReport(perDevice));
    assert.deepEqual([issues[0]?.deviceId, issues[0]?.expiresOn, rejected.length], ['pc1', null, 1]);
  });
});

describe('registers (licensing rule M10)', () => {
  it('reads back the people, devices, purchases and assignments that it wrote', () => {
    const people = [{ userId: 'alice@example.com', name: '=Alice, "A"', disabled: true }];
    assert.deepEqual(value(readPeople(writePeople(people))).rows, people);
    const devices = [{ deviceId: 'lobby', name: 'Lobby; ground floor', commonArea: true, licensable: false }];
    assert.deepEqual(value(readDevices(writeDevices(devices))).rows, devices);
    const base = { sku: 'parley-standard-cal', from: '2026-01-01' };
    const purchase = {
      ...base,
      metric: 'user',
      quantity: 25,
      to: null,
      source: 'purchase',
      proof: '-4711',
      unitPrice: 4000,
    } as const;
    assert.deepEqual(value(readPurchases(writePurchases([purchase]))).rows, [purchase]);
    const assignment = { ...base, subject: { kind: 'device', id: 'lobby' } } as const;
    assert.deepEqual(value(readAssignments(writeAssignments([assignment]))).rows, [assignment]);
  });

  it('lists purchases that cannot be', () => {
    const header = 'product,quantity,date,until,type,price\n';
    const rows = [
      'nothing,1,2026-01-01,,,',
      'parley-server,-1,2026-01-01,,,',
      'parley-server,1.5,2026-01-01,,,',
    ];
    rows.push('parley-server,1,01/02/2026,,,', 'parley-server,1,2026-01-02,2026-01-01,,');
    rows.push('parley-server,1,2026-01-02,,user,', 'parley-server,1,2026-01-02,,,9.99');
    const { rejected, rows: good } = value(
      readPurchases(`${header}${rows.join('\n')}\nparley-server,2,2026-01-02,,,900\n`),
    );
    assert.deepEqual(
      rejected.map(({ error }) => error),
      ['unknown-sku', 'bad-count', 'bad-count', 'bad-day', 'dates-out-of-order', 'bad-value', 'bad-price'],
    );
    assert.equal(good[0]?.metric, 'server');
  });

  it('gives one licence to one subject', () => {
    const { rejected } = value(
      readAssignments('sku,user,device\nparley-standard-cal,alice,pc1\nparley-standard-cal,,\n'),
    );
    assert.deepEqual(
      rejected.map(({ error }) => error),
      ['bad-value', 'no-subject'],
    );
  });
});

describe('standards', () => {
  const grant: Grant = {
    grantId: 'g<1>',
    sku: 'parley-standard-cal',
    metric: 'user',
    quantity: 25,
    source: 'purchase',
    from: '2026-01-01',
    to: null,
    agreementId: 'a1',
    proof: 'Rechnung & "Müller" \u0000',
    unitPrice: 4000,
  };

  it('writes entitlements as well-formed XML, whatever the names', () => {
    const swidTags = { parley: swidTagId({ name: 'Parley', version: '0.1.0', edition: 'standard' }) };
    const agreement = {
      agreementId: 'a1',
      name: 'A & B',
      customer: '',
      program: '',
      from: '2026-01-01',
      to: null,
    };
    const term = {
      saTermId: 's1',
      sku: grant.sku,
      quantity: 25,
      from: '2026-01-01',
      to: '2028-12-31',
      agreementId: 'a1',
    };
    const xml = entitlementXml({
      creator: 'parley.example.com',
      owner: 'Example <GmbH>',
      madeAt: '2026-05-01T08:00:00Z',
      grants: [grant],
      saTerms: [term],
      agreements: [agreement],
      swidTags,
    });
    const root = parsed(xml);
    assert.equal(root.name.replace(/^.*:/, ''), 'Entitlements');
    assert.match(xml, /swidTagId="parley-standard-0\.1\.0"/);
    assert.match(xml, /proof="Rechnung &amp; &quot;Müller&quot; \ufffd"/);
    assert.match(xml, /<Agreement>A &amp; B<\/Agreement>/);
    assert.match(xml, /<Maintenance id="s1".* end="2028-12-31"\/>/);
  });

  it('writes a SWID tag that names product, version and creator', () => {
    const xml = swidTag({ name: 'Parley', version: '0.1.0', edition: 'enterprise' });
    parsed(xml);
    assert.match(xml, /<SoftwareIdentity .*name="Parley" tagId="parley-enterprise-0\.1\.0"/);
    assert.match(xml, /role="tagCreator softwareCreator"/);
  });
});
