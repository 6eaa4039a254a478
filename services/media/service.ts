// media, wired: the engine of this process behind the bus. It starts with the first leg, so that who carries no calls pays nothing.
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Subscription } from '@parley/platform/bus';
import { type CommandContract, done, type Outcome } from '@parley/platform/contract';
import {
  isClear,
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
  startRounds,
} from '@parley/platform/host';
import {
  type LegHappening,
  MediaEngine,
  type MediaFault,
  mediaAddresses,
  type PlayedSound,
  type Result,
} from '@parley/platform/media';
import { openDgramPort } from '@parley/platform/net';
import { AudioShelf } from './audio-shelf.ts';
import * as contract from './contract.ts';
import { Owners } from './owners.ts';

const { fault } = contract.mediaErrors;
/** Who is silent for a little longer counts as dead: calls go on elsewhere within three seconds. */
const TOLD_EVERY_MS = 500;
const IDLE_MS = 60_000;
const SWEEP_MS = 3_600_000;

export const mediaService: ServiceDefinition = {
  name: 'media',
  after: [],
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock, log, nodeId } = context;
    const { media, data } = context.config;
    const folder = join(data, 'media');
    const owners = new Owners();
    const shelf = new AudioShelf({ folder, now: () => clock.wallNow() });
    /** Recordings that are being written. */
    const recordings = new Set<string>();
    const gauge = context.metrics.gauge('parley_media_legs', 'Ends of calls that this process carries.');
    let opening: Promise<MediaEngine> | undefined;
    let engine: MediaEngine | undefined;
    const addresses = media.addresses.length > 0 ? media.addresses : mediaAddresses(media.listen);
    let isLeaving = false;
    /** Why no call can be carried; empty where all is well. */
    const refusal = await refusalOfPort(media.listen, media.port);
    if (refusal !== '') log.error({ port: media.port }, refusal);

    async function open(): Promise<MediaEngine> {
      await mkdir(folder, { recursive: true });
      const opened = await MediaEngine.open({
        address: media.listen,
        addresses,
        browserPort: media.port,
        phonePorts: media.phonePorts,
        mostLegs: media.mostLegs,
        log,
        unix: () => clock.wallNow(),
        happened,
      });
      engine = opened;
      // A browser behind a relay sends as soon as it has the answer.
      await tell().catch((error: unknown) => log.warn({ err: error }, 'Relays hear of this host later.'));
      return opened;
    }

    function started(): Promise<MediaEngine> {
      opening ??= open().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return opening;
    }

    async function tell(): Promise<void> {
      gauge.set(owners.size);
      await bus.publish(contract.hostTold, {
        nodeId,
        legs: owners.size,
        mostLegs: media.mostLegs,
        isLeaving,
        doors: doors(),
        at: clock.wallNow(),
      });
    }

    function doors(): contract.Door[] {
      const port = engine?.browserPort ?? 0;
      return port === 0 ? [] : addresses.map((address) => ({ address, port }));
    }

    function happened(legId: string, what: LegHappening): void {
      if (what.kind === 'recorded') recordings.delete(what.recordingId);
      const ownerNodeId = what.kind === 'lost' ? owners.remove(legId) : owners.of(legId);
      if (ownerNodeId === undefined) return;
      const told = { ownerNodeId, legId, what: { ...what } as never };
      bus.publish(contract.legEvent, told).catch((error: unknown) => {
        log.warn({ err: error, legId }, 'What happened to a media leg was not told.');
      });
    }

    /** A command for this host alone: its legs are nowhere else. */
    function serve<C extends CommandContract>(
      of: C,
      handler: Parameters<typeof bus.serve<C['request'], C['reply']>>[1],
    ): Promise<Subscription> {
      return bus.serve<C['request'], C['reply']>(of, handler, { node: nodeId });
    }

    const openLeg: Parameters<
      typeof bus.serve<typeof contract.openLeg.request, typeof contract.openLeg.reply>
    >[1] = async ({ kind, ownerNodeId, video, isProtected = false, idleMs = IDLE_MS }) => {
      if (isLeaving) return fault('MEDIA_FULL');
      const at = await started().catch((error: unknown) => {
        log.error({ err: error }, 'The media engine does not start.');
      });
      if (at === undefined) return fault('MEDIA_FULL');
      const opened = await at.open({ kind, video, isProtected, idleMs });
      if (!opened.ok) return refuse(opened);
      owners.add(opened.legId, ownerNodeId, clock.now());
      gauge.set(owners.size);
      return done({ legId: opened.legId });
    };

    async function close(legId: string): Promise<void> {
      // What is said while it closes, that a recording has ended, is its owner's to hear.
      await engine?.close(legId);
      owners.remove(legId);
      gauge.set(owners.size);
    }

    /** Legs are there only where there is an engine. */
    async function atEngine<T>(
      act: (engine: MediaEngine) => Promise<Result<T>> | Result<T>,
    ): Promise<Outcome<T>> {
      if (engine === undefined) return fault('MEDIA_NO_SUCH_LEG');
      const result = await act(engine);
      return result.ok ? done(result) : refuse(result);
    }

    const serving = await Promise.all([
      bus.serve(contract.openLeg, openLeg),
      serve(contract.openLeg, openLeg),
      serve(contract.offerLeg, async ({ legId, direction, video, videoCodecs, iceRestart }) => {
        const wish = { audio: direction, video, videoCodecs };
        const offered = await atEngine((at) => at.offer(legId, wish, iceRestart));
        return offered.ok ? done({ sdp: offered.value.sdp }) : offered;
      }),
      serve(contract.acceptLeg, async ({ legId, sdp }) => {
        const accepted = await atEngine((at) => at.accept(legId, sdp));
        return accepted.ok ? done({ agreed: accepted.value.agreed }) : accepted;
      }),
      serve(contract.answerLeg, async ({ legId, sdp, direction, video, videoCodecs }) => {
        const answered = await atEngine((at) =>
          at.answer(legId, sdp, { audio: direction, video, videoCodecs }),
        );
        if (!answered.ok) return answered;
        return done({ sdp: answered.value.sdp, agreed: answered.value.agreed });
      }),
      serve(contract.rollbackLeg, ({ legId }) => verb((at) => at.rollback(legId))),
      serve(contract.addCandidate, ({ legId }) => verb((at) => at.candidate(legId))),
      serve(contract.joinLegs, ({ legId, with: other }) => verb((at) => at.join(legId, other))),
      serve(contract.playTo, ({ legId, sound, loop }) =>
        verb(async (at) => at.play(legId, await played(sound), loop)),
      ),
      serve(contract.pressKeys, ({ legId, keys }) => verb((at) => at.pressKeys(legId, keys))),
      serve(contract.record, async ({ legId, maxMs, silenceMs, endKeys = '' }) => {
        const recordingId = randomUUID();
        if (!(await shelf.hasRoomFor(0))) return fault('MEDIA_FULL');
        const path = shelf.recordingPath(recordingId);
        recordings.add(recordingId);
        const begun = await verb((at) => at.record(legId, { recordingId, path, maxMs, silenceMs, endKeys }));
        if (!begun.ok) recordings.delete(recordingId);
        return begun.ok ? done({ recordingId }) : begun;
      }),
      serve(contract.readAudio, async ({ audioId, offset }) => {
        // Asked first: what ends while it is read has been read to an end that was not the last.
        const isFinished = !recordings.has(audioId);
        const piece = await shelf.read(audioId, offset);
        if (piece === undefined) return fault('MEDIA_NO_AUDIO');
        return done({ data: piece.data.toString('base64'), totalBytes: piece.totalBytes, isFinished });
      }),
      serve(contract.storeAudio, async ({ audioId, data, ...piece }) => {
        await mkdir(folder, { recursive: true });
        const heldBytes = await shelf.store(audioId, { ...piece, data: Buffer.from(data, 'base64') });
        return heldBytes === undefined ? fault('MEDIA_FULL') : done({ heldBytes });
      }),
      serve(contract.hasAudio, async ({ audioId }) =>
        done({ isThere: (await shelf.find(audioId)) !== undefined }),
      ),
      serve(contract.dropAudio, async ({ audioId }) => {
        await shelf.drop(audioId);
        return done({});
      }),
      serve(contract.stopRecording, ({ legId }) => verb((at) => at.stopRecording(legId))),
      serve(contract.closeLeg, async ({ legId }) => {
        await close(legId);
        return done({});
      }),
      serve(contract.keepLegs, async ({ ownerNodeId, legIds }) => {
        const { orphans, unknown } = owners.keep(ownerNodeId, legIds, clock.now());
        await Promise.all(orphans.map(close));
        return done({ unknown: [...unknown] });
      }),
      serve(contract.adoptLegs, async ({ ownerNodeId, legIds }) =>
        done({ unknown: [...owners.adopt(ownerNodeId, legIds, clock.now())] }),
      ),
      bus.subscribe(contract.listHosts, () => tell()),
    ]);

    async function verb(act: (at: MediaEngine) => Promise<Result<object>> | Result<object>) {
      const outcome = await atEngine(act);
      return outcome.ok ? done({}) : outcome;
    }

    async function played(sound: contract.Sound | null): Promise<PlayedSound | null> {
      if (sound === null) return null;
      if (typeof sound === 'string') return { kind: 'named', name: sound };
      if ('tonesHz' in sound) return { kind: 'tones', tonesHz: sound.tonesHz, forMs: sound.forMs };
      return { kind: 'file', path: (await shelf.find(sound.audioId)) ?? join(folder, 'none') };
    }

    const sweeping = startRounds(
      context,
      { everyMs: SWEEP_MS, failure: 'old sound is forgotten later' },
      () => shelf.sweep(),
    );
    let round = clock.after(0, beat);
    function beat(): void {
      for (const legId of owners.orphans(clock.now())) void close(legId);
      tell().catch((error: unknown) => log.warn({ err: error }, 'The load of media was not told.'));
      round = clock.after(TOLD_EVERY_MS, beat);
    }

    return {
      health: () => ({
        ok: refusal === '',
        sentence: refusal === '' ? `${owners.size} ends of calls.` : refusal,
      }),
      async [Symbol.asyncDispose]() {
        isLeaving = true;
        round[Symbol.dispose]();
        await sweeping[Symbol.asyncDispose]();
        await tell().catch(() => undefined);
        for (const subscription of serving) await subscription[Symbol.asyncDispose]();
        await (await opening?.catch(() => undefined))?.[Symbol.asyncDispose]();
      },
    };
  },
};

/** The thread opens the port with the first call; whether it can be had is said at the start. */
async function refusalOfPort(address: string, port: number): Promise<string> {
  try {
    await using _open = await openDgramPort({ address, port, receive() {} });
    return '';
  } catch (error) {
    if (!isClear(error)) throw error;
    return `${error.sentence} No calls can be carried until media.port is free, or another one.`;
  }
}

const CODES: Readonly<Record<MediaFault, Parameters<typeof fault>[0]>> = {
  'bad-sdp': 'MEDIA_BAD_SDP',
  'nothing-in-common': 'MEDIA_NOTHING_IN_COMMON',
  'wrong-state': 'MEDIA_WRONG_STATE',
  full: 'MEDIA_FULL',
  'no-leg': 'MEDIA_NO_SUCH_LEG',
  'no-audio': 'MEDIA_NO_AUDIO',
};

function refuse(result: { readonly fault: MediaFault }) {
  return fault(CODES[result.fault]);
}
