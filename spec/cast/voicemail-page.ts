// A person with voice messages in Communicator: what they press and see, and, measured in their browser, what they hear.
import type { Locator, Page } from 'playwright-core';
import { CommunicatorPage } from './communicator-page.ts';
import { type Heard, hearsTone } from './ear.ts';
import type { Person } from './stage.ts';

/** In the language of the page: the strongest tone that an analyser sees in a while. */
const LOUDEST = `async (context, source, forMs) => {
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  analyser.smoothingTimeConstant = 0;
  source.connect(analyser);
  const bins = new Float32Array(analyser.frequencyBinCount);
  let best = { hz: 0, level: -200 };
  for (const end = performance.now() + forMs; performance.now() < end; ) {
    await new Promise((next) => setTimeout(next, 50));
    analyser.getFloatFrequencyData(bins);
    bins.forEach((level, bin) => {
      if (level > best.level) best = { hz: (bin * context.sampleRate) / analyser.fftSize, level };
    });
  }
  return best;
}`;

export class VoicemailPage extends CommunicatorPage {
  static override async signIn(
    page: Page,
    person: Pick<Person, 'address' | 'password'>,
  ): Promise<VoicemailPage> {
    const communicator = new VoicemailPage(page);
    await page.goto('/');
    await communicator.fillSignIn(person.address, person.password);
    await communicator.stateButton.waitFor();
    return communicator;
  }

  async opensVoicemail(): Promise<void> {
    await this.page
      .getByRole('tab', { name: this.say('Calls') })
      .first()
      .click();
    await this.page.getByRole('tab', { name: this.say('Voicemail') }).click();
  }

  get list(): Locator {
    return this.page.getByRole('list', { name: this.say('Voicemail'), exact: true });
  }

  voiceMessage(name: string): Locator {
    return this.list.getByRole('listitem').filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** What the badge of "Calls" says to a screen reader. */
  async badgeSays(words: string | null): Promise<void> {
    const tab = this.page.getByRole('tab', { name: this.say('Calls') }).first();
    const said = tab.getByText(words ?? this.say('{{count}} voice message not heard', { count: '1' }));
    await said.waitFor({ state: words === null ? 'detached' : 'attached' });
  }

  /** Waits until the player that plays now sounds like that. */
  async hearsPlayed(hz: number): Promise<void> {
    await hearsTone(
      () =>
        this.page.evaluate<Heard | null>(`(async () => {
          const audio = [...document.querySelectorAll('audio')].find(({ paused }) => !paused);
          if (audio === undefined) return null;
          const stream = audio.captureStream();
          if (stream.getAudioTracks().length === 0) return null;
          const context = new AudioContext();
          await context.resume();
          const best = await (${LOUDEST})(context, context.createMediaStreamSource(stream), 500);
          await context.close();
          return best;
        })()`),
      hz,
    );
  }
}
