// A browser as a media engine meets it: one connection of a page, whose microphone is a tone and whose camera is a changing
// picture. The test carries the SDP.
import type { Page } from 'playwright-core';

/** What arrives at the page. */
export interface PageHears {
  /** The loudest frequency, and how loud it is. */
  readonly peakHz: number;
  readonly levelDb: number;
  readonly frames: number;
  readonly audioPackets: number;
  readonly codec: string;
  readonly state: string;
}

interface PageCall {
  readonly connection: RTCPeerConnectionLike;
  readonly analyser: AnalyserLike;
  keys(keys: string): void;
}

/** As far as it is used here; this file is checked without the types of browsers. */
interface RTCPeerConnectionLike {
  connectionState: string;
  close(): void;
  localDescription: { sdp: string };
  getStats(): Promise<Map<string, Record<string, unknown>>>;
  createOffer(options?: object): Promise<object>;
  createAnswer(): Promise<object>;
  setLocalDescription(description?: object): Promise<void>;
  setRemoteDescription(description: object): Promise<void>;
}
interface AnalyserLike {
  readonly frequencyBinCount: number;
  readonly context: { readonly sampleRate: number };
  getFloatFrequencyData(into: Float32Array): void;
}
declare const call: PageCall;

/** Without it a page may not make a sound before it was clicked. */
export const MEDIA_FLAGS = [
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
];

/** Makes the connection of the page. @param codecs of audio, the best first; all that there are where it is empty. */
export async function prepareCall(
  page: Page,
  { toneHz, video = false, codecs = [] }: { toneHz: number; video?: boolean; codecs?: readonly string[] },
): Promise<void> {
  await page.evaluate(PREPARE);
  await page.evaluate(
    ({ toneHz, video, codecs }) =>
      (globalThis as unknown as { prepare(...all: unknown[]): void }).prepare(toneHz, video, codecs),
    { toneHz, video, codecs: [...codecs] },
  );
}

/** In the language of the page. */
const PREPARE = `
globalThis.prepare = (toneHz, video, codecs) => {
  const connection = new RTCPeerConnection();
  const context = new AudioContext();
  const oscillator = context.createOscillator();
  oscillator.frequency.value = toneHz;
  const gain = context.createGain();
  gain.gain.value = 0.4;
  const microphone = context.createMediaStreamDestination();
  oscillator.connect(gain).connect(microphone);
  oscillator.start();
  const [voice] = microphone.stream.getAudioTracks();
  connection.addTrack(voice);
  const [transceiver] = connection.getTransceivers();
  if (codecs.length > 0) {
    const all = RTCRtpSender.getCapabilities('audio').codecs;
    const wanted = all.filter(({ mimeType }) => codecs.some((name) => mimeType.endsWith(name)));
    transceiver.setCodecPreferences(wanted);
  }
  if (video) {
    const canvas = document.createElement('canvas');
    canvas.width = 320;
    canvas.height = 240;
    const pen = canvas.getContext('2d');
    let count = 0;
    setInterval(() => {
      pen.fillStyle = 'hsl(' + ((count += 7) % 360) + ', 80%, 50%)';
      pen.fillRect(0, 0, 320, 240);
    }, 40);
    connection.addTrack(canvas.captureStream(25).getVideoTracks()[0]);
  }
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  analyser.smoothingTimeConstant = 0;
  connection.ontrack = ({ track }) => {
    const element = document.createElement(track.kind);
    element.muted = true;
    element.autoplay = true;
    element.srcObject = new MediaStream([track]);
    document.body.append(element);
    if (track.kind === 'audio') context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  };
  const keys = (text) => transceiver.sender.dtmf.insertDTMF(text, 100, 70);
  globalThis.call = { connection, analyser, keys };
};`;

/** The page's offer. Its candidates are with it, though the engine needs none. */
export function offerOf(page: Page): Promise<string> {
  return page.evaluate(async () => {
    await call.connection.setLocalDescription(await call.connection.createOffer());
    return call.connection.localDescription.sdp;
  });
}

export function takeAnswer(page: Page, sdp: string): Promise<void> {
  return page.evaluate((sdp) => call.connection.setRemoteDescription({ type: 'answer', sdp }), sdp);
}

export function answerOf(page: Page, sdp: string): Promise<string> {
  return page.evaluate(async (sdp) => {
    await call.connection.setRemoteDescription({ type: 'offer', sdp });
    await call.connection.setLocalDescription(await call.connection.createAnswer());
    return call.connection.localDescription.sdp;
  }, sdp);
}

export function restartIceOf(page: Page): Promise<string> {
  return page.evaluate(async () => {
    await call.connection.setLocalDescription(await call.connection.createOffer({ iceRestart: true }));
    return call.connection.localDescription.sdp;
  });
}

export function pressKeys(page: Page, keys: string): Promise<void> {
  return page.evaluate((keys) => call.keys(keys), keys);
}

/** The page is done: DTLS says goodbye. */
export function hangUp(page: Page): Promise<void> {
  return page.evaluate(() => call.connection.close());
}

export function hearing(page: Page): Promise<PageHears> {
  return page.evaluate(async () => {
    const { analyser, connection } = call;
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    let peak = 1;
    for (let at = 1; at < bins.length; at++) if (bins[at]! > bins[peak]!) peak = at;
    const all = [...(await connection.getStats()).values()];
    const inbound = (kind: string) =>
      all.find((each) => each['type'] === 'inbound-rtp' && each['kind'] === kind);
    const codecId = inbound('audio')?.['codecId'];
    const codec = all.find(({ id }) => id === codecId)?.['mimeType'];
    return {
      peakHz: (peak * analyser.context.sampleRate) / 2 / bins.length,
      levelDb: bins[peak]!,
      frames: Number(inbound('video')?.['framesDecoded'] ?? 0),
      audioPackets: Number(inbound('audio')?.['packetsReceived'] ?? 0),
      codec: String(codec ?? ''),
      state: connection.connectionState,
    };
  });
}

/** Looks every 100 ms until it hears what is waited for. */
export async function untilHears(
  page: Page,
  what: string,
  is: (heard: PageHears) => boolean,
): Promise<PageHears> {
  const endMs = performance.now() + 10_000;
  for (;;) {
    const heard = await hearing(page);
    if (is(heard)) return heard;
    if (performance.now() > endMs) throw new Error(`${what}: ${JSON.stringify(heard)}`);
    await page.waitForTimeout(100);
  }
}

/** Whether it is that tone, and not a murmur. */
export function isTone(toneHz: number): (heard: PageHears) => boolean {
  return ({ peakHz, levelDb }) => Math.abs(peakHz - toneHz) < 12 && levelDb > -60;
}
