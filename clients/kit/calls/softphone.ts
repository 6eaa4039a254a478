// A person's calls in this window: what the server says of them, the sessions that run here, and what can be done. Made
// when the page has loaded, closed with it; screens read `store` and the live state and call the methods.
import type { Callee, CallSide, Signal } from '@parley/services/calls/contract';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { clientFault, type Fault, type Outcome } from '../fault.ts';
import type { CallEvent } from '../live/call-inbox.ts';
import type { LiveClient } from '../live/live-client.ts';
import { randomId } from '../live/random-id.ts';
import { CallSession } from './call-session.ts';
import { followDeviceChoice } from './device-choice.ts';
import type { MeasuredInterval } from './quality-report.ts';
import { keepForReload, keptForReload } from './reload.ts';
import { Ringer } from './ringer.ts';
import { incomingOf, isIncoming, isRunning, ongoingOf, type Sides } from './sides.ts';
import { NO_CALLS, type SoftphoneState, type Target } from './softphone-state.ts';

const SIGNALS_KEPT = 200;
const OFFER_WAIT_MS = 5_000;
const RELAYS_WAIT_MS = 1_500;
const ENDINGS = 2;
const DONE: Outcome<unknown> = { ok: true, value: null };

export class Softphone {
  readonly store: StoreApi<SoftphoneState> = createStore<SoftphoneState>(() => NO_CALLS);
  readonly #client: LiveClient;
  readonly #ringer: Ringer;
  readonly #sessions = new Map<string, CallSession>();
  readonly #answering = new Set<string>();
  /** Said of calls that have no session here yet. */
  readonly #heard = new Map<string, Signal[]>();
  readonly #offerWaits = new Map<string, () => void>();
  readonly #announced = new Set<string>();
  readonly #known = new Set<string>();
  /** Of calls that had their sound here: the last report comes when they are over. */
  readonly #records = new Map<string, string>();
  readonly #ends: (() => void)[];
  /** As the server names this window; it is learnt with the first call. */
  #windowId = '';
  #kept = keptForReload();

