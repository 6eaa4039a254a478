// A person on the phone in Communicator: what they press, what they see, and, measured in their browser, what they hear.
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { CommunicatorPage } from './communicator-page.ts';
import type { Person } from './stage.ts';

/** What the loudest tone is that arrives, and how loud it is (0 is the loudest there can be). */
export interface Heard {
  readonly hz: number;
  readonly level: number;
}

/** Keeps the page's connections where the test can measure them; the product has no door for that. */
const KEEP_CONNECTIONS = `
  globalThis.connections = [];
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...options) { super(...options); globalThis.connections.push(this); }
  };
`;
const LATEST = `globalThis.connections.filter(({ connectionState }) => connectionState !== 'closed')`;

export class CallPage extends CommunicatorPage {
  static override async signIn(page: Page, person: Pick<Person, 'address' | 'password'>): Promise<CallPage> {
    await page.addInitScript(KEEP_CONNECTIONS);
    const communicator = new CallPage(page);
    await page.goto('/');
    await communicator.fillSignIn(person.address, person.password);
    await communicator.stateButton.waitFor();
    return communicator;
  }

  /** The call in full, beside the chat or by itself. */
  panel(name: string): Locator {
    return this.page
      .locator('[data-call-panel]')
      .and(this.page.getByRole('region', { name: this.say('Call with {{name}}', { name }), exact: true }));
  }

  /** A call that the page in front does not show. */
  row(name: string): Locator {
    return this.page
      .getByRole('region', { name: this.say('Call with {{name}}', { name }), exact: true })
      .and(this.page.locator(':not([data-call-panel])'));
  }

  toast(name: string): Locator {
    return this.page.getByRole('article', { name: this.say('{{name}} is calling.', { name }), exact: true });
  }

  /** Presses a button of the call in front. */
  async presses(english: string): Promise<void> {
    const { page } = this;
    const name = this.say(english);
    await page.locator('[data-call-panel]').getByRole('button', { name, exact: true }).click();
  }

  async calls(name: string, { video = false } = {}): Promise<void> {
    await this.opens(name);
    const words = video ? 'Call {{name}} with picture' : 'Call {{name}}';
    await this.page
      .getByRole('main')
      .getByRole('button', { name: this.say(words, { name }), exact: true })
      .click();
  }

  async answers(name: string, english: 'Answer' | 'Answer with picture' = 'Answer'): Promise<void> {
    await this.toast(name)
      .getByRole('button', { name: this.say(english), exact: true })
      .click();
  }

  /** The clock of the call runs. */
  async talksTo(name: string): Promise<void> {
    await this.panel(name).getByRole('timer').waitFor();
  }

  /** The loudest tone of about a second, of the connection that was made last. */
  hears(): Promise<Heard> {
    return this.page.evaluate(`(async () => {
      const connection = ${LATEST}.at(-1);
      const [receiver] = connection.getReceivers().filter(({ track }) => track.kind === 'audio');
      const context = new AudioContext();
      await context.resume();
      const analyser = context.createAnalyser();
      analyser.fftSize = 8192;
      analyser.smoothingTimeConstant = 0;
      context.createMediaStreamSource(new MediaStream([receiver.track])).connect(analyser);
      const bins = new Float32Array(analyser.frequencyBinCount);
      let best = { hz: 0, level: -200 };
      for (let round = 0; round < 12; round += 1) {
        await new Promise((resolve) => setTimeout(resolve, 90));
        analyser.getFloatFrequencyData(bins);
        bins.forEach((level, bin) => {
          if (level > best.level) best = { hz: bin * context.sampleRate / analyser.fftSize, level };
        });
      }
      await context.close();
      return best;
    })()`);
  }

  /** Waits until that tone arrives, or none (null). */
  async hearsTone(hz: number | null): Promise<void> {
    const deadline = Date.now() + 12_000;
    for (;;) {
      const heard = await this.hears();
      const isSilent = heard.level < -80;
      if (hz === null ? isSilent : !isSilent && Math.abs(heard.hz - hz) < 15) return;
      assert.ok(Date.now() < deadline, `${hz ?? 'nothing'} Hz was to arrive: ${JSON.stringify(heard)}`);
    }
  }

  /** Waits until pictures arrive that differ from each other. */
  async seesMovingPicture(name: string): Promise<void> {
    const video = this.panel(name).getByLabel(this.say('Picture of {{name}}', { name }), { exact: true });
    await video.waitFor();
    const moves = await video.evaluate(
      `async (video) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [64, 48];
      const context = canvas.getContext('2d', { willReadFrequently: true });
      const seen = new Set();
      for (let frames = 0; frames < 40 && seen.size < 5; frames += 1) {
        await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
        context.drawImage(video, 0, 0, 64, 48);
        seen.add(context.getImageData(0, 0, 64, 48).data.join());
      }
      return seen.size;
    }` as never,
    );
    assert.ok(Number(moves) >= 5, `${moves} different pictures`);
  }
}
