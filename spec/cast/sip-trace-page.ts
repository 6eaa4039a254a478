// An administrator in front of the SIP messages of the console: found by role and accessible name only.
import type { Locator, Page } from 'playwright-core';
import type { ConsolePage } from './console-page.ts';
import { type Say, wordsOf } from './words.ts';

export class SipTracePage {
  readonly page: Page;
  readonly say: Say;

  constructor(page: Page, say: Say = wordsOf('en')) {
    this.page = page;
    this.say = say;
  }

  static async open(desk: ConsolePage): Promise<SipTracePage> {
    await desk.goesTo('SIP messages');
    return new SipTracePage(desk.page, desk.say);
  }

  get searchBox(): Locator {
    return this.page.getByRole('searchbox', { name: this.say('Address, number or Call-ID') });
  }

  /** The rows of the list in which all of this stands. */
  rows(...texts: readonly string[]): Locator {
    return texts.reduce((rows, hasText) => rows.filter({ hasText }), this.page.getByRole('row'));
  }

  async opens(...texts: readonly string[]): Promise<void> {
    await this.rows(...texts)
      .first()
      .getByRole('link')
      .click();
    await this.steps.first().waitFor();
  }

  get diagram(): Locator {
    return this.page.getByRole('list', { name: this.say('Sequence of messages') });
  }

  get steps(): Locator {
    return this.diagram.getByRole('button');
  }

  /** An arrow by what it says and where it goes. */
  step(label: string, from: string, to: string): Locator {
    return this.diagram.getByRole('button', { name: `${label} from ${from} to ${to}` }).first();
  }

  get panel(): Locator {
    return this.page.getByRole('region', { name: this.say('Message in full') });
  }
}