  constructor(client: LiveClient, userId: string) {
    this.#client = client;
    this.#ringer = new Ringer(userId);
    const online = () => this.#restartAll();
    const leaving = () => keepForReload([...this.#sessions.keys()]);
    addEventListener('online', online);
    addEventListener('pagehide', leaving);
    const network = (navigator as { connection?: EventTarget }).connection;
    network?.addEventListener('change', online);
    this.#ends = [
      () => removeEventListener('online', online),
      () => removeEventListener('pagehide', leaving),
      () => network?.removeEventListener('change', online),
      followDeviceChoice(),
      client.calls.listen((event) => this.#take(event)),
      client.store.subscribe((now, before) => {
        if (now.connection.kind === 'connected' && before.connection.kind !== 'connected')
          this.#reconnected();
        if (now.live.calls !== before.live.calls) this.#follow(now.live.calls);
      }),
      this.store.subscribe(() => this.#sound()),
    ];
    this.#reconnected();
    this.#follow(this.#sides);
  }

  close(): void {
    for (const end of this.#ends.splice(0)) end();
    for (const session of this.#sessions.values()) session.close();
    this.#sessions.clear();
    this.#ringer.close();
  }

  async place(target: Target, { video = false, consultsFor = '' } = {}): Promise<Outcome<string>> {
    if (this.store.getState().placing !== null) return this.#failed(clientFault('CLIENT_CALL_FAILED'));
    const placing = { ...target, clientId: randomId(), video };
    this.store.setState({ placing, fault: null });
    await this.#holdOthers('');
    const session = await this.#newSession('out', () => sideId);
    let sideId = '';
    const outcome = await this.#begin(session, video, async () => {
      const sdp = await session.offer();
      const consults = consultsFor === '' ? {} : { consultsFor };
      const { clientId, to } = placing;
      return this.#client.command('call.place', { clientId, to, sdp, video, ...consults });
    });
    // Somebody hung up before the server had answered.
    const givenUp = this.store.getState().placing?.clientId !== placing.clientId;
    if (outcome.ok) sideId = outcome.value.sideId;
    if (!outcome.ok || givenUp) {
      session.close();
      if (outcome.ok) void this.#client.command('call.hangUp', { sideId });
      if (!givenUp) this.store.setState({ placing: null });
      return outcome.ok || givenUp ? { ok: true, value: '' } : this.#failed(outcome.fault);
    }
    if (consultsFor !== '')
      this.store.setState(({ consults }) => ({ consults: { ...consults, [sideId]: consultsFor } }));
    this.#adopt(outcome.value, session);
    return { ok: true, value: sideId };
  }

  /** Ends what has not become a call yet. */
  giveUp(): void {
    this.store.setState({ placing: null });
  }

  answer(sideId: string, video: boolean): Promise<Outcome<unknown>> {
    this.#silence(sideId);
    return this.#enter(sideId, 'in', video, async (session) => {
      const offer = await this.#offerOf(sideId);
      if (offer === undefined) return { ok: false, fault: clientFault('CLIENT_CALL_FAILED') };
      const { sdp, round } = await session.answer(offer);
      return this.#client.command('call.answer', { sideId, sdp, round });
    });
  }

  /** "Continue here": the call goes on in this window. */
  takeOver(sideId: string, video = false): Promise<Outcome<unknown>> {
    return this.#enter(sideId, 'out', video, async (session) => {
      const sdp = await session.offer({ takesAnyRound: true });
      return this.#client.command('call.move', { sideId, sdp });
    });
  }

  /** My phones ring; the one that I take has the call from then on. */
  toPhone(sideId: string): Promise<Outcome<unknown>> {
    return this.#told(this.#client.command('call.toPhone', { sideId }));
  }

  /** Brings the sound of a call into this window; nothing happens where it is there, or on its way. */
  async #enter(
    sideId: string,
    direction: 'in' | 'out',
    video: boolean,
    agree: (session: CallSession) => Promise<Outcome<CallSide>>,
  ): Promise<Outcome<unknown>> {
    if (this.#answering.has(sideId) || this.#sessions.has(sideId)) return DONE;
    this.#answering.add(sideId);
    // What was said while it rang here is of no use to a call that goes on.
    if (direction === 'out') this.#heard.delete(sideId);
    await this.#holdOthers(sideId);
    const session = await this.#newSession(direction, () => sideId);
    const outcome = await this.#begin(session, video, () => agree(session));
    this.#answering.delete(sideId);
    if (!outcome.ok) {
      session.close();
      return this.#failed(outcome.fault);
    }
    this.#adopt(outcome.value, session);
    return DONE;
  }

  decline(sideId: string, to: 'caller' | 'voicemail' = 'caller'): Promise<Outcome<unknown>> {
    this.#silence(sideId);
    return this.#told(this.#client.command('call.decline', { sideId, to }));
  }

  redirect(sideId: string, to: Callee): Promise<Outcome<unknown>> {
    return this.#told(this.#client.command('call.redirect', { sideId, to }));
  }

  hangUp(sideId: string): Promise<Outcome<unknown>> {
    return this.#told(this.#client.command('call.hangUp', { sideId }));
  }

  async hold(sideId: string, held: boolean): Promise<Outcome<unknown>> {
    const outcome = await this.#client.command('call.hold', { sideId, held });
    if (!outcome.ok) return this.#failed(outcome.fault);
    this.#sessions.get(sideId)?.hold(held, outcome.value.isDirect);
    return DONE;
  }

  /** Goes on with this call; the others wait. */
  async activate(sideId: string): Promise<Outcome<unknown>> {
    await this.#holdOthers(sideId);
    return this.hold(sideId, false);
  }

  /** To somebody, or to the other party of another call of one's own. */
  transfer(sideId: string, to: Callee | { sideId: string }): Promise<Outcome<unknown>> {
    return this.#told(this.#client.command('call.transfer', { sideId, to }));
  }

  mute(sideId: string, muted: boolean): void {
    this.#sessions.get(sideId)?.mute(muted);
  }

  press(sideId: string, keys: string): boolean {
    return this.#sessions.get(sideId)?.press(keys) ?? false;
  }

  async setCamera(sideId: string, on: boolean): Promise<void> {
    const outcome = (await this.#sessions.get(sideId)?.setCamera(on)) ?? DONE;
    if (!outcome.ok) this.#failed(outcome.fault);
  }

  async setScreen(sideId: string, on: boolean): Promise<void> {
    const outcome = (await this.#sessions.get(sideId)?.setScreen(on)) ?? DONE;
    if (!outcome.ok) this.#failed(outcome.fault);
  }

  silence(sideId: string): void {
    this.#silence(sideId);
  }

  dismissEnding(sideId: string): void {
    this.store.setState(({ endings }) => ({ endings: endings.filter((one) => one.sideId !== sideId) }));
  }

  dismissFault(): void {
    this.store.setState({ fault: null });
  }

  get #sides(): Sides {
    return this.#client.store.getState().live.calls;
  }

  async #newSession(direction: 'in' | 'out', sideId: () => string): Promise<CallSession> {
    return new CallSession(direction, {
      iceServers: await this.#relays(),
      onView: (view) => {
        const id = sideId();
        if (id === '' || !this.#sessions.has(id)) return;
        this.store.setState(({ sessions }) => ({ sessions: { ...sessions, [id]: view } }));
      },
      onFault: (fault) => this.store.setState({ fault }),
      onMeasured: (measured) => void this.#tellQuality(sideId(), measured),
    });
  }

  /** Where no relay runs, or the server is slow to say, the two may still reach each other. */
  async #relays(): Promise<readonly RTCIceServer[]> {
    const late = new Promise<null>((resolve) => setTimeout(resolve, RELAYS_WAIT_MS, null));
    const asked = await Promise.race([this.#client.command('call.iceServers', {}), late]);
    if (asked?.ok !== true) return [];
    return asked.value.servers.map(({ urls, username, credential }) => ({ urls, username, credential }));
  }

  /** Opens the devices, then does what makes a call of it. */
  async #begin<T>(session: CallSession, video: boolean, ask: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const opened = await session.open(video);
    if (!opened.ok) return opened;
    try {
      return await ask();
    } catch {
      // What the browser does not take: a description it cannot read, or a connection it does not make.
      return { ok: false, fault: clientFault('CLIENT_CALL_FAILED') };
    }
  }

  /** From here on the session is that call's. */
  #adopt(side: CallSide, session: CallSession): void {
    const { sideId, device } = side;
    this.#records.set(sideId, side.recordId);
    if (device?.kind === 'window') this.#windowId = device.id;
    this.#sessions.set(sideId, session);
    this.store.setState(({ sessions }) => ({
      placing: null,
      sessions: { ...sessions, [sideId]: session.view },
    }));
    session.bind((signal, { video, screen }) =>
      this.#client.command('call.signal', {
        sideId,
        signal,
        ...(signal.kind === 'candidate' ? {} : { video, screen }),
      }),
    );
    const heard = this.#heard.get(sideId) ?? [];
    this.#heard.delete(sideId);
    for (const signal of heard) session.hear(signal);
    if (this.#known.has(sideId) && this.#sides[sideId] === undefined) this.#drop(sideId);
  }

  /** After the last, the server says whether the person is to be asked how it was. */
  async #tellQuality(sideId: string, measured: MeasuredInterval): Promise<void> {
    const recordId = this.#sides[sideId]?.recordId ?? this.#records.get(sideId);
    if (recordId === undefined) return;
    const told = await this.#client.command('call.quality', { sideId, recordId, ...measured });
    if (told.ok && told.value.asks) this.store.setState({ asked: { sideId, recordId } });
  }

  async rate(stars: number, words: string): Promise<Outcome<unknown>> {
    const { asked } = this.store.getState();
    if (asked === null) return DONE;
    this.store.setState({ asked: null });
    const said = words.trim() === '' ? {} : { words: words.trim() };
    return await this.#told(this.#client.command('call.rate', { ...asked, stars, ...said }));
  }

  dismissRating(): void {
    this.store.setState({ asked: null });
  }

  #take(event: CallEvent): void {
    if (event.type === 'renewed') this.#renew();
    if (event.type === 'callSignal') this.#hear(event.sideId, event.signal);
    if (event.type !== 'call' || isRunning(event.side)) return;
    const { side } = event;
    this.#heard.delete(side.sideId);
    if (!this.#sessions.has(side.sideId)) return;
    this.#drop(side.sideId);
    if (side.end?.reason === 'busy') this.#ringer.callTone('busy');
    this.store.setState(({ endings }) => ({ endings: [side, ...endings].slice(0, ENDINGS) }));
  }

  /** The server knows this window by another name now: its calls go on in it. */
  #renew(): void {
    const formerWindowId = this.#windowId;
    // Until it is known again, nothing of what runs here is elsewhere.
    this.#windowId = '';
    for (const [sideId, session] of [...this.#sessions]) void this.#goOn(sideId, session, formerWindowId);
  }

  /** Its sound never stopped; where the server cannot tell that, the call is taken over from the old name. */
  async #goOn(sideId: string, session: CallSession, formerWindowId: string): Promise<void> {
    if (formerWindowId !== '' && this.#sides[sideId]?.state === 'connected') {
      const { round } = session;
      const outcome = await this.#client.command('call.continue', { sideId, formerWindowId, round });
      if (outcome.ok) this.#windowId = outcome.value.device?.id ?? '';
      if (outcome.ok || this.#sessions.get(sideId) !== session) return;
    }
    const hadCamera = session.view.camera !== null;
    this.#drop(sideId);
    if (this.#sides[sideId]?.state === 'connected') void this.takeOver(sideId, hadCamera);
  }

  #hear(sideId: string, signal: Signal): void {
    const session = this.#sessions.get(sideId);
    if (session !== undefined) {
      session.hear(signal);
      return;
    }
    // Another offer takes the place of the first, with what belonged to it.
    const before = signal.kind === 'offer' ? [] : (this.#heard.get(sideId) ?? []);
    if (before.length >= SIGNALS_KEPT) return;
    this.#heard.set(sideId, [...before, signal]);
    if (signal.kind === 'offer') this.#offerWaits.get(sideId)?.();
  }

  /** The offer of a call that rings; what came after it stays for the session. */
  async #offerOf(sideId: string): Promise<Extract<Signal, { kind: 'offer' }> | undefined> {
    const isHere = () => this.#heard.get(sideId)?.[0]?.kind === 'offer';
    if (!isHere())
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, OFFER_WAIT_MS);
        this.#offerWaits.set(sideId, () => {
          clearTimeout(late);
          resolve();
        });
      });
    this.#offerWaits.delete(sideId);
    const [offer, ...rest] = this.#heard.get(sideId) ?? [];
    if (offer?.kind !== 'offer') return undefined;
    this.#heard.set(sideId, rest);
    return offer;
  }

  /** What the server knows of the calls has changed. */
  #follow(sides: Sides): void {
    for (const side of Object.values(sides)) {
      const { sideId, device } = side;
      this.#known.add(sideId);
      if (isIncoming(side) && !this.#announced.has(sideId)) {
        this.#announced.add(sideId);
        void this.#client.command('call.ringing', { sideId });
      }
      const isElsewhere = device !== null && this.#windowId !== '' && device.id !== this.#windowId;
      if (isElsewhere && this.#sessions.has(sideId)) this.#drop(sideId);
      // Another call was answered, or this one was handed over: the server says which of them wait.
      this.#sessions.get(sideId)?.hold(side.heldByMe, side.isDirect);
    }
    for (const sideId of this.#sessions.keys())
      if (this.#known.has(sideId) && sides[sideId] === undefined && this.#client.store.getState().ready)
        this.#endsSoon(sideId);
    this.#takeUpAgain(sides);
    this.#sound();
  }

  /** The event that ends a call says why; after a time away there is only a snapshot without it. */
  #endsSoon(sideId: string): void {
    queueMicrotask(() => {
      if (this.#sides[sideId] === undefined) this.#drop(sideId);
    });
  }

  /** Calls that were in this window before it was loaded again. */
  #takeUpAgain(sides: Sides): void {
    for (const sideId of this.#kept) {
      const side = sides[sideId];
      if (side === undefined) continue;
      this.#kept = this.#kept.filter((one) => one !== sideId);
      if (side.state === 'connected') void this.takeOver(sideId);
      else void this.hangUp(sideId);
    }
  }

  #drop(sideId: string): void {
    this.#sessions.get(sideId)?.close();
    this.#sessions.delete(sideId);
    this.store.setState(({ sessions, consults }) => {
      const { [sideId]: _, ...others } = sessions;
      const left = Object.entries(consults).filter((pair) => !pair.includes(sideId));
      return { sessions: others, consults: Object.fromEntries(left) };
    });
  }

  async #holdOthers(sideId: string): Promise<void> {
    const others = [...this.#sessions.keys()].filter((id) => id !== sideId);
    const talking = others.filter((id) => {
      const side = this.#sides[id];
      return side?.state === 'connected' && !side.heldByMe;
    });
    await Promise.all(talking.map((id) => this.hold(id, true)));
  }

  #reconnected(): void {
    this.#announced.clear();
    for (const session of this.#sessions.values()) session.resume();
  }

  #restartAll(): void {
    for (const session of this.#sessions.values()) session.restart();
  }

  #silence(sideId: string): void {
    this.store.setState(({ silenced }) => ({ silenced: [...silenced.slice(-20), sideId] }));
  }

  #sound(): void {
    const { silenced, sessions } = this.store.getState();
    const rings = incomingOf(this.#sides).some(({ sideId }) => !silenced.includes(sideId));
    const speaks = Object.keys(sessions).length > 0;
    this.#ringer.ring(rings ? (speaks ? 'waiting' : 'ring') : null);
    const rung = ongoingOf(this.#sides).some(
      ({ sideId, state }) => state === 'ringing' && sessions[sideId]?.phase === 'starting',
    );
    if (rung) this.#ringer.callTone('ringback');
    else if (speaks || Object.keys(sessions).length === 0) this.#ringer.callTone(null);
  }

  async #told(command: Promise<Outcome<unknown>>): Promise<Outcome<unknown>> {
    const outcome = await command;
    return outcome.ok ? outcome : this.#failed(outcome.fault);
  }

  #failed(fault: Fault): { readonly ok: false; readonly fault: Fault } {
    this.store.setState({ fault });
    return { ok: false, fault };
  }
}
