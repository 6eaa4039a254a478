// The contact list in front of a person: its sections, its menus, and who asks what.
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { CommunicatorPage } from './communicator-page.ts';

/** In the page: the names in its rows, in the order of the page. */
const NAMES =
  "Array.from(document.querySelectorAll('[role=treeitem]'), (row) => row.querySelector('bdi')?.textContent ?? '')";

export class ContactPage {
  readonly #desk: CommunicatorPage;

  constructor(desk: CommunicatorPage) {
    this.#desk = desk;
  }

  section(english: string): Locator {
    const { contactList, say } = this.#desk;
    return contactList.getByRole('treeitem', { level: 1, name: say(english) });
  }

  group(name: string): Locator {
    const { contactList, page } = this.#desk;
    return contactList
      .getByRole('treeitem', { level: 1 })
      .filter({ has: page.getByText(name, { exact: true }) });
  }

  /** Waits until people and sections stand so. */
  async shows(...names: readonly string[]): Promise<void> {
    const { page } = this.#desk;
    const isSo = `JSON.stringify(${NAMES}) === ${JSON.stringify(JSON.stringify(names))}`;
    await page.waitForFunction(isSo).catch(async () => assert.deepEqual(await page.evaluate(NAMES), names));
  }

  /** With the arrows, in the list that has the focus. */
  async goesTo(row: Locator): Promise<void> {
    const { page } = this.#desk;
    await row.waitFor();
    await page.keyboard.press('Home');
    for (;;) {
      const id = await row.getAttribute('id');
      if ((await page.locator(`:focus[aria-activedescendant="${id}"]`).count()) > 0) return;
      await page.keyboard.press('ArrowDown');
    }
  }

  item(english: string, words: Record<string, string> = {}): Locator {
    const { page, say } = this.#desk;
    return page.getByRole('menuitem', { name: say(english, words), exact: true });
  }

  /** From the menu that the keyboard opens, down to the item. */
  async chooses(row: Locator, ...path: readonly Locator[]): Promise<void> {
    const { page } = this.#desk;
    await this.goesTo(row);
    await page.keyboard.press('Shift+F10');
    for (const [nth, item] of path.entries()) {
      await item.waitFor();
      await item.focus();
      await page.keyboard.press(nth < path.length - 1 ? 'ArrowRight' : 'Enter');
    }
  }

  question(name: string): Locator {
    const { page, say } = this.#desk;
    return page.getByRole('region', { name: say('{{name}} added you', { name }) });
  }

  dialog(english: string, words: Record<string, string> = {}): Locator {
    const { page, say } = this.#desk;
    return page.getByRole('dialog', { name: say(english, words), exact: true });
  }
}
