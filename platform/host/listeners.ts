// The web and SIP listeners of one process. They are made for services that ask and take nothing in before `listen`:
// every route is there by then. Used by host.ts only.
import type { SipServer } from '../net/sip-server.ts';
import { type OpenedWebServer, openWebServer, type WebAddress, type WebServer } from '../web/index.ts';
import type { Config, ListenerConfig } from './config.ts';
import { HostError } from './host-error.ts';
import type { Basis } from './ports.ts';

export interface Listening {
  readonly web: readonly WebAddress[];
  readonly sip: SipServer['listening'];
}

export interface Listeners extends AsyncDisposable {
  web(service: string): WebServer;
  sip(service: string): SipServer;
  listen(): Promise<void>;
  readonly listening: Listening;
}

export async function openListeners(basis: Basis): Promise<Listeners> {
  const { config } = basis;
  const web = await openWeb(basis);
  const asked = { web: false, sip: false };

  return {
    web(service) {
      if (web === undefined) throw unavailable(service, 'a web listener', 'listen.http or listen.https');
      asked.web = true;
      return web;
    },
    sip(service) {
      throw unavailable(service, 'a SIP listener', 'listen.sip or listen.sips');
    },
    async listen() {
      if (asked.web) await web?.listen();
    },
    get listening() {
      return { web: web?.addresses ?? [], sip: [] };
    },
    async [Symbol.asyncDispose]() {
      await web?.[Symbol.asyncDispose]();
    },
  };
}

async function openWeb({
  config,
  log,
  metrics,
  clock,
  version,
}: Basis): Promise<OpenedWebServer | undefined> {
  const http = endpoint(config.listen.http);
  if (http === undefined) return undefined;
  return await openWebServer({
    http,
    publicHosts: [config.hostName, config.domain],
    log: log.child({ port: 'web' }),
    metrics,
    clock,
    version,
  });
}

function endpoint({ address, port }: ListenerConfig): { address: string; port: number } | undefined {
  return port === null ? undefined : { address, port };
}

function unavailable(service: string, what: string, setting: string): HostError {
  return new HostError(
    'HOST_NO_LISTENER',
    `The service ${service} needs ${what}, but that is switched off.`,
    `Give ${setting} a port, or leave the role of that service to another process.`,
  );
}
