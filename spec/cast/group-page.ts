// A group in front of a person: its people, what one does with them, and what is said about it.
import type { Locator } from 'playwright-core';
import type { CommunicatorPage } from './communicator-page.ts';
import type { Person } from './stage.ts';

export class GroupPage {
  readonly #desk: CommunicatorPage;

  constructor(desk: CommunicatorPage) {
    this.#desk = desk;
  }

  get roster(): Locator {
    const { page, say } = this.#desk;
    return page.getByRole('complementary', { name: say('People of this group') });
  }

  dialog(english: string): Locator {
    return this.#desk.page.getByRole('dialog', { name: this.#desk.say(english), exact: true });
  }

  /** With the space bar, in the contact list that has the focus. */
  async selects(name: string): Promise<void> {
    const { page } = this.#desk;
    const row = this.#desk.contact(name);
    const isActive = async () =>
      (await page.locator(`:focus[aria-activedescendant="${await row.getAttribute('id')}"]`).count()) > 0;
    await page.keyboard.press('Home');
    while (!(await isActive())) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await row.and(page.locator('[aria-checked="true"]')).waitFor();
  }

  /** A line between or below the messages. */
  async says(text: string): Promise<void> {
    await this.#desk.log.getByText(text, { exact: true }).waitFor();
  }

  async opensRoster(): Promise<void> {
    await this.#desk.button('People of this group').click();
    await this.roster.waitFor();
  }

  person(name: string): Locator {
    const { page } = this.#desk;
    return this.roster.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) });
  }

  /** Everybody in the roster with what it says of them, as one reads it by scrolling; told how many rows were there at most. */
  async readsRoster(): Promise<{ readonly told: ReadonlyMap<string, string>; readonly rows: number }> {
    const list = this.roster.getByRole('list');
    const told = new Map<string, string>();
    let rows = 0;
    for (;;) {
      const items = list.getByRole('listitem');
      const drawn = await items.evaluateAll((found) =>
        found.map((item) => ({
          place: Number(item.ariaPosInSet),
          all: Number(item.ariaSetSize),
          name: item.querySelector('bdi')?.innerText ?? '',
          text: item.innerText,
        })),
      );
      rows = Math.max(rows, drawn.length);
      for (const { name, text } of drawn) told.set(name, text);
      const { place: last, all } = drawn.at(-1) ?? { place: 0, all: 0 };
      if (last === all) return { told, rows };
      await items.last().scrollIntoViewIfNeeded();
      await list.locator(`[aria-posinset="${last + 1}"]`).waitFor();
    }
  }

  async chooses(name: string, english: string): Promise<void> {
    const { page, say } = this.#desk;
    await this.person(name)
      .getByRole('button', { name: say('More about {{name}}', { name }) })
      .click();
    await page.getByRole('menuitem', { name: say(english) }).click();
  }

  async renames(before: string, title: string): Promise<void> {
    const { page, say } = this.#desk;
    await this.#desk.button('Change the name of the group').press('Enter');
    const box = page.getByRole('textbox', { name: say('Name of the group'), exact: true });
    await box.fill(title);
    await box.press('Enter');
    await this.#desk.composer(title).waitFor();
    await this.#desk.composer(before).waitFor({ state: 'detached' });
  }

  /** Searches for somebody and adds them to what is open. */
  async adds(person: Person): Promise<void> {
    const { page, say } = this.#desk;
    await this.#desk.button('Add people').click();
    const dialog = this.dialog('Add people');
    await dialog.getByRole('searchbox').fill(person.address);
    await dialog
      .getByRole('list', { name: say('Found') })
      .getByText(person.name, { exact: true })
      .waitFor();
    await dialog.getByRole('searchbox').press('Enter');
    await page.getByRole('button', { name: 'Add 1 person', exact: true }).click();
  }

  async leaves(): Promise<void> {
    await this.#desk.button('Leave the group').click();
    await this.#desk.page
      .getByRole('alertdialog', { name: this.#desk.say('Leave this group?') })
      .getByRole('button', { name: this.#desk.say('Leave the group') })
      .click();
  }
}
