// The web and SIP listeners of one process. They are made for services that ask and take nothing in before `listen`:
// every route is there by then. Used by host.ts only.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  chooseUdpPort,
  keepCertificates,
  loadCertificates,
  NetError,
  type OpenedSipServer,
  type OpenedTurnPort,
  obtainCertificates,
  openSipServer,
  openTurnDriver,
  type SipListen,
  type SipServer,
  sipUpgrade,
  type TlsSource,
  type TurnPort,
  withPeerAuthorities,
} from '../net/index.ts';
import {
  isSecure,
  type OpenedWebServer,
  openWebServer,
  sourceOf,
  type WebAddress,
  type WebServer,
} from '../web/index.ts';
import type { ListenerConfig } from './config.ts';
import { HostError } from './host-error.ts';
import type { Basis } from './ports.ts';
import { SIP_PATH } from './web-address.ts';

export interface Listening {
  readonly web: readonly WebAddress[];
  readonly sip: SipServer['listening'];
  readonly turn: TurnPort['listening'];
}

export interface Listeners extends AsyncDisposable {
  web(service: string): WebServer;
  sip(service: string): SipServer;
  turn(): TurnPort | undefined;
  listen(): Promise<void>;
  readonly listening: Listening;
}

export async function openListeners(basis: Basis): Promise<Listeners> {
  const { http, https, sip: sipPort, sips, turn: turnPort, turns } = basis.config.listen;
  const isPlain = [https, sips, turns].every(({ port }) => port === null);
  const tls = isPlain ? undefined : await openTls(basis);
  const web = http.port === null && https.port === null ? undefined : await openWeb(basis, tls);
  const sip = sipPort.port === null && sips.port === null ? undefined : await openSip(basis, tls);
  const turn = turnPort.port === null && turns.port === null ? undefined : await openTurn(basis, tls);
  const asked = { web: false, sip: false };

  return {
    web(service) {
      if (web === undefined) throw unavailable(service, 'a web listener', 'listen.http or listen.https');
      asked.web = true;
      return web;
    },
    sip(service) {
      if (sip === undefined) throw unavailable(service, 'a SIP listener', 'listen.sip or listen.sips');
      asked.sip = true;
      return sip;
    },
    turn: () => turn,
    async listen() {
      if (asked.sip && web !== undefined && sip !== undefined) offerSip(basis, web, sip);
      if (asked.web || asked.sip) await web?.listen();
      if (asked.sip && sip !== undefined)
        for (const socket of sipSockets(basis)) await listenSip(sip, socket);
      if (turn !== undefined) await orNamed(['listen.turn.port', 'listen.turns.port'], turn.listen());
    },
    get listening() {
      return { web: web?.addresses ?? [], sip: sip?.listening ?? [], turn: turn?.listening ?? [] };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([
        web?.[Symbol.asyncDispose](),
        sip?.[Symbol.asyncDispose](),
        turn?.[Symbol.asyncDispose](),
      ]);
      tls?.[Symbol.dispose]();
    },
  };
}

/** The administrator's certificate, or one of our own authority; looked at again while the process runs. */
async function openTls({ config, clock, log, print }: Basis): Promise<TlsSource & Disposable> {
  const { cert: certFile, key: keyFile, peerCa } = config.tls;
  const folder = join(config.data, 'tls');
  const hostNames = [...new Set([config.hostName, config.domain])];
  const isGiven = certFile !== undefined && keyFile !== undefined;
  if (!isGiven && !existsSync(folder)) print('Making a certificate (once) …');
  const source = await keepCertificates({
    obtain: () =>
      withPeerAuthorities(
        isGiven
          ? loadCertificates({ certFile, keyFile, clock })
          : obtainCertificates({ folder, hostNames, clock }),
        peerCa,
      ),
    clock,
    log: log.child({ port: 'tls' }),
  });
  for (const { code, sentence, remedy } of source.warnings) log.warn({ code, remedy }, sentence);
  return source;
}

async function openWeb(
  { config, log, metrics, clock, version }: Basis,
  tls: TlsSource | undefined,
): Promise<OpenedWebServer> {
  const http = endpoint(config.listen.http);
  const https = endpoint(config.listen.https);
  return await openWebServer({
    ...(http === undefined ? {} : { http }),
    ...(https === undefined || tls === undefined ? {} : { https: { ...https, tls } }),
    publicHosts: [config.hostName, config.domain],
    limits: { sockets: { pingIntervalMs: config.limits.pingS * 1000 } },
    log: log.child({ port: 'web' }),
    metrics,
    clock,
    version,
  });
}

async function openSip({ log, metrics, clock }: Basis, tls: TlsSource | undefined): Promise<OpenedSipServer> {
  const sipLog = log.child({ port: 'sip' });
  const udp = await chooseUdpPort();
  if (udp.kind === 'dgram')
    sipLog.info({ reason: udp.reason }, 'UDP by node:dgram, which takes more CPU than the native port');
  metrics
    .gauge('parley_udp_native', 'Whether UDP goes through the native batch port (1) or node:dgram (0)')
    .set(udp.kind === 'native' ? 1 : 0);
  return await openSipServer({
    listen: [],
    ...(tls === undefined ? {} : { tls }),
    openUdpPort: udp.open,
    clock,
    log: sipLog,
    metrics,
  });
}

function offerSip({ config, clock }: Basis, web: OpenedWebServer, sip: OpenedSipServer): void {
  const take = sipUpgrade({
    clock,
    limits: sip.limits,
    maxMessageBytes: sip.limits.maxHeaderBytes + sip.limits.maxBodyBytes,
    isSecure,
    sourceOf,
    accept: (connection) => sip.accept(connection),
  });
  web.upgrade(SIP_PATH, { origins: config.sip.origins, take });
}

async function listenSip(sip: OpenedSipServer, socket: SipListen): Promise<void> {
  const setting = socket.transport === 'tls' ? 'listen.sips.port' : 'listen.sip.port';
  await orNamed([setting], sip.listen(socket));
}

/** A port that is taken is named with the settings that choose it. */
async function orNamed(settings: readonly string[], listening: Promise<unknown>): Promise<void> {
  try {
    await listening;
  } catch (error) {
    if (!(error instanceof NetError) || error.code !== 'NET_PORT_TAKEN') throw error;
    const remedy = `Stop that program, or choose another port: ${settings.join(' or ')} in parley.yaml.`;
    throw new HostError(error.code, error.sentence, remedy, error);
  }
}

async function openTurn(
  { config, log, metrics, clock }: Basis,
  tls: TlsSource | undefined,
): Promise<OpenedTurnPort> {
  const { publicAddress, portFrom, portTo } = config.turn;
  const udpAndTcp = endpoint(config.listen.turn);
  const secure = endpoint(config.listen.turns);
  const { open } = await chooseUdpPort();
  return openTurnDriver({
    ...(udpAndTcp === undefined ? {} : { udpAndTcp }),
    ...(secure === undefined || tls === undefined ? {} : { tls: { ...secure, source: tls } }),
    ...(publicAddress === undefined ? {} : { publicAddress }),
    openUdpPort: open,
    ports: { from: portFrom, to: portTo },
    clock,
    log: log.child({ port: 'turn' }),
    metrics,
  });
}

function sipSockets({ config }: Basis): SipListen[] {
  const plain = endpoint(config.listen.sip);
  const secure = endpoint(config.listen.sips);
  return [
    ...(plain === undefined ? [] : (['udp', 'tcp'] as const).map((transport) => ({ transport, ...plain }))),
    ...(secure === undefined ? [] : [{ transport: 'tls' as const, ...secure }]),
  ];
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
