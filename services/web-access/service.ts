// web-access, wired: browsers on one side, the bus on the other.
import { followView } from '@parley/platform/bus';
import type { RunningService, ServiceContext, ServiceDefinition } from '@parley/platform/host';
import { alertPeopleView, mayAlert } from '../alerts/view.ts';
import { directoryView } from '../identity/view.ts';
import { openLicenceGate } from '../licensing/gate.ts';
import { accessView, cardView, presenceView } from '../presence/view.ts';
import { openAlertDesk } from './alert-desk.ts';
import { firstWindows } from './alert-targets.ts';
import type { BrowserSession } from './browser-session.ts';
import { Departments } from './departments.ts';
import { introduce, peopleOf, routeEvents, type Views } from './event-routes.ts';
import { declareRoutes } from './http.ts';
import { declareImages } from './http-images.ts';
import { declareMailStop } from './http-mail-stop.ts';
import { declareVoicemail } from './http-voicemail.ts';
import { openOwnPolicies } from './own-policy.ts';
import { Sessions } from './sessions.ts';
import { serveSockets } from './socket.ts';
import { followWindows } from './windows.ts';

/** What is about no conversation is before nobody's eyes. */
const NO_CONVERSATION = '';

export const webAccessService: ServiceDefinition = {
  name: 'web-access',
  after: [
    'identity',
    'authentication',
    'presence',
    'policy',
    'im',
    'licensing',
    'alerts',
    'contacts',
    'calls',
    'voicemail',
  ],
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock, log } = context;
    const views: Views = {
      directory: followView(context, directoryView),
      presence: followView(context, presenceView),
      access: followView(context, accessView),
      cards: followView(context, cardView),
    };
    const alertPeople = followView(context, alertPeopleView);
    const policies = openOwnPolicies(context, views.directory);
    await Promise.all([policies.ready, ...[...Object.values(views), alertPeople].map((view) => view.ready)]);
    const people = () => peopleOf(views, context.config.domain);

    const gate = openLicenceGate(context);
    const departments = new Departments(views.directory);
    const sessions = new Sessions();
    const windows = await followWindows(context);
    const alerts = openAlertDesk({
      clock,
      sessions,
      windows,
      delayMs: context.config.alerts.delayS * 1000,
      mayAlert: mayBeAlerted,
    });

    function mayBeAlerted(userId: string, senderId: string): boolean {
      const [presence, access] = [views.presence.current, views.access.current];
      const { domain } = context.config;
      const held = { people: alertPeople.current, presence, access, domain };
      return mayAlert(held, userId, senderId, clock.wallNow());
    }

    function attended(
      session: BrowserSession,
      seen: { readonly active: boolean; readonly looksAt: string | null },
    ): void {
      const { sessionId: windowId, userId, signInId: browserId, isConnected } = session;
      const before = windows.of(windowId)?.activeAt ?? 0;
      const activeAt = seen.active ? clock.wallNow() : before;
      windows.put({ userId, windowId, browserId, activeAt, looksAt: seen.looksAt, isOpen: isConnected });
    }

    policies.follow(sessions);
    const gauge = context.metrics.gauge(
      'parley_browser_sessions',
      'Browser windows connected, or gone for less than 5 minutes.',
    );
    const web = context.web();
    const { domain, hostName, listen, messages } = context.config;
    const keepsNothing = messages.keep === 'never';
    const sip = { host: hostName, port: listen.sip.port, tlsPort: listen.sips.port };
    declareRoutes(web.routes, { bus, clock, domain, sip });
    declareImages(web.routes, bus);
    declareMailStop(web.routes, bus);
    declareVoicemail(web.routes, bus);
    const sockets = serveSockets(web, {
      bus,
      clock,
      log,
      sessions,
      gate,
      keepsNothing,
      editableForMs: keepsNothing ? 0 : messages.editableForHours * 3_600_000,
      departments,
      policies,
      windows,
      people,
      introduce: (session, userIds) => introduce(sessions, people, session, userIds),
      counted: () => gauge.set(sessions.size),
      attended,
      moved(session) {
        attended(session, { active: false, looksAt: null });
        if (session.isConnected) alerts.arrived(session);
      },
    });
    const routes = await routeEvents({
      bus,
      sessions,
      views,
      people,
      gate,
      alerts,
      alertFirst(userId, told) {
        const choice = firstWindows(windows.ofUser(userId), NO_CONVERSATION, clock.wallNow());
        if (choice.kind !== 'windows') return;
        for (const session of sessions.ofUser(userId))
          if (choice.windowIds.has(session.sessionId)) session.deliver(told);
      },
      mayAlert: mayBeAlerted,
      now: () => clock.wallNow(),
      review: (windows) => sockets.review(windows),
      reviewAllSoon: () => sockets.reviewAllSoon(),
      endSignIn: (userId, signInId) => sockets.endSignIn(userId, signInId),
      endPerson: (userId) => sockets.endPerson(userId),
      refreshAll: () => sockets.refreshAll(),
    });

    return {
      health: () => ({ ok: true, sentence: `${sessions.size} browser windows.` }),
      async [Symbol.asyncDispose]() {
        await routes[Symbol.asyncDispose]();
        sockets.leave();
        alerts[Symbol.dispose]();
        await windows[Symbol.asyncDispose]();
        await alertPeople[Symbol.asyncDispose]();
        await gate[Symbol.asyncDispose]();
        departments[Symbol.dispose]();
        await policies[Symbol.asyncDispose]();
        await Promise.all(Object.values(views).map((view) => view[Symbol.asyncDispose]()));
      },
    };
  },
};
