// The communicator without a mouse: every step of a working day by keys, and a focus that nobody takes away.
import { after, before, test } from 'node:test';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { type Stage, standardEdition } from '../cast/stage.ts';

const chromium = chromiumForFile();
let stage: Stage;
before(async () => {
  if (!chromiumMissing) stage = await standardEdition();
});
after(() => stage?.[Symbol.asyncDispose]());
const skip = chromiumMissing;

test('search, add, write, read and answer by keyboard', { skip }, async (t) => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const other = await stage.browser(bob);
  const page = await chromium().window(t, stage.web.origin);
  const { keyboard } = page;
  const desk = await CommunicatorPage.signIn(page, alice);

  await keyboard.press('Control+k');
  await desk.hasFocus(desk.searchBox);
  await keyboard.type(bob.address);
  await desk.found('Bob').waitFor();
  // Past the button that clears the search.
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await desk.hasFocus(page.getByRole('button', { name: 'Add Bob to your contacts' }));
  await keyboard.press('Enter');
  await page.getByRole('button', { name: 'Add Bob to your contacts' }).waitFor({ state: 'detached' });

  await keyboard.press('Control+k');
  await keyboard.press('Enter');
  await desk.hasFocus(desk.composer('Bob'));
  await keyboard.type('First line');
  await keyboard.press('Shift+Enter');
  await keyboard.type('second line');
  await keyboard.press('Enter');
  await other.hears('First line\nsecond line');
  await desk.hasFocus(desk.composer('Bob'));

  await keyboard.press('Escape');
  await desk.anyComposer.waitFor({ state: 'detached' });
  const { conversationId } = await other.hears('First line\nsecond line');
  await other.send(conversationId, 'An answer');
  await desk.showsUnread(1);
  await keyboard.press('Alt+2');
  await desk.hasFocus(desk.chatList);
  await desk.hasActive(desk.chat('Bob'));
  await keyboard.press('Enter');
  await desk.hears('An answer');
  await desk.showsUnread(0);
});

test('the contact list: arrows, a letter, folding a group, the menu of a contact, Enter', {
  skip,
}, async (t) => {
  const [alice, bob, carol] = [await stage.hire('Alice'), await stage.hire('Bob'), await stage.hire('Carol')];
  const page = await chromium().window(t, stage.web.origin);
  const { keyboard } = page;
  const desk = await CommunicatorPage.signIn(page, alice);
  await desk.adds(bob);
  await desk.adds(carol);

  await keyboard.press('Alt+1');
  await desk.hasFocus(desk.contactList);
  await keyboard.press('Home');
  await keyboard.press('ArrowDown');
  await desk.hasActive(desk.contact('Bob'));
  await keyboard.press('ArrowDown');
  await desk.hasActive(desk.contact('Carol'));
  await keyboard.press('b');
  await desk.hasActive(desk.contact('Bob'));
  await keyboard.press('ArrowLeft');
  await keyboard.press('ArrowLeft');
  await desk.contact('Bob').waitFor({ state: 'detached' });
  await keyboard.press('ArrowRight');
  await desk.contact('Bob').waitFor();

  await keyboard.press('End');
  await keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Add to favourites' }).waitFor();
  await keyboard.press('Escape');
  await desk.hasFocus(desk.contactList);
  await keyboard.press('Shift+F10');
  await desk.hasFocus(page.getByRole('menuitem', { name: 'Send a message' }));
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await page.getByRole('treeitem', { name: /^Favourites/ }).waitFor();

  await desk.hasFocus(desk.contactList);
  await keyboard.press('Home');
  await keyboard.press('ArrowDown');
  await desk.hasActive(desk.contact('Carol'));
  await keyboard.press('Enter');
  await desk.hasFocus(desk.composer('Carol'));
});

