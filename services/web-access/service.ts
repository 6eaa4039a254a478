// web-access, wired: browsers on one side, the bus on the other.
import { followView } from '@parley/platform/bus';
import type { RunningService, ServiceContext, ServiceDefinition } from '@parley/platform/host';
import { authenticationErrors } from '../authentication/contract.ts';
import { directoryView } from '../identity/view.ts';
import { openLicenceGate } from '../licensing/gate.ts';
import { accessView, cardView, presenceView } from '../presence/view.ts';
import { Departments } from './departments.ts';
import { introduce, peopleOf, routeEvents, type Views } from './event-routes.ts';
import { declareRoutes } from './http.ts';
import { openOwnPolicies } from './own-policy.ts';
import { Sessions } from './sessions.ts';
import { serveSockets } from './socket.ts';

export const webAccessService: ServiceDefinition = {
  name: 'web-access',
  after: ['identity', 'authentication', 'presence', 'policy', 'im', 'licensing'],
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock, log } = context;
    const views: Views = {
      directory: followView(context, directoryView),
      presence: followView(context, presenceView),
      access: followView(context, accessView),
      cards: followView(context, cardView),
    };
    const policies = openOwnPolicies(context, views.directory);
    await Promise.all([policies.ready, ...Object.values(views).map((view) => view.ready)]);
    const people = () => peopleOf(views, context.config.domain);

    const gate = openLicenceGate(context);
    const departments = new Departments(views.directory);
    const sessions = new Sessions();
    policies.follow(sessions);
    const gauge = context.metrics.gauge(
      'parley_browser_sessions',
      'Browser windows connected, or gone for less than 5 minutes.',
    );
    const web = context.web();
    const { domain, hostName, listen } = context.config;
    const sip = { host: hostName, port: listen.sip.port, tlsPort: listen.sips.port };
    declareRoutes(web.routes, { bus, clock, domain, sip });
    const sockets = serveSockets(web, {
      bus,
      clock,
      log,
      sessions,
      gate,
      departments,
      policies,
      keepsNothing: context.config.messages.keep === 'never',
      people,
      introduce: (session, userIds) => introduce(sessions, people, session, userIds),
      counted: () => gauge.set(sessions.size),
    });
    const routes = await routeEvents({
      bus,
      sessions,
      views,
      people,
      gate,
      review: (windows) => sockets.review(windows),
      reviewAllSoon: () => sockets.reviewAllSoon(),
      endSession: (session, code) => sockets.endSession(session, authenticationErrors.fault(code).fault),
      refreshAll: () => sockets.refreshAll(),
    });

    return {
      health: () => ({ ok: true, sentence: `${sessions.size} browser windows.` }),
      async [Symbol.asyncDispose]() {
        await routes[Symbol.asyncDispose]();
        sockets.leave();
        await gate[Symbol.asyncDispose]();
        departments[Symbol.dispose]();
        await policies[Symbol.asyncDispose]();
        await Promise.all(Object.values(views).map((view) => view[Symbol.asyncDispose]()));
      },
    };
  },
};
