// The contact list in front of a person: its sections, its menus, and who asks what.
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { CommunicatorPage } from './communicator-page.ts';

/** The part of the page's own document that is read here. */
declare const document: {
  querySelectorAll(selector: string): Iterable<{
    querySelector(selector: string): { readonly textContent: string } | null;
  }>;
};

/** Runs in the page: the names in its rows, in the order of the page, one a line. */
function namesShown(): string {
  const rows = [...document.querySelectorAll('[role=treeitem]')];
  return rows.map((row) => row.querySelector('bdi')?.textContent ?? '').join('\n');
}

/** Runs in the page. */
function shows(wanted: string): boolean {
  const rows = [...document.querySelectorAll('[role=treeitem]')];
  return rows.map((row) => row.querySelector('bdi')?.textContent ?? '').join('\n') === wanted;
}

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
    await page
      .waitForFunction(shows, names.join('\n'))
      .catch(async () => assert.equal(await page.evaluate(namesShown), names.join('\n')));
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
      // A menu that opens takes the focus to its first item.
      await item.locator('xpath=ancestor::*[@role="menu"][1]').locator(':focus').waitFor();
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
