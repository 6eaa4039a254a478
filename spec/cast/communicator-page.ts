// A person in front of the communicator: what they do and what they see, found by role and accessible name only.
import type { Locator, Page } from 'playwright-core';
import type { Person } from './stage.ts';
import { type Say, wordsOf } from './words.ts';

/** The part of the page's own document that is read here. */
declare const document: { readonly title: string };

export class CommunicatorPage {
  readonly page: Page;
  readonly say: Say;

  constructor(page: Page, say: Say = wordsOf('en')) {
    this.page = page;
    this.say = say;
  }

  /** Opens the page and signs in with the form. */
  static async signIn(page: Page, person: Pick<Person, 'address' | 'password'>): Promise<CommunicatorPage> {
    const communicator = new CommunicatorPage(page);
    await page.goto('/');
    await communicator.fillSignIn(person.address, person.password);
    await communicator.stateButton.waitFor();
    return communicator;
  }

  get addressBox(): Locator {
    return this.page.getByRole('textbox', { name: this.say('Address'), exact: true });
  }

  get passwordBox(): Locator {
    return this.page.getByRole('textbox', { name: this.say('Password'), exact: true });
  }

  async fillSignIn(address: string, password: string): Promise<void> {
    await this.addressBox.fill(address);
    await this.passwordBox.fill(password);
    await this.button('Sign in').click();
  }

  button(english: string): Locator {
    return this.page.getByRole('button', { name: this.say(english), exact: true });
  }

  /** Oneself at the top of the list; the name begins with “Your state”. */
  get stateButton(): Locator {
    const [start = ''] = this.say('Your state: {{state}}', { state: '\0' }).split('\0');
    return this.page.getByRole('button', { name: start }).and(this.page.locator(':enabled'));
  }

  /** Chooses from the presence menu, with how long it is to last. */
  async choosesState(english: string, lasting?: string): Promise<void> {
    await this.stateButton.click();
    const choice = this.say(english);
    if (lasting === undefined) {
      await this.page.getByRole('menuitem', { name: choice, exact: true }).click();
      return;
    }
    const howLong = this.say('{{state}}: how long', { state: choice });
    await this.page.getByRole('menuitem', { name: howLong, exact: true }).click();
    await this.page.getByRole('menuitem', { name: this.say(lasting), exact: true }).click();
  }

  /** What the presence menu says of one's own state. */
  async explanation(): Promise<string> {
    await this.stateButton.click();
    const id = await this.page.getByRole('menu').getAttribute('aria-describedby');
    const words = await this.page.locator(`[id="${id}"]`).innerText();
    await this.page.keyboard.press('Escape');
    return words;
  }

  /** As the button says it: "Busy", "Busy: in a meeting". */
  async showsOwnState(state: string): Promise<void> {
    const [name_, activity] = state.split(': ');
    const shown = activity === undefined ? this.say(state) : `${this.say(name_ ?? '')}: ${activity}`;
    const name = this.say('Your state: {{state}}', { state: shown });
    await this.page.getByRole('button', { name, exact: true }).waitFor();
  }

  get noteBox(): Locator {
    return this.page.getByRole('textbox', { name: this.say('Your note') });
  }

  get searchBox(): Locator {
    return this.page.getByRole('combobox', { name: this.say('Search') });
  }

  get contactList(): Locator {
    return this.page.getByRole('tree', { name: this.say('Contacts') });
  }

  contact(name: string): Locator {
    return this.contactList.getByRole('treeitem').filter({ has: this.page.getByText(name, { exact: true }) });
  }

  tab(english: 'Contacts' | 'Chats'): Locator {
    return this.page.getByRole('tab', { name: this.say(english) });
  }

  get chatList(): Locator {
    return this.page.getByRole('listbox', { name: this.say('Chats') });
  }

  chat(name: string): Locator {
    return this.chatList.getByRole('option').filter({ has: this.page.getByText(name, { exact: true }) });
  }

