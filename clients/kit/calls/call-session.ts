// One end of one call in this window: its RTCPeerConnection, what it sends, and what it gets. Offers and answers follow the
// `round` of calls/contract.ts; everything is done one after the other, and `close` leaves nothing open.
import type { Signal } from '@parley/services/calls/contract';
import { clientFault, type Fault, type Outcome } from '../fault.ts';
import { listDevices } from './capture.ts';
import { deviceChoice } from './device-choice.ts';
import { measure } from './measure.ts';
import { OwnMedia } from './own-media.ts';
import { judge, type Measured, type Quality, UNKNOWN_QUALITY } from './quality.ts';
import { deviceName, type MeasuredInterval } from './quality-report.ts';
import { QualityReporter } from './quality-reporter.ts';
import { markScreen, screensIn } from './session-text.ts';
import { SilenceWatch } from './silence-watch.ts';

export interface SessionView {
  readonly phase: 'starting' | 'connected' | 'lost';
  readonly muted: boolean;
  readonly held: boolean;
  /** Oneself, as the camera sees one. */
  readonly camera: MediaStream | null;
  readonly screen: MediaStream | null;
  readonly otherCamera: MediaStream | null;
  readonly otherScreen: MediaStream | null;
  readonly quality: Quality;
}

export interface Wants {
  readonly video: boolean;
  readonly screen: boolean;
}

export interface SessionPorts {
  readonly iceServers: readonly RTCIceServer[];
  readonly onView: (view: SessionView) => void;
  readonly onFault: (fault: Fault) => void;
  /** Every ten seconds, and at the end. */
  readonly onMeasured: (measured: MeasuredInterval) => void;
}
type Say = (signal: Signal, wants: Wants) => Promise<Outcome<unknown>>;
type Answered = { readonly sdp: string; readonly round: number };

const MEASURE_MS = 2_000;
/** Advice looks back over so many measurements. */
const LOOKS_BACK = 3;
/** RFC 3261 §14.1: by chance, so that the two do not meet again. */
const GLARE_MS = 400;
/** A short gap mends itself; then a new path is sought. Who was called waits longer, so that not both begin. */
const RESTART_MS = { out: 2_500, in: 5_000 } as const;
const PATIENCE_MS = { out: 0, in: 2_000 } as const;

export class CallSession {
  readonly #ports: SessionPorts;
  readonly #direction: 'in' | 'out';
  readonly #media: OwnMedia;
  readonly #sound = new Audio();
  #connection: RTCPeerConnection;
  #say: Say | null = null;
  /** What is to be said as soon as the call has a name. */
  #unsaid: Signal[] = [];
  #early: Signal[] = [];
  #round = 0;
  /** The other end may have counted on: the next answer is ours, whatever its round. */
  #takesAnyRound = false;
  #wantsOffer = false;
  #otherScreens: ReadonlySet<string> = new Set();
  #streams = new Map<MediaStreamTrack, MediaStream>();
  #view: SessionView;
  #measured: Measured[] = [];
  readonly #reporter: QualityReporter;
  #tail: Promise<unknown> = Promise.resolve();
  #restart: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  readonly #measuring: ReturnType<typeof setInterval>;
  readonly #silence: SilenceWatch;
  readonly #unfollow: () => void;
  #closed = false;