test('own state and note by keyboard, seen by others', { skip }, async (t) => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const other = await stage.browser(bob);
  await other.command('contact.put', { contactIds: [alice.userId], change: {} });
  const page = await chromium().window(t, stage.web.origin);
  const { keyboard } = page;
  const desk = await CommunicatorPage.signIn(page, alice);
  await desk.showsOwnState('Available');

  await keyboard.press('Control+k');
  for (const where of [desk.noteBox, desk.button('Settings and more'), desk.stateButton]) {
    await keyboard.press('Shift+Tab');
    await desk.hasFocus(where);
  }
  await keyboard.press('Enter');
  await desk.hasFocus(page.getByRole('menuitem', { name: 'Available' }));
  await keyboard.press('ArrowDown');
  await desk.hasFocus(page.getByRole('menuitem', { name: 'Busy' }));
  await keyboard.press('Enter');
  await desk.showsOwnState('Busy');
  await other.sees(alice.userId, 'busy');
  await desk.hasFocus(desk.stateButton);

  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await desk.hasFocus(desk.noteBox);
  await keyboard.type('Writing the report');
  await keyboard.press('Enter');
  await other.until('the note', () => other.presence.get(alice.userId)?.note === 'Writing the report');
});

test('? shows the keys and Escape goes back to where one was', { skip }, async (t) => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const page = await chromium().window(t, stage.web.origin);
  const { keyboard } = page;
  const desk = await CommunicatorPage.signIn(page, alice);
  await desk.adds(bob);
  await keyboard.press('Alt+1');
  await desk.hasFocus(desk.contactList);
  await keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await help.getByText('Search', { exact: true }).waitFor();
  await keyboard.press('Escape');
  await help.waitFor({ state: 'detached' });
  await desk.hasFocus(desk.contactList);

  // In a message the sign is only a sign; Ctrl+/ works everywhere.
  await keyboard.press('End');
  await keyboard.press('Enter');
  await desk.hasFocus(desk.composer('Bob'));
  await keyboard.type('Really?');
  await desk.hasFocus(desk.composer('Bob'));
  await keyboard.press('Control+/');
  await help.waitFor();
  await keyboard.press('Escape');
  await help.waitFor({ state: 'detached' });
  await desk.hasFocus(desk.composer('Bob'));
});

test('Alt+arrows go through the conversations', { skip }, async (t) => {
  const [alice, bob, carol] = [await stage.hire('Alice'), await stage.hire('Bob'), await stage.hire('Carol')];
  for (const person of [bob, carol]) {
    const friend = await stage.browser(person);
    await friend.send(await friend.conversationWith(alice.userId), `Hello from ${person.name}`);
  }
  const page = await chromium().window(t, stage.web.origin);
  const desk = await CommunicatorPage.signIn(page, alice);
  await desk.showsUnread(2);
  for (const name of ['Carol', 'Bob', 'Carol']) {
    await page.keyboard.press('Alt+ArrowDown');
    await desk.hears(`Hello from ${name}`);
  }
  await page.keyboard.press('Alt+ArrowUp');
  await desk.hears('Hello from Bob');
});

test('a message that arrives takes the focus from nobody', { skip }, async (t) => {
  const [alice, bob, carol] = [await stage.hire('Alice'), await stage.hire('Bob'), await stage.hire('Carol')];
  const friend = await stage.browser(bob);
  const conversation = await friend.conversationWith(alice.userId);
  const page = await chromium().window(t, stage.web.origin);
  const desk = await CommunicatorPage.signIn(page, alice);
  await desk.adds(carol);

  let unread = 0;
  const writes = async (where: string) => {
    await friend.send(conversation, `while alice is in ${where}`);
    await desk.showsUnread(++unread);
  };
  await desk.opens('Carol');
  await desk.composer('Carol').pressSequentially('To Carol');
  await writes('a conversation');
  await desk.hasFocus(desk.composer('Carol'));
  await desk.noteBox.pressSequentially('A note');
  await writes('the note');
  await desk.hasFocus(desk.noteBox);
  await desk.searchBox.pressSequentially('somebody');
  await writes('the search');
  await desk.hasFocus(desk.searchBox);
  await page.keyboard.press('Escape');
  await desk.stateButton.press('Enter');
  await page.keyboard.press('ArrowDown');
  await writes('a menu');
  await desk.hasFocus(page.getByRole('menuitem', { name: 'Busy' }));
});
