// A person on the phone in Communicator: what they press, what they see, and, measured in their browser, what they hear.
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { CommunicatorPage } from './communicator-page.ts';
import { type Heard, hearsMusic, hearsTone } from './ear.ts';
import type { Person } from './stage.ts';

/** Keeps the page's connections and tracks where the test can measure them; the product has no door for that. */
const KEEP_CONNECTIONS = `
  globalThis.connections = [];
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...options) { super(...options); globalThis.connections.push(this); }
  };
  globalThis.tracks = [];
  const devices = navigator.mediaDevices;
  const open = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    const stream = await open(wanted);
    globalThis.tracks.push(...stream.getTracks());
    return stream;
  };
`;
const LATEST = `globalThis.connections.filter(({ connectionState }) => connectionState !== 'closed')`;
/** In the language of the page: of a track, the moment of the first sound after a silence. */
const FIRST_SOUND = `const firstSoundMs = async (track) => {
  const frames = new MediaStreamTrackProcessor({ track }).readable.getReader();
  let quietMs = 0;
  for (;;) {
    const { value: frame, done } = await frames.read();
    if (done) throw new Error('the sound is over');
    const atMs = performance.timeOrigin + performance.now();
    const samples = new Float32Array(frame.numberOfFrames);
    frame.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
    const isLoud = samples.some((sample) => Math.abs(sample) > 0.03);
    const durationMs = frame.duration / 1000;
    frame.close();
    if (isLoud && quietMs >= 300) {
      await frames.cancel();
      return atMs;
    }
    quietMs = isLoud ? 0 : quietMs + durationMs;
  }
};`;

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

  /** Gives the call in front to somebody else without a word. */
  async handsOnTo({ address, name }: Pick<Person, 'address' | 'name'>): Promise<void> {
    await this.presses('Transfer …');
    const dialog = this.page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: this.say('To whom') }).fill(address);
    await dialog.getByRole('listitem').getByRole('button', { name }).click();
    await dialog.getByRole('button', { name: this.say('Transfer now') }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  /** The clock of the call runs. */
  async talksTo(name: string): Promise<void> {
    await this.panel(name).getByRole('timer').waitFor();
  }

  /** The loudest tone of about a second, of the connection that was made last; null while none is made. */
  loudest({ aboveHz = 0 } = {}): Promise<Heard | null> {
    return this.page.evaluate(`(async () => {
      const connection = ${LATEST}.at(-1);
      const [receiver] = connection?.getReceivers().filter(({ track }) => track.kind === 'audio') ?? [];
      if (receiver === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 90));
        return null;
      }
      const context = new AudioContext();
      await context.resume();
      const analyser = context.createAnalyser();
      analyser.fftSize = 8192;
      analyser.smoothingTimeConstant = 0;
      context.createMediaStreamSource(new MediaStream([receiver.track])).connect(analyser);
      const bins = new Float32Array(analyser.frequencyBinCount);
      let best = { hz: 0, level: -200 };
      for (let round = 0; round < 7; round += 1) {
        await new Promise((resolve) => setTimeout(resolve, 90));
        analyser.getFloatFrequencyData(bins);
        bins.forEach((level, bin) => {
          const hz = bin * context.sampleRate / analyser.fftSize;
          if (hz >= ${aboveHz} && level > best.level) best = { hz, level };
        });
      }
      await context.close();
      return best;
    })()`);
  }

  /** Waits until that tone arrives, or none (null). @param aboveHz lower ones do not count */
  hearsTone(hz: number | null, { aboveHz = 0 } = {}): Promise<Heard> {
    return hearsTone(() => this.loudest({ aboveHz }), hz);
  }

  /** Something arrives that is none of the tones of the actors. */
  hearsMusic(): Promise<void> {
    return hearsMusic(() => this.loudest());
  }

  /** Is silent for a while, then not: when the first sound after that left, in Unix milliseconds. */
  speaksAgainMs(): Promise<number> {
    return this.page.evaluate(`(async () => {
      ${FIRST_SOUND}
      const track = globalThis.tracks.findLast(({ kind, readyState }) => kind === 'audio' && readyState === 'live');
      const first = firstSoundMs(track);
      track.enabled = false;
      await new Promise((resolve) => setTimeout(resolve, 700));
      track.enabled = true;
      return first;
    })()`);
  }

  /** When the first sound after a silence arrived, in Unix milliseconds. */
  firstSoundMs(): Promise<number> {
    return this.page.evaluate(`(async () => {
      ${FIRST_SOUND}
      const [receiver] = ${LATEST}.at(-1).getReceivers().filter(({ track }) => track.kind === 'audio');
      return firstSoundMs(receiver.track);
    })()`);
  }

  /** Sound can flow. */
  connects(): Promise<void> {
    return this.page.evaluate(`new Promise((resolve) => {
      const connection = ${LATEST}.at(-1);
      const look = () => connection.connectionState === 'connected' && resolve();
      connection.addEventListener('connectionstatechange', look);
      look();
    })`);
  }

  /** Of the candidate that is used here: whether it is one of a relay, and how that is reached. */
  path(): Promise<{ readonly type: string; readonly protocol: string }> {
    return this.page.evaluate(`(async () => {
      const stats = [...(await ${LATEST}.at(-1).getStats()).values()];
      const { selectedCandidatePairId } = stats.find(({ type }) => type === 'transport');
      const { localCandidateId } = stats.find(({ id }) => id === selectedCandidatePairId);
      const { candidateType, relayProtocol, protocol } = stats.find(({ id }) => id === localCandidateId);
      return { type: candidateType, protocol: relayProtocol ?? protocol };
    })()`);
  }

  /** Every connection is closed, and no microphone or camera is open any more. */
  async usesNoDevice(): Promise<void> {
    await this.is(`globalThis.connections.every((one) => one.connectionState === 'closed')
      && globalThis.tracks.every(({ readyState }) => readyState === 'ended')`);
  }

  /** Waits until so many pictures more have arrived and were decoded: of a source that may stand still. */
  async receivesPictures(more: number): Promise<void> {
    const count = `(async () => {
      let frames = 0;
      for (const one of ${LATEST}.at(-1).getReceivers())
        for (const report of (await one.getStats()).values()) frames += report.framesDecoded ?? 0;
      return frames;
    })()`;
    const before = Number(await this.page.evaluate(count));
    await this.is(`(await ${count}) >= ${before + more}`);
  }

  /** Waits within the page: asked from outside, a string would be evaluated there, which the page's policy forbids. */
  protected async is(expression: string): Promise<void> {
    await this.page.evaluate(`(async () => {
      const late = performance.now() + 15_000;
      while (!(${expression})) {
        if (performance.now() > late) throw new Error(${JSON.stringify(`never: ${expression}`)});
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })()`);
  }

  /** Waits until pictures arrive that differ from each other. */
  async seesMovingPicture(name: string): Promise<void> {
    const video = this.panel(name).getByLabel(this.say('Picture of {{name}}', { name }), { exact: true });
    await video.waitFor();
    const label = JSON.stringify(this.say('Picture of {{name}}', { name }));
    const moves = await this.page.evaluate(`(async () => {
      const video = [...document.querySelectorAll('video')].find(({ ariaLabel }) => ariaLabel === ${label});
      const [track] = video.srcObject.getVideoTracks();
      // What arrives, whether or not the browser paints the page now.
      const frames = new MediaStreamTrackProcessor({ track }).readable.getReader();
      const context = new OffscreenCanvas(64, 48).getContext('2d', { willReadFrequently: true });
      const seen = new Set();
      const late = new Promise((resolve) => setTimeout(resolve, 8_000, {}));
      for (let count = 0; count < 60 && seen.size < 5; count += 1) {
        const { value: frame } = await Promise.race([frames.read(), late]);
        if (frame === undefined) break;
        context.drawImage(frame, 0, 0, 64, 48);
        frame.close();
        seen.add(context.getImageData(0, 0, 64, 48).data.join());
      }
      await frames.cancel();
      return seen.size;
    })()`);
    assert.ok(Number(moves) >= 5, `${moves} different pictures`);
  }
}
