import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finds } from './search-text.ts';

const person = {
  name: 'Zoë Müller-Öztürk',
  address: 'zoe.mueller@parley.test',
  department: 'Straßenbau',
  title: 'Geschäftsführerin',
  phone: '+498912345678',
};

for (const query of [
  'zoe',
  'ZOË',
  'mull',
  'Muell',
  'ozt',
  'öztürk zoë',
  'strassen',
  'Straße',
  'zoe.mueller@parley.test',
  'geschaftsf',
  'geschaefts',
  '+49 89 123',
  '(089) 12345'.slice(3),
  '5678',
  '0049 89',
]) {
  test(`“${query}” finds Zoë Müller-Öztürk`, () => assert.ok(finds(query, person)));
}
for (const query of ['', '   ', '!!', 'ztu', 'zoe schmidt', '+49 90', '13']) {
  test(`“${query}” does not find Zoë Müller-Öztürk`, () => assert.ok(!finds(query, person)));
}
