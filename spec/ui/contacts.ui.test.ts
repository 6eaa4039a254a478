// The contact list as people use it, without a mouse: groups, notes, waiting, several at once, a file, and who added whom.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { ContactPage } from '../cast/contact-page.ts';
import { axeFindings, sidewaysFindings } from '../cast/looking.ts';
import { type Person, type Stage, standardEdition } from '../cast/stage.ts';

const chromium = chromiumForFile();
let stage: Stage;
before(async () => {
  if (!chromiumMissing) stage = await standardEdition();
});
after(() => stage?.[Symbol.asyncDispose]());
const skip = chromiumMissing;

test('an empty list leads to the search; groups, notes and several people by keyboard, each with a way back', {
  skip,
}, async (t) => {
  const cast = await Promise.all(['Alice', 'Bob', 'Carol', 'Dave'].map((name) => stage.hire(name)));
  const [alice, bob, carol, dave] = cast as [Person, Person, Person, Person];
  const page = await chromium().window(t, stage.web.origin, { viewport: { width: 320, height: 700 } });
  const { keyboard } = page;
  const desk = await CommunicatorPage.signIn(page, alice);
  const list = new ContactPage(desk);
  await desk.button('Search for somebody you work with').press('Enter');
  await desk.hasFocus(desk.searchBox);
  for (const person of [bob, carol, dave]) await desk.adds(person);

  await keyboard.press('Alt+1');
  await desk.hasFocus(desk.contactList);
  // Two at once, into a new group.
  await list.goesTo(desk.contact('Bob'));
  await keyboard.press('Shift+ArrowDown');
  await page.getByText('2 people selected').waitFor();
  await desk.button('With everyone selected').press('Enter');
  await list.item('Add to group').press('ArrowRight');
  await list.item('New group …').press('Enter');
  await list.dialog('New group').getByRole('textbox').fill('Team');
  await keyboard.press('Enter');
  await list.group('Team').waitFor();
  await list.shows('Team', 'Bob', 'Carol', 'Other contacts', 'Dave');

  // One person in two groups; the second has the same name at first, and the page says so.
  await desk.contactList.focus();
  await list.chooses(desk.contact('Bob'), list.item('Groups'), list.item('New group …'));
  const dialog = list.dialog('New group');
  await dialog.getByRole('textbox').fill('team');
  await keyboard.press('Enter');
  await dialog.getByText('You have a group of this name already.').waitFor();
  await dialog.getByRole('textbox').fill('Board');
  await keyboard.press('Enter');
  await list.group('Board').waitFor();
  await desk.hasFocus(desk.contactList);
  await list.chooses(list.group('Board'), list.item('Move up'));
  await list.shows('Board', 'Bob', 'Team', 'Bob', 'Carol', 'Other contacts', 'Dave');

  // A note that only she sees.
  await desk.contactList.focus();
  await list.chooses(desk.contact('Dave'), list.item('Add a note …'));
  await list.dialog('Your note about {{name}}', { name: 'Dave' }).getByRole('textbox').fill('Likes tea');
  await desk.button('Save').press('Enter');
  await desk.hasFocus(desk.contactList);
  await list.chooses(desk.contact('Dave'), list.item('Show contact card'));
  await list.dialog('Card of {{name}}', { name: 'Dave' }).getByText('Likes tea').waitFor();
  await keyboard.press('Escape');

  // A group goes with its people, and comes back.
  await desk.hasFocus(desk.contactList);
  await list.chooses(list.group('Team'), list.item('Delete the group and its people'));
  await desk.contact('Carol').waitFor({ state: 'detached' });
  await list.shows('Board', 'Bob', 'Other contacts', 'Dave');
  await desk.button('Undo').press('Enter');
  await desk.contact('Carol').waitFor();
  await list.shows('Board', 'Bob', 'Team', 'Bob', 'Carol', 'Other contacts', 'Dave');
  assert.deepEqual(await axeFindings(page), []);
  assert.deepEqual(await sidewaysFindings(page), []);
});

