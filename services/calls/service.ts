// calls, wired: commands of windows onto the calls of this front end, wherever the command came in.
import { followView, type Subscription } from '@parley/platform/bus';
import { done } from '@parley/platform/contract';
import type { RunningService, ServiceContext, ServiceDefinition } from '@parley/platform/host';
import { inGroups } from '@parley/platform/store';
import { planCall } from '../call-routing/contract.ts';
import { getUser } from '../identity/contract.ts';
import { areKnown, directoryView } from '../identity/view.ts';
import { openConversation } from '../im/contract.ts';
import { openLicenceGate } from '../licensing/gate.ts';
import { accessView, reachOf, sightOf } from '../presence/view.ts';
import { locationView } from '../registrar/view.ts';
import { type AdoptionNeeds, adopt } from './adoption.ts';
import { answer, ringing } from './answer.ts';
import { findCallee } from './callee.ts';
import { continueIn } from './continue.ts';
import * as contract from './contract.ts';
import type { Floor } from './floor.ts';
import { give } from './give.ts';
import { decline, hangUp } from './hang-up.ts';
import { hold, othersToHold } from './hold.ts';
import { MediaHosts } from './media-hosts.ts';
import { mediaLost } from './media-recovery.ts';
import { migrations } from './migrations/index.ts';
import { move, toPhone } from './move.ts';
import { watchNodes } from './node-watch.ts';
import { place as placeCall } from './place.ts';
import { forgetCall, publishCalls } from './presence.ts';
import { tellOfQuality } from './quality.ts';
import { serveRecords } from './records.ts';
import { planFor } from './ring.ts';
import { Places, placeOf, placeOfSide, serveAtPlace } from './routes.ts';
import { signal } from './signal.ts';
import { openPhoneDesk } from './sip.ts';
import * as rows from './store.ts';
import { closeCall, hasRunning, placesWithCalls, takeCallsOf } from './store-adopt.ts';
import { Switchboard } from './switchboard.ts';
import { redirect, transfer } from './transfer.ts';
import { attendedEnded, openVoicemailDesk } from './voicemail.ts';
import { followOpenWindows } from './windows.ts';

/** A page that is loaded again, or changes its network, is back by then. */
const WINDOW_BACK_MS = 20_000;
const MINUTE_MS = 60_000;
/** The history reaches back so far. */
const KEPT_MS = 400 * 86_400_000;

