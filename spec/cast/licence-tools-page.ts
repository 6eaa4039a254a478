// Somebody at the calculating pages of licensing: quote, transition, rules, optimiser, servers, true-up. Found by role and
// accessible name only.
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { CommunicatorPage } from './communicator-page.ts';
import { ConsolePage } from './console-page.ts';
import type { Person } from './stage.ts';

export type ToolPage = 'Quote' | 'Transition' | 'Rules' | 'Optimiser' | 'Servers and roles' | 'True-up';

export class LicenceToolsPage extends ConsolePage {
  /** The reseller's way in: no account. */
  static async asReseller(page: Page, path: '' | '/transition' | '/rules' = ''): Promise<LicenceToolsPage> {
    const desk = new LicenceToolsPage(page);
    await page.goto(`/console/calculator${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    return desk;
  }

  static override async signIn(
    page: Page,
    person: Pick<Person, 'address' | 'password'>,
  ): Promise<LicenceToolsPage> {
    const desk = new LicenceToolsPage(page);
    await page.goto('/console/licensing');
    await new CommunicatorPage(page).fillSignIn(person.address, person.password);
    await page.getByRole('heading', { name: desk.say('Licence dashboard'), level: 1 }).waitFor();
    return desk;
  }

  async opens(english: ToolPage): Promise<void> {
    await this.page.getByRole('link', { name: this.say(english), exact: true }).click();
    await this.isOn(english);
  }

  async isOn(english: ToolPage): Promise<void> {
    await this.page.getByRole('heading', { name: this.say(english), level: 1, exact: true }).waitFor();
  }

  card(english: string): Locator {
    return this.page.getByRole('region', { name: this.say(english), exact: true });
  }

  /** Adds a line of the quote. */
  async sells(product: string, quantity: number, price?: string): Promise<Locator> {
    const card = this.card('What is sold');
    await card.getByRole('button', { name: this.say('Add a line'), exact: true }).click();
    const line = card.getByRole('listitem').last();
    await line.getByLabel(this.say('Product'), { exact: true }).selectOption({ label: product });
    await line.getByLabel(this.say('Number'), { exact: true }).fill(String(quantity));
    if (price !== undefined) await line.getByRole('textbox').last().fill(price);
    return line;
  }

  /** A line of the quote that was made. */
  item(name: string): Locator {
    return this.card('The quote')
      .getByRole('row')
      .filter({ has: this.page.getByText(name, { exact: true }) });
  }

  async total(): Promise<string> {
    const row = this.card('The quote').getByRole('row').last();
    return (await row.getByRole('cell').last().innerText()).trim();
  }

  /** What the button hands out as a file. */
  async downloads(english: string): Promise<string> {
    const [download] = await Promise.all([this.page.waitForEvent('download'), this.button(english).click()]);
    return readFile(await download.path(), 'utf8');
  }
}