test('bob is asked when alice adds him, in both windows; she hears when he is free; the order follows', {
  skip,
}, async (t) => {
  const cast = await Promise.all(['Alice', 'Bob', 'Zoe'].map((name) => stage.hire(name)));
  const [alice, bob, zoe] = cast as [Person, Person, Person];
  const open = async (person: Person) =>
    CommunicatorPage.signIn(await chromium().window(t, stage.web.origin), person);
  const [her, him, hisOther] = [await open(alice), await open(bob), await open(bob)];
  const [hers, his, hisOthers] = [her, him, hisOther].map((desk) => new ContactPage(desk));
  const zoes = await stage.browser(zoe);
  await her.adds(bob);
  await her.adds(zoe);
  await hisOthers!.question('Alice').waitFor();
  const question = his!.question('Alice');
  await question.getByRole('combobox').selectOption('Team');
  assert.deepEqual(await axeFindings(him.page), []);
  await question.getByRole('button', { name: 'OK' }).press('Enter');
  await him.contact('Alice').waitFor();
  await hisOthers!.question('Alice').waitFor({ state: 'detached' });

  await him.choosesState('Busy');
  await her.sees('Bob', 'Busy');
  await zoes.command('presence.setState', { state: 'available' });
  await her.sees('Zoe', 'Available');
  await her.contactList.focus();
  await hers!.chooses(
    her.contact('Bob'),
    hers!.item('Tell me when {{name}} is free', { name: 'Bob' }),
    her.page.getByRole('menuitemradio', { name: 'The next time' }),
  );
  await her.contact('Bob').getByRole('img', { name: 'You are told when this person is free' }).waitFor();
  await her.button('Contact list options').press('Enter');
  await her.page.getByRole('menuitemradio', { name: 'Sort by availability' }).press('Enter');
  await hers!.shows('Other contacts', 'Zoe', 'Bob');
  await him.choosesState('Available');
  await her.page.getByRole('article', { name: 'Bob is available now' }).waitFor();
  await her.contact('Bob').getByRole('img', { name: 'You are told' }).waitFor({ state: 'detached' });
  await her.button('Write').press('Enter');
  await her.composer('Bob').waitFor();
});

test('a file: what becomes of each line is shown first; taken in, taken back; the list is written out', {
  skip,
}, async (t) => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const page = await chromium().window(t, stage.web.origin);
  const desk = await CommunicatorPage.signIn(page, alice);
  const list = new ContactPage(desk);
  await desk.searchBox.fill('eve@partner.example');
  const address = 'eve@partner.example';
  const adds = desk.say('Add {{address}}, who is outside your organisation', { address });
  await page.getByRole('button', { name: adds }).press('Enter');
  await desk.button('Clear the search').press('Enter');
  await list.section('Elsewhere').waitFor();
  await desk.contact('eve@partner.example').getByText('Status unknown').waitFor();

  await desk.button('Contact list options').press('Enter');
  await list.item('Take in contacts from a file …').press('Enter');
  const dialog = list.dialog('Take in contacts');
  const table = `Name,E-mail,Groups\nBob,${bob.address},Team\nNobody,nobody@parley.test,\nEve,eve@partner.example,`;
  const file = { name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(table) };
  await page.locator('input[type=file]').setInputFiles(file);
  await dialog.getByText('New: 1 · known: 1 · left out: 1').waitFor();
  const cells = await dialog.getByRole('row').allInnerTexts();
  assert.deepEqual(
    cells.map((row) => row.split(/\s*\t\s*/).join(' | ')),
    [
      'Line | Person | Result',
      '2 | Bob | New',
      '3 | Nobody | Nobody has this address here',
      '4 | Eve | Is in your list already',
    ],
  );
  assert.deepEqual(await axeFindings(page), []);
  await dialog.getByRole('button', { name: 'Take in 1 person' }).press('Enter');
  await list.group('Team').waitFor();
  await desk.contact('Bob').waitFor();

  await desk.button('Contact list options').press('Enter');
  await list.item('Save contacts to a file …').press('Enter');
  const saved = page.waitForEvent('download');
  await desk.button('Save the file').press('Enter');
  const stream = await (await saved).createReadStream();
  const written = JSON.parse(Buffer.concat(await stream.toArray()).toString()) as {
    contacts: { address: string; groups: string[] }[];
  };
  assert.deepEqual(
    written.contacts.map(({ address, groups }) => [address, groups]),
    [
      [bob.address, ['Team']],
      ['eve@partner.example', []],
    ],
  );

  await desk.button('Contact list options').press('Enter');
  await list.item('Take in contacts from a file …').press('Enter');
  await desk.button('Take it back').press('Enter');
  await desk.contact('Bob').waitFor({ state: 'detached' });
  await list.shows('Elsewhere', 'eve@partner.example');
});
