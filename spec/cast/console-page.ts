// An administrator in front of the console: found by role and accessible name only.
import type { Locator, Page } from 'playwright-core';
import { CommunicatorPage } from './communicator-page.ts';
import type { Person } from './stage.ts';
import { type Say, wordsOf } from './words.ts';

export class ConsolePage {
  readonly page: Page;
  readonly say: Say;

  constructor(page: Page, say: Say = wordsOf('en')) {
    this.page = page;
    this.say = say;
  }

  /** Opens the console and signs in with the form. */
  static async signIn(page: Page, person: Pick<Person, 'address' | 'password'>): Promise<ConsolePage> {
    const desk = new ConsolePage(page);
    await page.goto('/console/');
    await new CommunicatorPage(page).fillSignIn(person.address, person.password);
    await desk.isAt('Users');
    return desk;
  }

  button(english: string): Locator {
    return this.page.getByRole('button', { name: this.say(english), exact: true });
  }

  /** Goes to another page by the navigation at the side. */
  async goesTo(english: 'Users' | 'Sign-ins' | 'Calls' | 'SIP messages' | 'Health'): Promise<void> {
    await this.page.getByRole('link', { name: this.say(english), exact: true }).click();
    await this.isAt(english);
  }

  async isAt(english: 'Users' | 'Sign-ins' | 'Calls' | 'SIP messages' | 'Health'): Promise<void> {
    await this.page.getByRole('heading', { name: this.say(english), level: 1, exact: true }).waitFor();
  }

  get searchBox(): Locator {
    return this.page.getByRole('searchbox', { name: this.say('Name, department or number') });
  }

  row(text: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByText(text, { exact: true }) });
  }

  get drawer(): Locator {
    return this.page.getByRole('dialog');
  }

  box(english: string): Locator {
    return this.drawer.getByRole('textbox', { name: this.say(english), exact: true });
  }

  /** A value that is shown to be copied, for example a password that is shown once. */
  async shown(english: string): Promise<string> {
    const copy = this.say('Copy: {{what}}', { what: this.say(english) });
    const field = this.drawer
      .locator('div')
      .filter({ has: this.page.getByRole('button', { name: copy, exact: true }) })
      .last();
    return (await field.getByRole('code').innerText()).trim();
  }

  async opensUser(address: string): Promise<void> {
    await this.searchBox.fill(address);
    // Before the answer is there, rows still move: a click would meet another one, or none.
    await this.page.locator('[role=table][aria-busy=false]').waitFor();
    await this.row(address).getByRole('link').click();
    await this.drawer.getByText(address, { exact: true }).waitFor();
  }

  async opensTab(english: 'Account' | 'Devices' | 'Sign-ins' | 'Policy' | 'Calls'): Promise<void> {
    await this.drawer.getByRole('tab', { name: this.say(english), exact: true }).click();
  }

  async closesDrawer(): Promise<void> {
    await this.drawer
      .getByRole('button', { name: this.say('Close'), exact: true })
      .first()
      .click();
    await this.drawer.waitFor({ state: 'detached' });
  }

  /** Presses the verb of the question that is asked before something that cannot be taken back. */
  async confirms(english: string): Promise<void> {
    const question = this.page.getByRole('alertdialog');
    await question.getByRole('button', { name: this.say(english), exact: true }).click();
    await question.waitFor({ state: 'detached' });
  }

  async notices(text: string): Promise<void> {
    const notice = this.page.getByText(text, { exact: true }).first();
    await notice.waitFor().catch(async (error: unknown) => {
      const seen = await this.page.getByRole('status').or(this.page.getByRole('alert')).allInnerTexts();
      throw new Error(`No notice “${text}”; to be read: ${seen.join(' | ')}`, { cause: error });
    });
  }
}
