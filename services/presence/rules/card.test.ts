import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCard } from './card.ts';

const BLANK = { company: '', workAddress: '', site: '', mobile: '', home: '', other: '' };

test('numbers are written as the directory writes them, sites as a browser opens them, texts without what breaks a page', () => {
  const written = {
    company: ' Example\u202e & Sons\u0000 ',
    workAddress: 'High Street 1\r\n\r\n  80331 Munich ',
    site: 'example.com/team',
    mobile: '0049 (170) 123-4567',
    home: 'tel:+49 89 55555',
    other: '',
  };
  assert.deepEqual(checkCard(written), {
    company: 'Example  & Sons',
    workAddress: 'High Street 1\n80331 Munich',
    site: 'https://example.com/team',
    mobile: '+491701234567',
    home: '+498955555',
    other: '',
  });
  assert.deepEqual(checkCard(BLANK), BLANK);
});

for (const site of [
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  'data:text/html,<script>',
  'file:///etc/passwd',
  'https://alice:secret@example.com/',
  'https://',
]) {
  test(`“${site}” is no site`, () => {
    assert.deepEqual(checkCard({ ...BLANK, site }), { problem: 'PRESENCE_BAD_SITE' });
  });
}

for (const number of ['089 12345', '+49', 'call me', '+4989123456789012345'])
  test(`“${number}” is no number`, () => {
    assert.deepEqual(checkCard({ ...BLANK, home: number }), { problem: 'PRESENCE_BAD_NUMBER' });
  });

test('letters that are longer in their one spelling make no field longer than others may hear of', () => {
  const written = { ...BLANK, company: '\ufb2c'.repeat(200), workAddress: '\ufb2c'.repeat(400) };
  const checked = checkCard(written);
  assert.ok(!('problem' in checked));
  assert.deepEqual([checked.company.length, checked.workAddress.length], [200, 400]);
});
