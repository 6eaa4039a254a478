// What `parley doctor` finds about the network: ports, the certificate, and how phones find the domain.
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { createServer } from 'node:net';
import {
  type Config,
  type ListenerConfig,
  type ProcessIdentity,
  sipWebSocketAddress,
} from '@parley/platform/host';
import { chooseUdpPort } from '@parley/platform/net';
import { type Finding, fail, ok, warn } from './check.ts';

const DNS_TIMEOUT_MS = 2_000;

export async function checkPorts({ listen }: Config, owner: ProcessIdentity | undefined): Promise<Finding[]> {
  const wanted: [string, 'tcp' | 'udp', ListenerConfig][] = [
    ['http', 'tcp', listen.http],
    ['https', 'tcp', listen.https],
    ['sip', 'udp', listen.sip],
    ['sip', 'tcp', listen.sip],
    ['sips', 'tcp', listen.sips],
    ['turn', 'udp', listen.turn],
    ['turn', 'tcp', listen.turn],
    ['turns', 'tcp', listen.turns],
    ['admin', 'tcp', listen.admin],
  ];
  return await Promise.all(
    wanted.map(async ([setting, protocol, { address, port }]) => {
      const name = `port ${setting}/${protocol}`;
      if (port === null) return ok(name, 'Off.');
      const code = await (protocol === 'tcp' ? tryTcp(address, port) : tryUdp(address, port));
      return portFinding(name, setting, port, code, owner);
    }),
  );
}

function portFinding(
  name: string,
  setting: string,
  port: number,
  code: string | undefined,
  owner: ProcessIdentity | undefined,
): Finding {
  if (code === undefined) {
    if (owner === undefined || port === 0) return ok(name, `${port} is free.`);
    const remedy = `Restart Parley if listen.${setting} was changed; a role that does not need it leaves it free.`;
    return warn(name, `${port} is free although Parley runs (process ${owner.pid}).`, remedy);
  }
  if (code === 'EADDRINUSE' && owner !== undefined) {
    return ok(name, `${port} is in use, and Parley runs (process ${owner.pid}).`);
  }
  if (code === 'EADDRINUSE') {
    const remedy = `Stop that program, or set listen.${setting}.port to another port.`;
    return fail(name, `${port} is used by another program.`, remedy);
  }
  if (code === 'EACCES') {
    return fail(name, `${port} may not be opened by this user.`, `Set listen.${setting}.port above 1023.`);
  }
  const remedy = `Set listen.${setting}.address to an address of this machine.`;
  return fail(name, `${port} cannot be opened (${code}).`, remedy);
}

function tryTcp(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

function tryUdp(address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', reuseAddr: false });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close();
      resolve(error.code ?? error.message);
    });
    socket.bind({ port, address, exclusive: true }, () => socket.close(() => resolve(undefined)));
  });
}

/** RFC 3263 §4.2: how phones find the server of a domain by themselves. Informational: they may be told instead. */
export async function checkDns({ domain, hostName }: Config): Promise<Finding> {
  const name = 'dns';
  if (domain === 'localhost' || domain.endsWith('.localhost')) {
    return ok(name, `${domain} is a name of this machine only; phones are told the address.`);
  }
  const resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: 1 });
  const services = ['_sip._udp', '_sip._tcp', '_sips._tcp'];
  const found = await Promise.all(
    services.map(async (service) => {
      const records = await resolver.resolveSrv(`${service}.${domain}`).catch(() => []);
      return records.map((record) => `${service} → ${record.name}:${record.port}`);
    }),
  );
  const records = found.flat();
  if (records.length > 0) return ok(name, `${records.join(', ')}.`);
  const remedy = `To let phones find it: _sips._tcp.${domain}. SRV 0 0 5061 ${hostName}. (or tell each phone the address)`;
  return warn(name, `${domain} has no SRV records for SIP.`, remedy);
}

/** What a phone in a web page is told (RFC 7118 §4), and which pages may be one. */
export function checkWebPhones(config: Config): Finding {
  const name = 'web phones';
  const address = sipWebSocketAddress(config);
  if (address === undefined) return ok(name, 'Off: SIP over WebSocket needs listen.https or listen.http.');
  const { origins } = config.sip;
  const pages = origins.includes('*')
    ? 'pages of all sites'
    : `pages of ${[config.hostName, ...origins].join(', ')}`;
  return ok(name, `SIP over WebSocket at ${address}, for ${pages} (sip.origins).`);
}

/** Which UDP port a server started here would use (native/udp-batch.c, or node:dgram). */
export async function checkUdp(): Promise<Finding> {
  const name = 'udp';
  const { kind, reason } = await chooseUdpPort();
  if (kind === 'native') return ok(name, 'Datagrams go through the native port.');
  return warn(
    name,
    `Datagrams go through node:dgram, at about three times the CPU: ${reason}.`,
    'It works all the same. For the native port, mend that and start Parley again.',
  );
}
