// Groups as people see them: started from the contact list, from a conversation, changed by keyboard, read by others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { department } from '../cast/department.ts';
import { GroupPage } from '../cast/group-page.ts';
import { onEveryTopology, type Person } from '../cast/stage.ts';

const chromium = chromiumForFile();

onEveryTopology((stage) => {
  test('three people: a group from the contact list, its people, its name, its lock, who has read, and who goes', {
    skip: chromiumMissing,
  }, async (t) => {
    const open = async (person: Person) =>
      CommunicatorPage.signIn(await chromium().window(t, stage().web.origin), person);
    const cast = await Promise.all(['Alice', 'Bob', 'Carol', 'Dave'].map((name) => stage().hire(name)));
    const [alice, bob, carol, dave] = cast as [Person, Person, Person, Person];
    const [her, him] = [await open(alice), await open(bob)];
    const group = new GroupPage(her);
    const his = new GroupPage(him);
    for (const person of [bob, carol]) await her.adds(person);

    // By keyboard alone: two people are selected with the space bar, and the group is started.
    await her.contactList.focus();
    await group.selects('Bob');
    await group.selects('Carol');
    await her.page.getByText('2 people selected').waitFor();
    await her.button('New group').press('Enter');
    await group
      .dialog('New group')
      .getByRole('textbox', { name: 'Name of the group, if you like' })
      .fill('Lunch');
    await her.button('Start group').press('Enter');
    await her.composer('Lunch').waitFor();
    await group.says('You added Bob and Carol');
    await her.says('Pizza?');

    await him.tab('Chats').click();
    await him.chat('Lunch').click();
    await his.says('Alice added you and Carol');
    await him.hears('Pizza?');
    await group.says('Seen by Bob');

    await group.opensRoster();
    await group.person('Bob').getByText('Available').waitFor();
    await group.person('Alice (you)').getByText('Leader').waitFor();
    await group.renames('Lunch', 'Dinner');
    await his.says('Alice named the group “Dinner”');
    await him.chat('Dinner').waitFor();

    await group.roster.getByRole('switch', { name: 'Locked: nobody can be added' }).press('Space');
    await his.says('Alice locked the group: nobody can be added');
    await his.adds(dave);
    await him.page.getByText('This group is locked: nobody can be added.').first().waitFor();
    await him.button('Cancel').click();
    await group.roster.getByRole('switch', { name: 'Locked: nobody can be added' }).press('Space');
    await his.says('Alice unlocked the group');

    await group.chooses('Bob', 'Make a leader');
    await his.says('You lead this group now');
    await group.chooses('Carol', 'Remove from the group');
    await group.says('You removed Carol');
    await group.leaves();
    await group.says('You left the group');
    await her.page.getByText('What was said until then stays here.').waitFor();
    assert.equal(await her.anyComposer.count(), 0);
    await his.says('Alice left the group');
  });

  test('a third person makes a group of two, whose words stay between them; a banner and a dead link', {
    skip: chromiumMissing,
  }, async (t) => {
    const open = async (person: Person) =>
      CommunicatorPage.signIn(await chromium().window(t, stage().web.origin), person);
    const cast = await Promise.all(['Alice', 'Bob', 'Carol'].map((name) => stage().hire(name)));
    const [alice, bob, carol] = cast as [Person, Person, Person];
    const her = await open(alice);
    await her.adds(bob);
    await her.opens('Bob');
    await her.says('between us');
    await her.hasSent('between us');
    // Bob's window has it as soon as it is open; what he has not looked at he has not seen.
    await open(bob);
    await her.page.getByRole('img', { name: 'Delivered' }).waitFor();
    await stage().administrator.request('PATCH', '/api/v1/admin/policies', {
      scope: { kind: 'user', value: alice.userId },
      changes: { banner: 'For work only', linkFilter: 'warn' },
    });
    await her.page.getByText('For work only').waitFor();
    const group = new GroupPage(her);
    await group.adds(carol);
    await her.composer('Bob, Carol').waitFor();
    await group.says('You added Bob and Carol');
    assert.deepEqual(await her.texts(), []);
    await her.says('see http://evil.test');
    await her.page.getByText('_hxxp://evil.test').waitFor();
    assert.equal(await her.log.getByRole('link').count(), 0);
    await her.contact('Bob').click();
    await her.hears('between us');
  });

  test('a department of a hundred and one: who is cut is told, everybody’s state is there, a screenful is drawn', {
    skip: chromiumMissing,
  }, async (t) => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const name = await department(stage(), 99, [alice, bob]);
    const open = async (person: Person) =>
      CommunicatorPage.signIn(await chromium().window(t, stage().web.origin), person);
    const her = await open(alice);
    const group = new GroupPage(her);
    await open(bob);
    await her.button('New group').click();
    const dialog = group.dialog('New group');
    await dialog.getByRole('searchbox').fill(name);
    await dialog.getByRole('button', { name: `Everyone in ${name} (101)` }).click();
    await dialog
      .getByText(`The first 100 of 101 people in ${name} were taken: a group holds at most 100.`)
      .waitFor();
    await her.button('Start group').click();
    await her.anyComposer.waitFor();
    await group.opensRoster();
    await group.person('Bob').getByText('Available').waitFor();

    const { told, rows } = await group.readsRoster();
    assert.equal(told.size, 100);
    const there = [...told].filter(([, about]) => about.includes('Available'));
    assert.deepEqual(there.map(([who]) => who).sort(), ['Alice (you)', 'Bob']);
    assert.ok([...told.values()].every((about) => /Available|Offline/.test(about)));
    assert.ok(rows < 40, `${rows} rows are drawn`);
  });
});
