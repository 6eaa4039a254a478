// The sound desk of a media thread: codecs that differ, players, echo. Sound is decoded only for who needs it, once for all of them.
import {
  type AudioPayload,
  type AudioRate,
  AudioReceiver,
  AudioSender,
  type AudioSource,
  Bridge,
  Echo,
  loadOpus,
  musicOnHold,
  Player,
  type Playing,
  Silence,
  type SoundCodec,
  ToneSource,
  toneOf,
} from '../audio/index.ts';
import type { LegHappening, PlayedSound, RecordingWish, TrackCodec, WorkerReply } from '../messages.ts';
import type { Leg } from './leg.ts';
import { clipOf, Recordings } from './recordings.ts';
import type { SoundDesk } from './sound-desk.ts';
import type { SoundSource, Track } from './track.ts';

const RATES: Readonly<Record<string, AudioRate>> = { PCMU: 8_000, PCMA: 8_000, G722: 16_000, opus: 48_000 };
const DONE: WorkerReply = { ok: true };

/** Sound on its way into one track, in that track's codec. */
class Line implements SoundSource, Disposable {
  readonly epoch = 0;
  readonly isOfSource: boolean;
  readonly #bridge: Bridge;
  readonly #sender: AudioSender;

  constructor(source: AudioSource, track: Track, codec: TrackCodec, isOfSource: boolean) {
    this.isOfSource = isOfSource;
    this.#sender = new AudioSender({
      codec: soundCodecOf(codec),
      payloadType: codec.sendPayloadType,
      ssrc: track.outgoing.ssrc,
      inRate: source.outRate,
      ptimeMs: track.settings.ptimeMs,
    });
    this.#bridge = new Bridge(source, this.#sender);
  }

  step(nowMs: number, send: (packet: Uint8Array) => void): void {
    this.#bridge.step(nowMs, send);
  }

  [Symbol.dispose](): void {
    this.#sender[Symbol.dispose]();
  }
}

/** What is played to a track, whatever its codec is by then. */
interface Playback {
  readonly leg: Leg;
  readonly source: AudioSource;
  readonly playing: Playing | undefined;
  readonly end: () => void;
}

export class Sounds implements SoundDesk {
  readonly #tell: (legId: string, what: LegHappening) => void;
  readonly #recordings: Recordings;
  readonly #lines = new Map<Track, Line>();
  readonly #ends = new Map<Track, () => void>();
  readonly #playbacks = new Map<Track, Playback>();

  constructor(tell: (legId: string, what: LegHappening) => void) {
    this.#tell = tell;
    this.#recordings = new Recordings(tell);
  }

  connect(track: Track, isCodedAnew = false): void {
    this.#endLine(track);
    const [ours] = track.settings.codecs;
    if (ours === undefined || !isSoundCodec(ours)) return;
    const playback = this.#playbacks.get(track);
    if (playback !== undefined) {
      this.#put(track, new Line(playback.source, track, ours, false));
      return;
    }
    const { source } = track;
    const [theirs] = source?.settings.codecs ?? [];
    if (source === undefined || theirs === undefined || !isSoundCodec(theirs)) return;
    if (!isCodedAnew && track.canRelay(theirs.receivePayloadType)) return;
    // No more than the poorer of both can say.
    const rate = Math.min(rateOf(theirs), rateOf(ours)) as AudioRate;
    const { ear, end } = listenTo(source, rate);
    this.#ends.set(track, end);
    this.#put(track, new Line(ear, track, ours, true));
  }

