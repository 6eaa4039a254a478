import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inflateSync } from 'node:zlib';
import { positionPdf } from './position-pdf.ts';
import { type PositionDocument, positionJson } from './rules/exchange/position.ts';
import { positionHtml } from './rules/exchange/position-html.ts';

const document: PositionDocument = {
  organisation: 'Müller & <Söhne> GmbH',
  madeAt: '2026-05-01T08:00:00Z',
  position: {
    asOf: '2026-05-01',
    profile: 'printed',
    catalogueVersion: '1.0',
    catalogueHash: 'ab'.repeat(32),
    mode: 'honor',
    people: 28,
    devices: 9,
    windowDays: 90,
    lines: [
      {
        sku: 'parley-standard-cal',
        metric: 'user',
        owned: 25,
        assigned: 25,
        needed: 28,
        difference: -3,
        rules: ['A3', 'A9'],
      },
      {
        sku: 'parley-enterprise-cal',
        metric: 'user',
        owned: 10,
        assigned: 5,
        needed: 5,
        difference: 5,
        rules: ['A10'],
      },
    ],
    unlicensed: { users: 3, devices: 0 },
    overSince: '2026-04-20',
    graceDaysLeft: 19,
    ending: [{ what: 'Software Assurance', id: 's1', on: '2026-06-30', daysLeft: 60 }],
    servers: { needed: 1, owned: 1, violations: [] },
  },
  agreements: [],
  grants: Array.from({ length: 120 }, (_, index) => ({
    grantId: `g${index}`,
    sku: 'parley-standard-cal',
    metric: 'user' as const,
    quantity: 1,
    source: 'purchase' as const,
    from: '2026-01-01',
    to: null,
    agreementId: null,
    proof: `Rechnung ${index} Łódź €`,
    unitPrice: 4000,
  })),
  saTerms: [],
};

/** All text that the pages draw; pdfkit writes it as hex strings inside compressed streams. */
function textOf(pdf: Uint8Array): string {
  const bytes = Buffer.from(pdf);
  let text = '';
  for (let at = bytes.indexOf('stream\n'); at !== -1; at = bytes.indexOf('stream\n', at + 1)) {
    const end = bytes.indexOf('endstream', at);
    let content: string;
    try {
      content = inflateSync(bytes.subarray(at + 7, end)).toString('latin1');
    } catch {
      continue;
    }
    for (const [, hex] of content.matchAll(/<([0-9a-f]+)>/g))
      text += Buffer.from(hex!, 'hex').toString('latin1');
  }
  return text;
}

describe('effective licence position', () => {
  it('is a PDF of several pages with umlauts, a heading on each table, and page numbers', async () => {
    const pdf = await positionPdf(document);
    assert.equal(Buffer.from(pdf.subarray(0, 5)).toString(), '%PDF-');
    const text = textOf(pdf);
    assert.match(text, /Müller & <Söhne> GmbH as of 2026-05-01/);
    assert.match(text, /Rechnung 119 Lódz \u0080/);
    assert.ok(text.split('Proof').length > 3, 'the header of a table is repeated on the next page');
    assert.match(text, /1 \/ (\d)/);
  });

  it('is the same bytes for the same document', async () => {
    assert.deepEqual(await positionPdf(document), await positionPdf(document));
  });

  it('is an HTML page that is escaped, fetches nothing and prints', () => {
    const html = positionHtml(document);
    assert.match(html, /<h1>Licence position of Müller &amp; &lt;Söhne&gt; GmbH as of 2026-05-01<\/h1>/);
    assert.match(html, /default-src 'none'/);
    assert.match(html, /@media print/);
    assert.doesNotMatch(html, /<script|https?:|<Söhne>/);
    assert.match(html, /<tr class="short"><td>[^<]*Standard CAL<\/td>.*\u22123<\/td>/);
    assert.match(html, /Too few licences are owned: 3 of /);
    assert.match(html, /19 days of grace are left/);
  });

  it('names a licence file by its issuer and number, and a term by what it is for', async () => {
    const fileId = JSON.stringify(['Example Group IT', 'project-north']);
    const { position, grants } = document;
    const ending = [
      { what: 'file', id: fileId, on: '2026-06-10', daysLeft: 40 },
      { what: 'assurance', id: 't1', on: '2026-06-30', daysLeft: 60 },
      {
        what: 'file',
        id: JSON.stringify(['Example Group IT', 'x'.repeat(200)]).slice(0, 200),
        on: '2026-07-01',
        daysLeft: 61,
      },
    ];
    const named: PositionDocument = {
      ...document,
      position: { ...position, ending },
      grants: [{ ...grants[0]!, source: 'licence-file', proof: fileId }],
      saTerms: [
        {
          saTermId: 't1',
          sku: 'parley-server',
          quantity: 2,
          from: '2025-07-01',
          to: '2026-06-30',
          agreementId: null,
        },
      ],
    };
    const html = positionHtml(named);
    assert.equal(html.split('>Example Group IT, number project-north<').length, 3);
    assert.match(html, /<td>Licence file<\/td><td[^>]*>Example Group IT, number x+<\/td>/);
    assert.match(html, /<td>Software Assurance<\/td><td>2 × Parley Server<\/td>/);
    assert.match(html, /<td>licence file<\/td>/);
    assert.match(textOf(await positionPdf(named)), /Example Group IT, number project/);
  });

  it('breaks no word of a narrow column, only what is longer than any word', async () => {
    const html = positionHtml(document);
    assert.doesNotMatch(html, /td \{[^}]*overflow-wrap: anywhere/);
    assert.match(html, /<td>purchase<\/td><td class="whole">2026-01-01<\/td>/);
    const proof = 'ab'.repeat(32);
    const long = { ...document, grants: [{ ...document.grants[0]!, proof }] };
    assert.match(positionHtml(long), new RegExp(`<td class="long">${proof}</td>`));
    assert.match(textOf(await positionPdf(long)), /Agreement.*purchase2026-01-01no end/s);
  });

  it('is JSON that holds everything it was worked out from', () => {
    const parsed = JSON.parse(positionJson(document)) as PositionDocument & {
      format: string;
      version: number;
    };
    const { format, version, ...rest } = parsed;
    assert.deepEqual([format, version], ['parley-licence-position', 1]);
    assert.deepEqual(rest, document);
  });
});