  constructor(direction: 'in' | 'out', ports: SessionPorts) {
    this.#ports = ports;
    this.#direction = direction;
    this.#media = new OwnMedia((what) => void this.#deviceGone(what));
    this.#reporter = new QualityReporter((measured) =>
      ports.onMeasured({ ...measured, device: deviceName(this.#media.sound?.label ?? '') }),
    );
    this.#view = {
      phase: 'starting',
      muted: false,
      held: false,
      camera: null,
      screen: null,
      otherCamera: null,
      otherScreen: null,
      quality: UNKNOWN_QUALITY,
    };
    this.#connection = this.#connect();
    this.#listenOn(deviceChoice.getState().speaker);
    this.#unfollow = deviceChoice.subscribe((now, before) => {
      if (now.speaker !== before.speaker) this.#listenOn(now.speaker);
      if (now.microphone !== before.microphone) void this.#deviceGone('microphone');
      if (now.camera !== before.camera && this.#media.camera !== null) void this.#deviceGone('camera');
    });
    this.#measuring = setInterval(() => void this.#measure(), MEASURE_MS);
    const arrivals = { lastAt: () => this.#heardAt() };
    this.#silence = new SilenceWatch(arrivals, PATIENCE_MS[direction], () => this.restart());
    navigator.mediaDevices?.addEventListener('devicechange', this.#devicesChanged);
  }

  get view(): SessionView {
    return this.#view;
  }
  /** How many offers were made or heard here. */
  get round(): number {
    return this.#round;
  }
  get closed(): boolean {
    return this.#closed;
  }

  /** Opens the microphone, and the camera where it is wanted and there is one. */
  async open(video: boolean): Promise<Outcome<unknown>> {
    const microphone = await this.#media.openMicrophone();
    if (!microphone.ok) return microphone;
    if (video) {
      const camera = await this.#media.openCamera();
      // One can still talk.
      if (!camera.ok) this.#ports.onFault(camera.fault);
    }
    this.#show();
    return microphone;
  }

  /** The first offer, for a call out or for one that is taken over from another device. */
  offer({ takesAnyRound = false } = {}): Promise<string> {
    return this.#then(async () => {
      this.#takesAnyRound = takesAnyRound;
      this.#sendAll();
      this.#round = 1;
      await this.#connection.setLocalDescription();
      return this.#described();
    });
  }

  /** Answers the first offer. */
  answer(offer: Extract<Signal, { kind: 'offer' }>): Promise<Answered> {
    return this.#then(() => this.#answer(offer));
  }

  /** The call has a name now: what was found meanwhile is said. */
  bind(say: Say): void {
    this.#say = say;
    this.#sayRest();
    if (this.#wantsOffer) this.renegotiate();
  }

  hear(signal: Signal): void {
    void this.#then(() => this.#hear(signal)).catch(() =>
      this.#ports.onFault(clientFault('CLIENT_CALL_FAILED')),
    );
  }

  mute(muted: boolean): void {
    this.#media.mute(muted);
    this.#show();
  }

  /** @param playsMusic nobody else plays to the one who waits */
  hold(held: boolean, playsMusic: boolean): void {
    if (held === this.#media.held) return;
    this.#media.hold(held, playsMusic);
    this.#show();
    this.renegotiate();
  }

  async setCamera(on: boolean): Promise<Outcome<unknown>> {
    const outcome = on ? await this.#media.openCamera() : { ok: true as const, value: null };
    if (!on) this.#media.closeCamera();
    this.#show();
    if (outcome.ok) this.renegotiate();
    return outcome;
  }

  async setScreen(on: boolean): Promise<Outcome<unknown>> {
    const outcome = on ? await this.#media.openScreen() : { ok: true as const, value: true };
    if (!on) this.#media.closeScreen();
    this.#show();
    if (outcome.ok && outcome.value) this.renegotiate();
    return outcome;
  }

  /** Sends keys as tones (RFC 4733 §2.5.1). @returns whether the other end takes them. */
  press(keys: string): boolean {
    const { dtmf } = this.#transceiver('audio')?.sender ?? {};
    if (!dtmf?.canInsertDTMF) return false;
    dtmf.insertDTMF(dtmf.toneBuffer + keys, 160, 70);
    return true;
  }

  /** Tells the other end what is sent now. */
  renegotiate(): void {
    void this.#then(() => this.#offerAgain()).catch(() =>
      this.#ports.onFault(clientFault('CLIENT_CALL_FAILED')),
    );
  }

