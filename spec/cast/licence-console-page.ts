// A licence manager in front of the licence pages of the console: found by role and accessible name only.
import type { Locator, Page } from 'playwright-core';
import { CommunicatorPage } from './communicator-page.ts';
import { ConsolePage } from './console-page.ts';
import type { Person } from './stage.ts';
import type { Say } from './words.ts';

export type LicencePage =
  | 'Licence dashboard'
  | 'Stock and agreements'
  | 'Assignments'
  | 'Evidence of use'
  | 'Licence files'
  | 'Audit'
  | 'Licence settings';

export class LicenceConsolePage extends ConsolePage {
  static override async signIn(
    page: Page,
    person: Pick<Person, 'address' | 'password'>,
  ): Promise<LicenceConsolePage> {
    const desk = new LicenceConsolePage(page);
    await page.goto('/console/licensing');
    await new CommunicatorPage(page).fillSignIn(person.address, person.password);
    await desk.isAtPage('Licence dashboard');
    return desk;
  }

  static at(page: Page, say: Say): LicenceConsolePage {
    return new LicenceConsolePage(page, say);
  }

  /** By the navigation at the side. */
  async opensPage(english: Exclude<LicencePage, 'Licence dashboard'>): Promise<void> {
    await this.page.getByRole('link', { name: this.say(english), exact: true }).click();
    await this.isAtPage(english);
  }

  async opensDashboard(): Promise<void> {
    await this.page.getByRole('link', { name: this.say('Licences'), exact: true }).click();
    await this.isAtPage('Licence dashboard');
  }

  async isAtPage(english: LicencePage): Promise<void> {
    await this.page.getByRole('heading', { name: this.say(english), level: 1, exact: true }).waitFor();
  }

  field(english: string): Locator {
    return this.page.getByLabel(this.say(english), { exact: true });
  }

  async searches(text: string): Promise<void> {
    await this.page.getByRole('searchbox', { name: this.say('Name or address'), exact: true }).fill(text);
  }

  /** The row of a person or device that the search found. */
  subject(name: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('button', { name, exact: true }) });
  }

  async opensSubject(name: string): Promise<void> {
    await this.subject(name).getByRole('button', { name, exact: true }).click();
    await this.drawer.getByRole('tab', { name: this.say('Why'), exact: true }).waitFor();
  }

  /** In the drawer of a person or device. */
  async assigns(licence: string): Promise<void> {
    await this.drawer
      .getByLabel(this.say('Another licence'), { exact: true })
      .selectOption({ label: licence });
    await this.drawer.getByRole('button', { name: this.say('Assign'), exact: true }).click();
  }

  held(licence: string): Locator {
    return this.drawer.getByRole('listitem').filter({ hasText: licence });
  }

  async opensView(english: 'Licences' | 'Why' | 'History'): Promise<void> {
    await this.drawer.getByRole('tab', { name: this.say(english), exact: true }).click();
  }
}
