// Writing and changing messages in Chromium: Markdown that stays text, emoji, answers, reactions, edits, images, drafts in
// two windows, and messages that are sent later.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { onEveryTopology, type Person } from '../cast/stage.ts';

/** The part of the page's own document that is read here. */
declare const document: {
  querySelector(selector: string): { readonly value?: string; readonly naturalWidth?: number } | null;
};

const chromium = chromiumForFile();
const skip = chromiumMissing;

/** A PNG of 64 × 48 pixels in one colour, made by the page. */
const PAINTED = `new Promise((done) => {
  const canvas = document.createElement('canvas');
  canvas.width = 64; canvas.height = 48;
  const pen = canvas.getContext('2d');
  pen.fillStyle = 'teal'; pen.fillRect(0, 0, 64, 48);
  canvas.toBlob(done);
})`;

/** Waits until the box for a message holds that text. */
async function holds(desk: CommunicatorPage, text: string): Promise<void> {
  await desk.page.waitForFunction((wanted) => document.querySelector('textarea')?.value === wanted, text);
}

onEveryTopology((stage) => {
  async function talking(t: TestContext) {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const open = async (person: Person) =>
      CommunicatorPage.signIn(await chromium().window(t, stage().web.origin), person);
    const [her, him] = [await open(alice), await open(bob)];
    await her.adds(bob);
    await him.adds(alice);
    await her.opens('Bob');
    await him.opens('Alice');
    return { alice, bob, her, him, open };
  }

  test('formats by key, emoji by code, links; a script stays the text that it is', { skip }, async (t) => {
    const { her, him } = await talking(t);
    const box = her.anyComposer;
    await box.pressSequentially('plain ');
    await her.page.keyboard.press('Control+b');
    await box.pressSequentially('bold');
    await her.page.keyboard.press('End');
    await box.pressSequentially(' :tada: ');
    await box.press('Enter');
    await him.log.locator('strong', { hasText: 'bold' }).waitFor();
    await him.log.getByText('🎉').waitFor();

    await her.says('<img src=x onerror="document.title=1"> [x](javascript:alert(1)) https://example.com/a_b');
    await him.log.getByRole('link', { name: 'https://example.com/a_b', exact: true }).waitFor();
    assert.equal(await him.log.locator('p img').count(), 0);
    assert.equal(await him.log.getByRole('link').count(), 1);
    await her.says('```\nconst a = 1;\n```');
    await him.log.locator('pre', { hasText: 'const a = 1;' }).waitFor();
  });

  test('an answer with its quote, a reaction with its names, an edit by the arrow, a deletion', {
    skip,
  }, async (t) => {
    const { her, him } = await talking(t);
    await her.says('Shall we meet at noon?');
    await him.hears('Shall we meet at noon?');
    const asked = him.message('Shall we meet at noon?');
    await asked.hover();
    await asked.getByRole('button', { name: 'React with 👍', exact: true }).click();
    await her.log.getByRole('button', { name: '👍 1: Bob', exact: true }).waitFor();
    await asked.hover();
    await asked.getByRole('button', { name: 'Reply', exact: true }).click();
    await him.says('Yes');
    const answer = her.log.getByRole('article').filter({ hasText: 'Yes' });
    await answer.getByRole('button', { name: /In reply to You:.*Shall we meet at noon/ }).click();
    await her.page.locator('[data-seq="1"]:focus').waitFor();

    await her.anyComposer.press('ArrowUp');
    const editor = her.page.getByRole('textbox', { name: 'Edit your message', exact: true });
    await editor.fill('Shall we meet at one?');
    await editor.press('Enter');
    const first = (page: CommunicatorPage) => page.page.locator('[data-seq="1"]');
    await first(him).getByText('Shall we meet at one?', { exact: true }).waitFor();
    await him.log.getByText('Edited', { exact: true }).waitFor();

    const own = first(her);
    await own.hover();
    await own.getByRole('button', { name: 'More', exact: true }).click();
    await her.page.getByRole('menuitem', { name: 'Delete', exact: true }).click();
    await first(him).getByText('This message was deleted.', { exact: true }).waitFor();
    assert.equal(await him.log.getByText('Shall we meet at one?').count(), 0);
  });

  test('a pasted image is described, sent, shown, and looked at with the keyboard', { skip }, async (t) => {
    const { her, him } = await talking(t);
    await her.anyComposer.focus();
    await her.page.evaluate(`(async () => {
      const files = new DataTransfer();
      files.items.add(new File([await ${PAINTED}], 'plan.png', { type: 'image/png' }));
      document.activeElement.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: files, bubbles: true, cancelable: true }));
    })()`);
    await her.page.getByRole('textbox', { name: /Describe plan\.png/ }).fill('The plan of the office');
    await her.page
      .getByRole('button', { name: 'Send', exact: true })
      .and(her.page.locator(':not([aria-disabled=true])'))
      .click();
    const shown = him.log.getByRole('button', {
      name: 'Show the image: The plan of the office',
      exact: true,
    });
    await shown.waitFor();
    await him.page.waitForFunction(
      () => document.querySelector('[role=log] button img')?.naturalWidth === 64,
    );
    await shown.click();
    await him.page.getByRole('dialog', { name: 'The plan of the office', exact: true }).waitFor();
    await him.page.keyboard.press('Escape');
    await him.page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('a draft is the same in two windows, survives a reload, and stands in the list', {
    skip,
  }, async (t) => {
    const { her, alice, open } = await talking(t);
    await her.says('first words');
    const context = her.page.context();
    const second = new CommunicatorPage(await context.newPage());
    await second.page.goto(her.page.url());
    await her.anyComposer.pressSequentially('half a thought');
    await holds(second, 'half a thought');
    await second.page.reload();
    await holds(second, 'half a thought');
    await second.goesToList();
    await second.tab('Chats').click();
    await second.chat('Bob').getByText('half a thought').waitFor();
    await her.anyComposer.press('Enter');
    await second.chat('Bob').getByText('Draft:').waitFor({ state: 'detached' });
    await second.page.close();
    const elsewhere = await open(alice);
    await elsewhere.opens('Bob');
    assert.equal(await elsewhere.anyComposer.inputValue(), '', 'another browser has drafts of its own');
  });

  test('a message waits for its time, is changed, and is sent now', { skip }, async (t) => {
    const { her, him } = await talking(t);
    await her.anyComposer.fill('see you');
    await her.page.getByRole('button', { name: 'Send later', exact: true }).click();
    await her.page.getByRole('menuitem', { name: /Tomorrow morning/ }).click();
    await her.page.getByRole('button', { name: '1 message waits for its time', exact: true }).click();
    assert.equal(await her.anyComposer.inputValue(), '');
    await her.page.getByRole('button', { name: 'Edit text and time', exact: true }).click();
    const dialog = her.page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Message', exact: true }).fill('see you soon');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await her.page.getByText('see you soon', { exact: true }).waitFor();
    await her.page.getByRole('button', { name: 'Send it now', exact: true }).click();
    await him.hears('see you soon');
    await her.page.getByText('1 message waits for its time').waitFor({ state: 'detached' });
  });

  test('somebody is named behind an @ and sees it', { skip }, async (t) => {
    const { her, him } = await talking(t);
    await her.anyComposer.pressSequentially('@bo');
    await her.page.getByRole('option', { name: /Bob/ }).waitFor();
    await her.anyComposer.press('Enter');
    await her.anyComposer.pressSequentially('please');
    await her.anyComposer.press('Enter');
    await him.log.locator('[data-me=true]', { hasText: '@Bob' }).waitFor();
  });
});