  #put(track: Track, line: Line): void {
    this.#lines.set(track, line);
    track.sound = line;
  }

  #endLine(track: Track): void {
    track.sound = undefined;
    this.#ends.get(track)?.();
    this.#ends.delete(track);
    this.#lines.get(track)?.[Symbol.dispose]();
    this.#lines.delete(track);
  }

  async play(leg: Leg, sound: PlayedSound | null, loop: boolean): Promise<WorkerReply> {
    const track = leg.trackOf('audio');
    const [codec] = track?.settings.codecs ?? [];
    if (track === undefined || codec === undefined || !isSoundCodec(codec)) return DONE;
    this.#endPlayback(track);
    if (sound !== null) {
      const playback = await open(leg, track, sound, loop, rateOf(codec));
      if (playback === undefined)
        return { ok: false, reason: 'no-audio', sentence: 'This recording is not there.' };
      this.#playbacks.set(track, playback);
    }
    this.connect(track);
    return DONE;
  }

  #endPlayback(track: Track): void {
    this.#playbacks.get(track)?.end();
    this.#playbacks.delete(track);
  }

  async record(leg: Leg, wish: RecordingWish): Promise<WorkerReply> {
    const track = leg.trackOf('audio');
    if (track === undefined) return DONE;
    await this.#recordings.end(leg, 'stopped');
    this.#recordings.begin(leg, wish, (rate) => listenTo(track, rate));
    return DONE;
  }

  stopRecording(leg: Leg, endedBy: string): Promise<void> {
    return this.#recordings.end(leg, endedBy);
  }

  heardKey(leg: Leg, key: string): void {
    this.#recordings.heardKey(leg, key);
  }

  reviewed(leg: Leg): void {
    const track = leg.trackOf('audio');
    if (track !== undefined) this.connect(track);
  }

  tick(nowMs: number): void {
    this.#recordings.tick(nowMs);
    for (const [track, { leg, playing }] of this.#playbacks) {
      if (playing === undefined || !playing.isEnded) continue;
      this.#endPlayback(track);
      this.connect(track);
      this.#tell(leg.id, { kind: 'played' });
    }
  }

  async forget(leg: Leg): Promise<void> {
    await this.#recordings.end(leg, 'closed');
    for (const { track } of leg.tracks) {
      this.#endPlayback(track);
      this.#endLine(track);
      // Whoever heard this one hears nobody now.
      for (const sink of track.sinks) this.#endLine(sink);
    }
  }
}

export async function openSoundDesk(tell: (legId: string, what: LegHappening) => void): Promise<SoundDesk> {
  await loadOpus();
  return new Sounds(tell);
}

async function open(
  leg: Leg,
  track: Track,
  sound: PlayedSound,
  loop: boolean,
  rate: AudioRate,
): Promise<Playback | undefined> {
  const plays = (playing: Playing, end = () => {}): Playback => ({ leg, source: playing, playing, end });
  if (sound.kind === 'file') {
    const clip = await clipOf(sound.path, rate);
    if (clip === undefined) return undefined;
    const player = new Player(clip, rate, { loop });
    return plays(player, () => player[Symbol.dispose]());
  }
  if (sound.kind === 'tones') {
    const forMs = Math.max(1, Math.min(sound.forMs, MOST_TONE_MS));
    return plays(new ToneSource({ segments: [{ hz: sound.tonesHz, forMs }], repeats: loop }, rate));
  }
  if (sound.name === 'echo') {
    const { ear, end } = listenTo(track, rate);
    return { leg, source: new Echo(ear), playing: undefined, end };
  }
  if (sound.name === 'music') return plays(new Player(musicOnHold(rate), rate, { loop: true }));
  if (sound.name === 'silence') return { leg, source: new Silence(rate), playing: undefined, end: () => {} };
  return { leg, source: new ToneSource(toneOf(sound.name), rate), playing: undefined, end: () => {} };
}

/** What a command may ask for at most: a minute of a tone. */
const MOST_TONE_MS = 60_000;

/** Hears a track until `end`. */
function listenTo(
  track: Track,
  outRate: AudioRate,
): { readonly ear: AudioReceiver; readonly end: () => void } {
  const payloads = new Map<number, AudioPayload>();
  for (const codec of track.settings.codecs)
    if (isSoundCodec(codec))
      payloads.set(codec.receivePayloadType, { codec: soundCodecOf(codec), clockRate: codec.clockRate });
  for (const { payloadType, clockRate } of track.settings.keys?.heard ?? [])
    payloads.set(payloadType, { codec: 'telephone-event', clockRate });
  const ear = new AudioReceiver({ payloads, outRate });
  track.listeners.push(ear);
  const end = () => {
    const at = track.listeners.indexOf(ear);
    if (at !== -1) track.listeners.splice(at, 1);
    ear[Symbol.dispose]();
  };
  return { ear, end };
}

function isSoundCodec(codec: TrackCodec): boolean {
  return RATES[soundCodecOf(codec)] !== undefined;
}

function soundCodecOf({ name }: TrackCodec): SoundCodec {
  return (name.toLowerCase() === 'opus' ? 'opus' : name.toUpperCase()) as SoundCodec;
}

function rateOf(codec: TrackCodec): AudioRate {
  return RATES[soundCodecOf(codec)] ?? 8_000;
}
