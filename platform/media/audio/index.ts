// The audio of a media worker: from packets to sound, from sound to packets, and what is done with it between.
export {
  type AudioPayload,
  AudioReceiver,
  type AudioReceiverOptions,
  type ReceiveVerdict,
} from './audio-receiver.ts';
export { AudioSender, type AudioSenderOptions, NOTHING } from './audio-sender.ts';
export { Bridge } from './bridge.ts';
export { type Clip, type ClipReader, pcmClip } from './clip.ts';
export {
  type AudioCodec,
  type AudioRate,
  CLOCK_RATE,
  type EncoderSettings,
  type SoundCodec,
} from './codec.ts';
export { DtmfDetector, type KeyHeard } from './dtmf-detector.ts';
export { Echo, Silence } from './echo.ts';
export { Limiter } from './limiter.ts';
export { Mixer, type MixerOptions, type Seat, type SeatLevel } from './mixer.ts';
export { musicOnHold, prepareMusic } from './music.ts';
export { type OggOpusFile, oggOpusClip, parseOggOpus } from './ogg-opus.ts';
export { loadOpus } from './opus.ts';
export { Packetizer, type PacketizerOptions, type StreamStart } from './packetizer.ts';
export { Player } from './player.ts';
export { type Recorded, Recorder, type RecorderOptions, type RecordingEnd } from './recorder.ts';
export { Resampler, resampleAll } from './resampler.ts';
export type { Playing } from './source.ts';
export { type AudioSource, FRAME_MS, frameSamples, type Heard } from './source.ts';
export { type Listener, Tap } from './tap.ts';
export { ToneSource } from './tone-source.ts';
export { keyTones, type Tone, type ToneCountry, type ToneName, toneOf } from './tones.ts';
export { VoiceActivity } from './voice-activity.ts';
export { parseWav, type SoundFileError, type WavFile, wavBytes, wavClip, wavHead } from './wav.ts';
