// Large CSV files in pieces: no row is cut or lost, each piece has the header, and lines are those of the file.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCsv } from './exchange/csv.ts';
import { csvPieces, joinReports } from './import-chunks.ts';

const header = 'user,note\r\n';
const rows = Array.from({ length: 200 }, (_, index) => `u${index},"line one\nline two ${index}"\r\n`);
const text = header + rows.join('');

test('the pieces hold every row once, under the header', () => {
  const whole = readCsv(text).rows;
  const pieces = csvPieces(text, 300);
  assert.ok(pieces.length > 5);
  const read = pieces.flatMap(({ csv, linesBefore }) => {
    const [first, ...body] = readCsv(csv).rows;
    assert.deepEqual(first?.fields, ['user', 'note']);
    return body.map(({ line, fields }) => ({ line: line + linesBefore, fields }));
  });
  assert.deepEqual(read, whole.slice(1));
});

test('a small file is one piece, and a quote that is never closed does not swallow a large one', () => {
  assert.deepEqual(csvPieces('a\n1\n'), [{ csv: 'a\n1\n', linesBefore: 0 }]);
  const broken = `a,b\n"open,1\n${'x,2\n'.repeat(20_000)}`;
  assert.ok(csvPieces(broken, 10_000).length > 3);
});

test('the report of the file adds up, with lines of the file', () => {
  const [first, second] = csvPieces(text, 300);
  assert.ok(first && second);
  const rejected = (line: number) => [{ line, error: 'bad-row', sentence: '' }];
  const joined = joinReports([
    { piece: first, report: { accepted: 2, rejected: rejected(2), dryRun: false } },
    { piece: second, report: { accepted: 3, rejected: rejected(2), dryRun: false } },
  ]);
  assert.equal(joined.accepted, 5);
  assert.deepEqual(
    joined.rejected.map(({ line }) => line),
    [2, 2 + second.linesBefore],
  );
});
