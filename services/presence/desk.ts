// What people say of themselves: the state they choose, their note and place, and their settings. Notes and settings have
// versions: of two windows that change one, the second is told.
import type { Bus, Subscription } from '@parley/platform/bus';
import type { Clock } from '@parley/platform/clock';
import { done, type Outcome } from '@parley/platform/contract';
import type { ServiceStore } from '@parley/platform/store';
import { feedAddress } from './calendar/feed-address.ts';
import { statusOf } from './calendar/status.ts';
import * as contract from './contract.ts';
import { mayUsePresence, type PresenceGate } from './licence.ts';
import type { Decide, Presentities } from './presentity.ts';
import * as rows from './store.ts';

const { fault } = contract.presenceErrors;
/** A choice of these would otherwise outlive its reason. */
const ENDS_AFTER_S: Readonly<Partial<Record<contract.ManualState, number>>> = {
  busy: 86_400,
  doNotDisturb: 86_400,
};

export interface DeskNeeds {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly own: ServiceStore<rows.PresenceTables>;
  readonly presentities: Presentities;
  readonly gate: PresenceGate;
  /** There is a calendar to be read. */
  readonly calendarAdded: () => void;
}

export function serveDesk(needs: DeskNeeds): Promise<Subscription[]> {
  const { bus, clock, own, presentities, gate, calendarAdded } = needs;

  async function readOwn(userId: string): Promise<contract.OwnPresence> {
    const row = await rows.readPerson(own.db, userId);
    const calendar = await rows.readCalendar(own.db, userId);
    return {
      note: row?.note ?? '',
      noteVersion: row?.note_version ?? 0,
      settings: {
        inactiveAfterMin: row?.inactive_after_min ?? 5,
        awayAfterMin: row?.away_after_min ?? 15,
        calendarUrl: calendar?.url ?? '',
        workingHours: row?.working_hours ?? null,
      },
      settingsVersion: row?.settings_version ?? 0,
      ...(calendar === undefined ? {} : { calendar: statusOf(calendar) }),
    };
  }

  /** `change` where the person's row still has that version. */
  async function unlessStale(
    userId: string,
    isCurrent: (held: rows.PersonRow) => boolean,
    person: (held: rows.PersonRow) => Partial<rows.PersonRow>,
    also?: Parameters<Presentities['change']>[2],
  ): Promise<Outcome<contract.Presentity>> {
    let isStale = false;
    const decide: Decide = ({ person: held }) => {
      isStale = !isCurrent(held);
      return isStale ? undefined : { person: person(held) };
    };
    const changed = await presentities.change(userId, decide, also);
    return isStale ? fault('PRESENCE_STALE') : done(changed);
  }

  return Promise.all([
    bus.serve(contract.setState, async ({ userId, deviceId, state, activity, activityText, forS }) => {
      const licensed = state === null ? done(null) : mayUsePresence(gate, { userId, deviceId });
      if (!licensed.ok) return licensed;
      const now = clock.wallNow();
      const endsS = state === null ? undefined : (forS ?? ENDS_AFTER_S[state]);
      const text = activity === 'custom' ? storable(activityText ?? '') : '';
      const kept = activity === 'custom' && text === '' ? undefined : activity;
      const manual: contract.Manual | null =
        state === null
          ? null
          : {
              state,
              ...(kept === undefined ? {} : { activity: kept }),
              ...(text === '' ? {} : { activityText: text }),
              setAt: now,
              ...(endsS === undefined ? {} : { until: now + endsS * 1000 }),
            };
      return done((await presentities.change(userId, () => ({ person: { manual } }))).general);
    }),
    bus.serve(contract.setNote, async ({ userId, deviceId, note, version }) => {
      const licensed = note === '' ? done(null) : mayUsePresence(gate, { userId, deviceId });
      if (!licensed.ok) return licensed;
      const changed = await unlessStale(
        userId,
        (held) => version === undefined || version === held.note_version,
        (held) => ({ note: storable(note), note_version: held.note_version + 1 }),
      );
      return changed.ok ? done(changed.value.general) : changed;
    }),
    bus.serve(contract.setLocation, async ({ userId, deviceId, location }) => {
      const licensed = location === '' ? done(null) : mayUsePresence(gate, { userId, deviceId });
      if (!licensed.ok) return licensed;
      const person = { location: storable(location) };
      const changed = await presentities.change(userId, () => ({ person }));
      return done(changed.general);
    }),
    bus.serve(contract.readOwn, async ({ userId }) => done(await readOwn(userId))),
    bus.serve(contract.setSettings, async ({ userId, deviceId, settings, version }) => {
      const licensed = mayUsePresence(gate, { userId, deviceId });
      if (!licensed.ok) return licensed;
      const { inactiveAfterMin, awayAfterMin, workingHours } = settings;
      if (awayAfterMin <= inactiveAfterMin || !fits(workingHours)) return fault('PRESENCE_BAD_SETTINGS');
      const url = settings.calendarUrl === '' ? '' : feedAddress(settings.calendarUrl);
      if (url === undefined) return fault('PRESENCE_CALENDAR_ADDRESS');
      const changed = await unlessStale(
        userId,
        (held) => held.settings_version === version,
        (held) => ({
          inactive_after_min: inactiveAfterMin,
          away_after_min: awayAfterMin,
          working_hours: workingHours,
          settings_version: held.settings_version + 1,
          has_calendar: url !== '',
        }),
        (db) => rows.putUrl(db, userId, url),
      );
      if (!changed.ok) return changed;
      if (url !== '') calendarAdded();
      return done(await readOwn(userId));
    }),
  ]);
}

function fits(hours: contract.WorkingHours | null): boolean {
  return hours === null || (hours.startMinute < hours.endMinute && isTimeZone(hours.timeZone));
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** PostgreSQL cannot hold U+0000 nor half a pair of surrogates, and nobody can see them. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '').trim();
}
