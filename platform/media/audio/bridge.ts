// What one leg says, in the codec of another: 20 ms at each step. The source may be a peer, a player, an echo.
import { type AudioSender, NOTHING } from './audio-sender.ts';
import { type AudioSource, frameSamples, type Heard } from './source.ts';

export class Bridge {
  private source: AudioSource;
  private readonly sender: AudioSender;
  private readonly frame: Int16Array;

  /** The sender takes samples of the rate at which the source gives them. */
  constructor(source: AudioSource, sender: AudioSender) {
    this.source = mustMatch(source, sender);
    this.sender = sender;
    this.frame = new Int16Array(frameSamples(sender.inRate));
  }

  /** Another source from now on: the stream to the listener goes on. */
  hear(source: AudioSource): void {
    this.source = mustMatch(source, this.sender);
  }

  /**
   * Once every 20 ms.
   *
   * @param send told of each packet, in memory that is used again.
   */
  step(nowMs: number, send: (packet: Uint8Array) => void): Heard {
    const { sender } = this;
    const heard = this.source.pull(this.frame, nowMs);
    let packet = sender.next(this.frame, nowMs);
    for (; packet !== undefined; packet = sender.next(NOTHING, nowMs)) send(packet);
    return heard;
  }
}

function mustMatch(source: AudioSource, sender: AudioSender): AudioSource {
  if (source.outRate === sender.inRate) return source;
  throw new RangeError(`a source of ${source.outRate} Hz does not fit a sender of ${sender.inRate}`);
}