  found(name: string): Locator {
    return this.page
      .getByRole('grid', { name: this.say('Found') })
      .getByRole('row')
      .filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** Searches for somebody and adds them to the contacts. */
  async adds(person: Pick<Person, 'name' | 'address'>): Promise<void> {
    await this.searchBox.fill(person.address);
    const add = this.say('Add {{name}} to your contacts', { name: person.name });
    await this.found(person.name).getByRole('button', { name: add }).click();
    await this.found(person.name).getByRole('button', { name: add }).waitFor({ state: 'detached' });
    await this.button('Clear the search').click();
    await this.contact(person.name).waitFor();
  }

  /** The contact list shows that person in that state. */
  async sees(name: string, state: string, deadlineMs?: number): Promise<void> {
    await this.contact(name)
      .filter({ has: this.page.getByText(this.say(state), { exact: true }) })
      .waitFor(deadlineMs === undefined ? {} : { timeout: deadlineMs });
  }

  /** A favourite stands in two sections. */
  async opens(name: string): Promise<void> {
    await this.contact(name).first().click();
    await this.composer(name).waitFor();
  }

  /** From the menu of the contact. */
  async opensCard(name: string): Promise<Locator> {
    await this.contact(name).first().click({ button: 'right' });
    await this.page.getByRole('menuitem', { name: this.say('Show contact card') }).click();
    const card = this.page.getByRole('dialog', { name: this.say('Card of {{name}}', { name }) });
    await card.waitFor();
    return card;
  }

  async goesToList(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.anyComposer.waitFor({ state: 'detached' });
  }

  composer(name: string): Locator {
    return this.page.getByRole('textbox', { name: this.say('Write to {{name}}', { name }), exact: true });
  }

  get anyComposer(): Locator {
    const [start = ''] = this.say('Write to {{name}}', { name: '\0' }).split('\0');
    return this.page.getByRole('textbox', { name: start });
  }

  get log(): Locator {
    return this.page.getByRole('log');
  }

  message(text: string): Locator {
    return this.log.getByRole('article').filter({ has: this.page.getByText(text, { exact: true }) });
  }

  /** The texts of the open conversation, in the order of the page. */
  texts(): Promise<string[]> {
    return this.log.getByRole('article').locator('p[dir=auto]').allInnerTexts();
  }

  /** Writes into the open conversation. */
  async says(text: string): Promise<void> {
    await this.anyComposer.fill(text);
    await this.anyComposer.press('Enter');
  }

  async hears(text: string): Promise<void> {
    await this.message(text).waitFor();
  }

  /** The message is stored: its line says so, or more. */
  async hasSent(text: string): Promise<void> {
    const ticks = [this.say('Sent'), this.say('Delivered'), this.say('Seen')];
    await this.message(text)
      .getByRole('img', { name: new RegExp(`^(${ticks.join('|')})$`) })
      .waitFor();
  }

  async showsTyping(name: string): Promise<void> {
    await this.page.getByText(this.say('{{names}} is typing', { names: name }), { exact: true }).waitFor();
  }

  /** The number in the title of the tab. */
  async showsUnread(count: number): Promise<void> {
    const wanted = count === 0 ? 'Parley' : `(${count}) Parley`;
    await this.page.waitForFunction((title) => document.title === title, wanted);
  }

  async opensSettings(
    tab?:
      | 'Presence'
      | 'Calls'
      | 'Notifications'
      | 'Sound and picture'
      | 'Phones'
      | 'Password'
      | 'My card'
      | 'Who sees what',
  ): Promise<void> {
    await this.choosesFromMenu('Settings');
    const dialog = this.page.getByRole('dialog', { name: this.say('Settings'), exact: true });
    await dialog.waitFor();
    if (tab !== undefined) await dialog.getByRole('tab', { name: this.say(tab), exact: true }).click();
  }

  signsOut(): Promise<void> {
    return this.choosesFromMenu('Sign out');
  }

  async choosesFromMenu(english: string): Promise<void> {
    await this.button('Settings and more').click();
    await this.page.getByRole('menuitem', { name: this.say(english) }).click();
  }

  /** A short notice at the edge, which is also read aloud. */
  async isTold(text: string): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  /** Waits until the keyboard's focus is there. */
  async hasFocus(where: Locator): Promise<void> {
    await where.and(this.page.locator(':focus')).waitFor();
  }

  /** Waits until that row is the active one of the list that has the focus. */
  async hasActive(row: Locator): Promise<void> {
    const id = await row.getAttribute('id');
    await this.page.locator(`:focus[aria-activedescendant="${id}"]`).waitFor();
  }
}
