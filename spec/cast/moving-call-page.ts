// A person on the phone whose ground moves: the headset is unplugged, the network changes. What no test can do to a real browser
// (pull a plug) is done where the page meets it: the track ends, and the devices say that they changed.
import type { Page } from 'playwright-core';
import { CallPage } from './call-page.ts';
import type { Person } from './stage.ts';

const DEVICES = `
  globalThis.isWithoutMicrophone = false;
  const media = navigator.mediaDevices;
  const openDevice = media.getUserMedia.bind(media);
  media.getUserMedia = async (wanted) => {
    if (globalThis.isWithoutMicrophone) throw new DOMException('no device', 'NotFoundError');
    return openDevice(wanted);
  };
`;
const CHANGED = `navigator.mediaDevices.dispatchEvent(new Event('devicechange'))`;
const IN_USE = `globalThis.connections.filter(({ connectionState }) => connectionState !== 'closed').at(-1)`;

export interface Silence {
  /** Nothing has arrived for half a second. */
  begins(): Promise<void>;
  longestMs(): Promise<number>;
}

export class MovingCallPage extends CallPage {
  static override async signIn(
    page: Page,
    person: Pick<Person, 'address' | 'password'>,
  ): Promise<MovingCallPage> {
    await page.addInitScript(DEVICES);
    const { page: signedIn } = await CallPage.signIn(page, person);
    return new MovingCallPage(signedIn);
  }

  /** @param isLast no other microphone is there. */
  async unplugsMicrophone({ isLast = false } = {}): Promise<void> {
    await this.page.evaluate(`(() => {
      globalThis.isWithoutMicrophone = ${isLast};
      const track = globalThis.tracks.findLast(({ kind, readyState }) => kind === 'audio' && readyState === 'live');
      track.stop();
      track.dispatchEvent(new Event('ended'));
      ${CHANGED};
    })()`);
  }

  async plugsMicrophoneIn(): Promise<void> {
    await this.page.evaluate(`(() => { globalThis.isWithoutMicrophone = false; ${CHANGED}; })()`);
  }

  /** Waits until the page has opened its microphone for the nth time. */
  async opensMicrophone(nth: number): Promise<void> {
    await this.is(`globalThis.tracks.length === ${nth}`);
  }

  connectionCount(): Promise<number> {
    return this.page.evaluate('globalThis.connections.length');
  }

  /** Of the pair of candidates in use: our port and theirs. */
  portsInUse(): Promise<[number, number]> {
    return this.page.evaluate(`(async () => {
      const stats = [...(await ${IN_USE}.getStats()).values()];
      const { selectedCandidatePairId } = stats.find(({ type }) => type === 'transport');
      const pair = stats.find(({ id }) => id === selectedCandidatePairId);
      return [pair.localCandidateId, pair.remoteCandidateId].map((id) => stats.find((each) => each.id === id).port);
    })()`);
  }

  /** Measures from now on how long nothing of the other end is heard at a time. */
  async listensForSilence(): Promise<Silence> {
    await this.page.evaluate(`(() => {
      const [receiver] = ${IN_USE}.getReceivers().filter(({ track }) => track.kind === 'audio');
      const frames = new MediaStreamTrackProcessor({ track: receiver.track }).readable.getReader();
      const silence = (globalThis.silence = { mostMs: 0 });
      let soundAt = performance.now();
      (async () => {
        for (;;) {
          const { value: frame, done } = await frames.read();
          if (done) return;
          const samples = new Float32Array(frame.numberOfFrames);
          frame.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
          frame.close();
          const now = performance.now();
          silence.mostMs = Math.max(silence.mostMs, now - soundAt);
          if (samples.some((sample) => Math.abs(sample) > 0.03)) soundAt = now;
        }
      })();
    })()`);
    return {
      begins: async () => {
        await this.is('globalThis.silence.mostMs > 500');
      },
      longestMs: async () => Math.round(await this.page.evaluate('globalThis.silence.mostMs')),
    };
  }
}
