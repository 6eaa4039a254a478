// What a media thread does with sound itself, apart from passing packets on: other codecs, players, recordings.
import type { PlayedSound, RecordingWish, WorkerReply } from '../messages.ts';
import type { Leg } from './leg.ts';
import type { Track } from './track.ts';

export interface SoundDesk {
  /** A track hears another source, or either has other codecs now: passed on as it is, or coded anew. */
  connect(track: Track, isCodedAnew?: boolean): void;
  play(leg: Leg, sound: PlayedSound | null, loop: boolean): Promise<WorkerReply>;
  record(leg: Leg, wish: RecordingWish): Promise<WorkerReply>;
  stopRecording(leg: Leg, endedBy: string): Promise<void>;
  /** The peer of a leg has pressed a key. */
  heardKey(leg: Leg, key: string): void;
  /** The settings of a leg have changed. */
  reviewed(leg: Leg): void;
  tick(nowMs: number): void;
  forget(leg: Leg): Promise<void>;
}