export const callsService: ServiceDefinition = {
  name: 'calls',
  after: ['identity', 'registrar', 'proxy', 'licensing', 'presence', 'voicemail'],
  migrations,
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock, log, nodeId } = context;
    const { domain } = context.config;
    const places = new Places(placeOf(nodeId));
    const own = await context.store.service<rows.CallTables>('calls', migrations);
    // In the morning everybody comes at once: those who come together are looked up together.
    const standingOf = inGroups((userIds: readonly string[]) => rows.standingOfAll(own, userIds));
    const gate = openLicenceGate(context);
    const directory = followView(context, directoryView);
    const access = followView(context, accessView);
    const locations = followView(context, locationView);
    await Promise.all([directory.ready, access.ready, locations.ready]);
    const presence = publishCalls(context);
    const refused = context.metrics.counter(
      'parley_calls_refused_total',
      'Calls that were not begun because one person, or one phone, began or had too many.',
    );
    function tooMany(who: { readonly userId: string; readonly deviceId?: string }): void {
      refused.add();
      log.warn(who, 'too many calls are begun: no further one for now; was a password stolen?');
    }

    /** Sides whose sound is on: of several of one person on one device, it is one. */
    const active = new Set<string>();
    function changed(side: contract.CallSide): void {
      voicemail.changed(side);
      presence.changed(side);
      const isActive = side.state === 'connected' && !side.heldByMe;
      const wasActive = active.has(side.sideId);
      if (isActive) active.add(side.sideId);
      else active.delete(side.sideId);
      if (isActive && !wasActive)
        holdOthers(side).catch((error) => log.warn({ error }, 'two calls of a person are active at once'));
    }

    async function holdOthers(side: contract.CallSide): Promise<void> {
      const { userId } = side;
      for (const { sideId, device } of othersToHold(await rows.runningSides(own, userId), side))
        await bus.call(contract.holdCall, { userId, windowId: device?.id ?? '-', sideId, held: true });
    }

    function forgotten(side: contract.CallSide): void {
      active.delete(side.sideId);
      presence.forgotten(side);
    }

    const board = new Switchboard({ bus, clock, log, own, nodeId, place: places, changed, forgotten });

    /** The window in which somebody speaks is away: it comes back soon, or the call is over. */
    const windows = await followOpenWindows({ bus, nodeId }, (windowId, isOpen) => {
      for (const { call, side } of board.at(windowId)) {
        const name = `window of ${side.sideId}`;
        if (isOpen) call.stopTimer(name);
        else if (side.leg?.windowId === windowId)
          board.after(call, name, WINDOW_BACK_MS, () => board.end(call, 'media-lost', 'server'));
        else side.rings.delete(windowId);
      }
    });

    const media = await MediaHosts.follow(context, (legs, reason) => mediaLost(floor, legs, reason));
    const desk = openPhoneDesk(context, { media, locations, tooMany });
    const number = context.config.calls.voicemailNumber;
    const voicemail = openVoicemailDesk({ bus, nodeId, number, floor: () => floor });
    const told = tellOfQuality(context);
    media.measured = told.byHost;
    const floor: Floor = {
      phoneReported: told.byPhone,
      board,
      voicemail,
      get phones() {
        return desk.phones;
      },
      gate,
      find: (callee) => findCallee(directory.current, callee, domain),
      person: (userId) => directory.current.users.get(userId),
      hasWindows: (userId) => windows.has(userId),
      isBarred(calleeId, callerId) {
        const sight = sightOf(access.current, calleeId, { userId: callerId, domain });
        return reachOf(sight, 'available', 'call') === 'unreachable';
      },
      async plan(calleeId, caller, through) {
        const { userId, address } = caller;
        const from = { address, ...(userId === undefined ? {} : { userId }) };
        const planned = await bus.call(planCall, { calleeId, caller: from, through: [...through] });
        // Where nobody routes calls, the person's devices ring.
        if (!planned.ok) return planFor({ kind: 'devices', userId: calleeId });
        const { steps, ...plan } = planned.value;
        return { ...plan, steps: steps.map((step) => ({ ...step, userId: calleeId })) };
      },
      async bringHere(sideId, userId) {
        const asked = { userId, sideId, to: places.own };
        const given = await bus.call(contract.giveCall, asked, { node: places.placeOf(sideId) });
        if (!given.ok) return contract.callErrors.fault('CALL_GONE');
        const { recordId, from } = given.value;
        const calls = await takeCallsOf(own, from, places.own, recordId);
        for (const { sides } of calls) for (const { side } of sides) places.takeBack(side.sideId);
        await adopt(adoption, calls);
        return done(null);
      },
      async conversationOf(userId, otherId) {
        const opened = await bus
          .call(openConversation, { userId, participantIds: [otherId] })
          .catch(() => undefined);
        return opened?.ok === true ? opened.value.conversationId : undefined;
      },
      perMinute: context.config.calls.perMinute,
      load: (userId, except) => rows.loadOf(own, userId, clock.wallNow() - MINUTE_MS, except),
    };

    const placing = new Map<string, ReturnType<typeof placeCall>>();
    /** Asked again by a page that did not hear the answer, it begins no second call. */
    async function placeOnce(request: Parameters<typeof placeCall>[1]) {
      const { userId, clientId } = request;
      const key = `${userId} ${clientId}`;
      const held = placing.get(key);
      if (held !== undefined) return await held;
      const begun = (async () => {
        const known = await rows.sideOfClient(own, userId, clientId);
        if (known !== undefined) return done(board.find(known.sideId)?.side.shown ?? known);
        const people = 'userId' in request.to ? [userId, request.to.userId] : [userId];
        await areKnown(directory, people, (id) => bus.call(getUser, { userId: id }));
        return await placeCall(floor, request, () => tooMany({ userId }));
      })();
      placing.set(key, begun);
      try {
        return await begun;
      } finally {
        placing.delete(key);
      }
    }

    const here = {
      places,
      waiting: {
        now: () => clock.now(),
        pause: (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve)),
        isRunning: (place: string) => hasRunning(own, place),
      },
    };
    const ofSide = ({ sideId }: { readonly sideId: string }) => places.placeOf(sideId);
    const subscriptions: Subscription[] = [
      ...(await serveAtPlace(
        bus,
        here,
        contract.placeCall,
        ({ consultsFor }) => (consultsFor === undefined ? undefined : places.placeOf(consultsFor)),
        placeOnce,
      )),
      ...(await serveAtPlace(bus, here, contract.ringingCall, ofSide, (asked) => ringing(floor, asked))),
      ...(await serveAtPlace(bus, here, contract.answerCall, ofSide, (asked) => answer(floor, asked))),
      ...(await serveAtPlace(bus, here, contract.moveCall, ofSide, (asked) => move(floor, asked))),
      ...(await serveAtPlace(bus, here, contract.continueCall, ofSide, (asked) => continueIn(floor, asked))),
      ...(await serveAtPlace(bus, here, contract.toPhoneCall, ofSide, (asked) => toPhone(floor, asked))),
      ...(await serveAtPlace(bus, here, contract.declineCall, ofSide, (asked) => decline(floor, asked))),
      ...(await serveAtPlace(bus, here, contract.redirectCall, ofSide, (asked) => redirect(floor, asked))),
      ...(await serveAtPlace(bus, here, contract.hangUpCall, ofSide, (asked) => hangUp(floor, asked))),
      ...(await serveAtPlace(bus, here, contract.endAttended, ofSide, async (asked) =>
        attendedEnded(board, asked),
      )),
      ...(await serveAtPlace(bus, here, contract.holdCall, ofSide, (asked) => hold(floor, asked))),
      ...(await serveAtPlace(bus, here, contract.transferCall, ofSide, (asked) => transfer(floor, asked))),
      ...(await serveAtPlace(bus, here, contract.giveCall, ofSide, (asked) => give(floor, places, asked))),
      ...(await serveAtPlace(bus, here, contract.signalCall, ofSide, (asked) => signal(floor, asked))),
      ...(await serveRecords(bus, own)),
      await bus.serve(contract.listCalls, async ({ userId }) => done(await standingOf(userId))),
      await bus.serve(contract.readCallHistory, async ({ userId, ...page }) =>
        done(await rows.historyPage(own, userId, page)),
      ),
      await bus.serve(contract.seenCallHistory, async ({ userId, until }) => {
        await rows.seeHistory(own, userId, until);
        return done({});
      }),
      await bus.serve(contract.removeCallHistory, async ({ userId, sideIds }) => {
        await rows.forgetHistory(own, userId, sideIds);
        return done({});
      }),
    ];
    const adoption: AdoptionNeeds = {
      floor,
      media,
      isOpen: (userId, windowId) => windows.isOpen(userId, windowId),
      async close({ record }, sides) {
        await closeCall(own, places.own, record, sides, clock.wallNow());
        for (const side of sides) void forgetCall(bus, side).catch(() => undefined);
      },
    };
    desk.open(floor);
    const nodes = await watchNodes(context, {
      places,
      inRows: () => placesWithCalls(own),
      drop: () => rows.dropOlder(own, clock.wallNow() - KEPT_MS),
      isEmpty: (place) => !board.has(place),
      async gone(place) {
        const calls = await takeCallsOf(own, place, places.own);
        if (calls.length === 0) return;
        log.warn({ place, calls: calls.length }, 'A front end is gone: its calls go on here.');
        const taken = new Set(
          calls.flatMap(({ sides }) => sides.map(({ side }) => placeOfSide(side.sideId))),
        );
        await adopt(adoption, calls);
        for (const one of taken.add(place)) await places.open(one);
      },
      async taken() {
        await places.leave();
        for (const call of [...board.calls]) board.forget(call);
      },
    });
    context.metrics.sampled('gauge', 'parley_calls', 'Calls that live on this front end.', () => [
      { value: board.size },
    ]);

    return {
      health: () => ({ ok: true, sentence: `${board.size} calls.` }),
      async [Symbol.asyncDispose]() {
        await nodes.stop();
        for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
        await places[Symbol.asyncDispose]();
        await windows[Symbol.asyncDispose]();
        await board[Symbol.asyncDispose]();
        desk[Symbol.dispose]();
        await media[Symbol.asyncDispose]();
        await nodes[Symbol.asyncDispose]();
        await presence[Symbol.asyncDispose]();
        await directory[Symbol.asyncDispose]();
        await access[Symbol.asyncDispose]();
        await locations[Symbol.asyncDispose]();
        await gate[Symbol.asyncDispose]();
        await own[Symbol.asyncDispose]();
      },
    };
  },
};