  /** Another network, or none for a while: seeks a new path (RFC 8445 §9). */
  restart(): void {
    if (this.#closed || this.#say === null) return;
    this.#connection.restartIce();
    this.renegotiate();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#restart);
    clearTimeout(this.#again);
    clearInterval(this.#measuring);
    this.#silence.close();
    navigator.mediaDevices?.removeEventListener('devicechange', this.#devicesChanged);
    this.#reporter.end();
    this.#unfollow();
    this.#media.close();
    this.#forsake(this.#connection);
    this.#sound.pause();
    this.#sound.srcObject = null;
  }

  get #wants(): Wants {
    return { video: this.#media.camera !== null, screen: this.#media.screen !== null };
  }

  #then<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#tail.then(work);
    this.#tail = next.catch(() => {});
    return next;
  }

  #connect(): RTCPeerConnection {
    const connection = new RTCPeerConnection({
      iceServers: [...this.#ports.iceServers],
      bundlePolicy: 'max-bundle',
    });
    connection.onicecandidate = ({ candidate }) => {
      const { candidate: text = '', sdpMid } = candidate ?? {};
      this.#tell({ kind: 'candidate', round: this.#round, candidate: text, mid: sdpMid ?? '' });
    };
    connection.ontrack = ({ track }) => {
      if (track.kind !== 'audio') return;
      this.#sound.srcObject = new MediaStream([track]);
      void this.#sound.play().catch(() => {});
    };
    connection.onconnectionstatechange = () => this.#pathChanged(connection);
    return connection;
  }

  #forsake(connection: RTCPeerConnection): void {
    connection.onicecandidate = connection.ontrack = connection.onconnectionstatechange = null;
    connection.close();
  }

  async #hear(signal: Signal): Promise<void> {
    if (this.#closed) return;
    const connection = this.#connection;
    switch (signal.kind) {
      case 'offer': {
        const { sdp, round } = await this.#answer(signal);
        await this.#say?.({ kind: 'answer', round, sdp }, this.#wants);
        if (this.#wantsOffer) await this.#offerAgain();
        return;
      }
      case 'answer':
        if (connection.signalingState !== 'have-local-offer') return;
        if (signal.round !== this.#round && !this.#takesAnyRound) return;
        this.#takesAnyRound = false;
        this.#round = signal.round;
        this.#sayRest();
        await this.#takeDescription({ type: 'answer', sdp: signal.sdp });
        if (this.#wantsOffer) await this.#offerAgain();
        return;
      case 'rollback':
        if (signal.round !== this.#round || connection.signalingState !== 'have-local-offer') return;
        await connection.setLocalDescription({ type: 'rollback' });
        // Said again as soon as the other's offer is answered.
        this.#wantsOffer = true;
        return;
      case 'begin':
        this.#beginAnew();
        this.#round = signal.round - 1;
        await this.#offerAgain();
        return;
      case 'candidate':
        if (connection.remoteDescription === null) this.#early.push(signal);
        else await this.#takeCandidate(signal);
    }
  }

  async #answer({ sdp, round, renewed }: Extract<Signal, { kind: 'offer' }>): Promise<Answered> {
    if (renewed) this.#beginAnew();
    else if (this.#connection.signalingState === 'have-local-offer') {
      await this.#connection.setLocalDescription({ type: 'rollback' });
      this.#wantsOffer = true;
    }
    this.#round = round;
    this.#otherScreens = screensIn(sdp);
    await this.#takeDescription({ type: 'offer', sdp });
    const isComplete = this.#sendInto();
    await this.#connection.setLocalDescription();
    this.#wantsOffer ||= !isComplete;
    this.#show();
    return { sdp: this.#described(), round };
  }

  /** The other end goes on with another device: its connection is a new one, and so is ours. */
  #beginAnew(): void {
    this.#forsake(this.#connection);
    this.#connection = this.#connect();
    this.#early = [];
    this.#measured = [];
    this.#reporter.renew();
    this.#show({ phase: 'starting', quality: UNKNOWN_QUALITY });
  }

  async #offerAgain(): Promise<void> {
    const connection = this.#connection;
    if (this.#closed) return;
    this.#wantsOffer = true;
    if (connection.signalingState !== 'stable' || this.#say === null) return;
    this.#wantsOffer = false;
    this.#sendAll();
    this.#round += 1;
    await connection.setLocalDescription();
    const signal = { kind: 'offer', round: this.#round, sdp: this.#described() } as const;
    const outcome = await this.#say(signal, this.#wants);
    if (outcome.ok || this.#closed) return;
    // Nobody has heard it: after the other's offer, or when the server is there again, it is said once more.
    this.#round -= 1;
    await connection.setLocalDescription({ type: 'rollback' });
    this.#wantsOffer = true;
    if (outcome.fault.code !== 'CALL_GLARE') return;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.resume(), GLARE_MS * (1 + Math.random()));
  }

  /** The server is there again. */
  resume(): void {
    if (this.#wantsOffer) this.renegotiate();
  }

  async #takeDescription(description: RTCSessionDescriptionInit): Promise<void> {
    await this.#connection.setRemoteDescription(description);
    this.#otherScreens = screensIn(description.sdp ?? '');
    const early = this.#early;
    this.#early = [];
    for (const signal of early) await this.#hear(signal);
    this.#show();
  }

  async #takeCandidate({ candidate, mid }: Extract<Signal, { kind: 'candidate' }>): Promise<void> {
    // One that cannot be used is no fault of the call: others are on their way.
    const sdpMid = mid === '' ? null : mid;
    const init = sdpMid === null ? { candidate, sdpMLineIndex: 0 } : { candidate, sdpMid };
    await this.#connection.addIceCandidate(init).catch(() => {});
  }

  #described(): string {
    const { sdp = '' } = this.#connection.localDescription ?? {};
    return markScreen(sdp, this.#ownScreen()?.mid ?? null);
  }

  /** Of a call that is taken over, the round is not known before the answer. */
  #tell(signal: Signal): void {
    if (this.#say === null || this.#takesAnyRound) this.#unsaid.push(signal);
    else void this.#say(signal, this.#wants);
  }

  #sayRest(): void {
    if (this.#takesAnyRound) return;
    const unsaid = this.#unsaid;
    this.#unsaid = [];
    for (const signal of unsaid) this.#tell({ ...signal, round: this.#round });
  }

  /** Before an offer: a place for everything that is sent. */
  #sendAll(): void {
    const connection = this.#connection;
    if (this.#transceiver('audio') === undefined) connection.addTransceiver('audio');
    const { camera, screen } = this.#media;
    if (camera !== null && this.#cameraPlace() === undefined) connection.addTransceiver('video');
    if (screen !== null && this.#ownScreen() === undefined) {
      const place = connection.addTransceiver('video', { direction: 'sendonly' });
      this.#screenPlaces.add(place);
    }
    this.#sendInto();
  }

  readonly #screenPlaces = new WeakSet<RTCRtpTransceiver>();

  /** Puts what is sent into the places that are there. @returns whether there was one for everything. */
  #sendInto(): boolean {
    const { held, camera, screen, sound } = this.#media;
    const audio = this.#transceiver('audio');
    if (audio !== undefined) send(audio, sound, held ? 'sendonly' : 'sendrecv');
    const picture = this.#cameraPlace();
    if (picture !== undefined) send(picture, camera, held ? 'inactive' : camera ? 'sendrecv' : 'recvonly');
    const own = this.#ownScreen();
    if (own !== undefined) send(own, screen, held || screen === null ? 'inactive' : 'sendonly');
    for (const place of this.#connection.getTransceivers())
      if (this.#isOthersScreen(place)) place.direction = held ? 'inactive' : 'recvonly';
    return (camera === null || picture !== undefined) && (screen === null || own !== undefined);
  }

  #transceiver(kind: 'audio' | 'video'): RTCRtpTransceiver | undefined {
    return this.#connection.getTransceivers().find((one) => !isStopped(one) && kindOf(one) === kind);
  }

  /** Of two, as when both began at once, the one that the ends have agreed on. */
  #cameraPlace(): RTCRtpTransceiver | undefined {
    const places = this.#connection
      .getTransceivers()
      .filter((one) => !isStopped(one) && kindOf(one) === 'video')
      .filter((one) => !this.#screenPlaces.has(one) && !this.#isOthersScreen(one));
    const agreed = places.find(({ mid }) => mid !== null);
    if (agreed !== undefined) for (const place of places) if (place.mid === null) place.stop();
    return agreed ?? places[0];
  }

  get #screenMids(): ReadonlySet<string> {
    const own = this.#ownScreen()?.mid ?? null;
    return own === null ? this.#otherScreens : new Set([...this.#otherScreens, own]);
  }

  #ownScreen(): RTCRtpTransceiver | undefined {
    return this.#connection.getTransceivers().find((one) => !isStopped(one) && this.#screenPlaces.has(one));
  }

  #isOthersScreen({ mid }: RTCRtpTransceiver): boolean {
    return mid !== null && this.#otherScreens.has(mid);
  }

  async #deviceGone(what: 'microphone' | 'camera' | 'screen'): Promise<void> {
    if (this.#closed) return;
    if (what === 'screen') return void this.setScreen(false);
    const opened =
      what === 'microphone' ? await this.#media.openMicrophone() : await this.#media.openCamera();
    if (this.#closed) return;
    if (!opened.ok) {
      this.#ports.onFault(opened.fault);
      if (what === 'camera') await this.setCamera(false);
      return;
    }
    // The same place takes the track of another device without a word to the other end.
    this.#sendInto();
    this.#show();
  }

  /** Plugged in or out: what is chosen is used while it is there, and another one otherwise. */
  readonly #devicesChanged = async (): Promise<void> => {
    const { microphones, speakers } = await listDevices();
    if (this.#closed) return;
    const { microphone, speaker } = deviceChoice.getState();
    this.#listenOn(speakers.some(({ id }) => id === speaker) ? speaker : '');
    const isBack = microphones.some(({ id }) => id === microphone) && this.#media.microphoneId !== microphone;
    if (this.#media.opens === 0 && (this.#media.microphoneId === null || isBack))
      await this.#deviceGone('microphone');
  };

  /** When sound came last; undefined where none is to come. */
  #heardAt(): number | undefined {
    if (this.#view.phase !== 'connected') return undefined;
    const place = this.#transceiver('audio');
    if (place?.currentDirection?.includes('recv') !== true) return undefined;
    return place.receiver.getSynchronizationSources()[0]?.timestamp;
  }

  #listenOn(speaker: string): void {
    if (!('setSinkId' in this.#sound)) return;
    // A loudspeaker that is gone: the usual one.
    void this.#sound.setSinkId(speaker).catch(() => this.#sound.setSinkId('').catch(() => {}));
  }

  #pathChanged(connection: RTCPeerConnection): void {
    const { connectionState } = connection;
    clearTimeout(this.#restart);
    if (connectionState === 'connected') this.#show({ phase: 'connected' });
    if (connectionState !== 'disconnected' && connectionState !== 'failed') return;
    this.#show({ phase: 'lost' });
    this.#restart = setTimeout(() => this.restart(), RESTART_MS[this.#direction]);
  }

  async #measure(): Promise<void> {
    if (this.#view.phase === 'starting') return;
    const report = await this.#connection.getStats();
    if (this.#closed) return;
    const now = measure(report, Date.now());
    this.#reporter.look(report, this.#screenMids);
    const before = this.#measured[0];
    this.#measured = [...this.#measured, now].slice(-LOOKS_BACK);
    if (before === undefined) return;
    const { muted, held } = this.#media;
    const receives = this.#transceiver('audio')?.currentDirection?.includes('recv') === true;
    this.#show({ quality: judge(before, now, { muted, held: held || !receives }) });
  }

  #show(change: Partial<SessionView> = {}): void {
    const { camera, screen, muted, held } = this.#media;
    const coming = this.#connection
      .getTransceivers()
      .filter(({ currentDirection }) => currentDirection?.includes('recv') === true)
      .filter((one) => kindOf(one) === 'video');
    const others = coming.find((one) => this.#isOthersScreen(one));
    const face = coming.find((one) => !this.#isOthersScreen(one));
    this.#view = {
      ...this.#view,
      ...change,
      muted,
      held,
      camera: this.#streamOf(camera),
      screen: this.#streamOf(screen),
      otherCamera: this.#streamOf(face?.receiver.track ?? null),
      otherScreen: this.#streamOf(others?.receiver.track ?? null),
    };
    if (!this.#closed) this.#ports.onView(this.#view);
  }

  /** The same stream for the same track, so that a picture that is shown goes on. */
  #streamOf(track: MediaStreamTrack | null): MediaStream | null {
    if (track === null) return null;
    const stream = this.#streams.get(track) ?? new MediaStream([track]);
    this.#streams.set(track, stream);
    return stream;
  }
}

function send(
  place: RTCRtpTransceiver,
  track: MediaStreamTrack | null,
  direction: RTCRtpTransceiverDirection,
): void {
  place.direction = direction;
  void place.sender.replaceTrack(track).catch(() => {});
}

function isStopped({ currentDirection, direction }: RTCRtpTransceiver): boolean {
  return currentDirection === 'stopped' || direction === 'stopped';
}

function kindOf({ receiver }: RTCRtpTransceiver): string {
  return receiver.track.kind;
}
