// Every setting of Parley, described once: the type, the defaults, the published JSON Schema, the environment
// variables and the checks all come from here. Loaded by config-load.ts.
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type TSchema, Type } from 'typebox';
import { LOG_LEVELS, type LogLevel } from '../observe/log-level.ts';
import { type MailConfig, MailSchema } from './config-mail.ts';
import { defaultMedia, type MediaConfig, MediaSchema } from './config-media.ts';
import { DEFAULT_MONITORING, type MonitoringConfig, MonitoringSchema } from './config-monitoring.ts';
import { type PeerConfig, PeerSchema } from './config-peers.ts';
import { DEFAULT_TURN, type TurnConfig, TurnSchema } from './config-turn.ts';

/** `null` switches a listener off; 0 takes any free port. */
const Port = Type.Union([Type.Integer({ minimum: 0, maximum: 65535 }), Type.Null()]);

function listener(description: string) {
  return Type.Object(
    {
      address: Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'IP address to listen on; 0.0.0.0 or :: for all.',
      }),
      port: Type.Union(Port.anyOf, { description: 'Port, or off.' }),
    },
    { description: `${description} Write \`off\` to switch it off.`, 'x-off': true },
  );
}

const NAME_SERVER = '^(\\d{1,3}(\\.\\d{1,3}){3}(:\\d{1,5})?|[0-9A-Fa-f:]+|\\[[0-9A-Fa-f:]+\\](:\\d{1,5})?)$';

/** What is kept of SIP messages to be looked at. */
const SIP_TRACES = ['off', 'headers', 'full'] as const;

const KEEPING = ['always', 'never'] as const;

const HOST_NAME = '^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,62})(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,62}))*$';

export const ConfigSchema = Type.Object(
  {
    domain: Type.String({
      pattern: HOST_NAME,
      description: 'The part after the @ of every address, for example example.com.',
      'x-expected': 'a domain such as example.com',
    }),
    hostName: Type.String({
      pattern: HOST_NAME,
      description: 'The name under which browsers and phones reach this server.',
      'x-expected': 'a host name such as uc.example.com',
    }),
    roles: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
      minItems: 1,
      description: 'What this process does; standard-edition does everything.',
    }),
    store: Type.Optional(
      Type.String({
        pattern: '^postgres(ql)?://',
        description: 'A PostgreSQL of yours. Without it Parley starts its own.',
        'x-expected': 'an address such as postgres://parley@db.example.com/parley',
      }),
    ),
    bus: Type.Optional(
      Type.String({
        pattern: '^(nats|tls)://[^,]+(,(nats|tls)://[^,]+)*$',
        description: 'NATS servers, separated by commas. Without it the services talk inside this process.',
        'x-expected': 'addresses such as nats://bus1.example.com,nats://bus2.example.com',
      }),
    ),
    listen: Type.Object(
      {
        http: listener('Pages and API without TLS, meant for this machine or a proxy before Parley.'),
        https: listener('Pages and API for everyone.'),
        sip: listener('SIP over UDP and TCP.'),
        sips: listener('SIP over TLS.'),
        turn: listener('TURN and STUN over UDP and TCP: the relay for browsers that reach nobody directly.'),
        turns: listener('TURN over TLS.'),
        admin: listener('Health and metrics; not for the public.'),
      },
      { description: 'Addresses and ports.' },
    ),
    data: Type.String({
      minLength: 1,
      description: 'Directory of everything that Parley keeps.',
      'x-path': true,
    }),
    log: Type.Object(
      { level: Type.Union(LOG_LEVELS.map((level) => Type.Literal(level))) },
      { description: 'What is written to the log (standard error).' },
    ),
    tls: Type.Object(
      {
        cert: Type.Optional(
          Type.String({
            minLength: 1,
            description: 'Certificate chain, PEM. Without it Parley makes its own.',
            'x-path': true,
          }),
        ),
        key: Type.Optional(
          Type.String({ minLength: 1, description: 'Private key of the certificate, PEM.', 'x-path': true }),
        ),
        peerCa: Type.Optional(
          Type.String({
            minLength: 1,
            description:
              'Authorities that sign the certificates of SIP peers, PEM. With it sips asks who connects for a certificate.',
            'x-path': true,
          }),
        ),
      },
      { description: 'Certificate of https, sips and turns.' },
    ),
    sip: Type.Object(
      {
        peers: Type.Array(PeerSchema, {
          maxItems: 1000,
          description:
            'Other SIP servers: who they are, which domains go to them, and whether they are trusted.',
          'x-expected': 'a list of peers, each a section with name, addresses and domains',
        }),
        nameServers: Type.Array(Type.String({ pattern: NAME_SERVER, maxLength: 64 }), {
          maxItems: 8,
          description:
            'DNS servers that are asked where other SIP servers are. Without any, those of the system.',
          'x-expected': 'a list of addresses, for example [192.0.2.53, "[2001:db8::53]:5353"]',
        }),
        origins: Type.Array(
          Type.String({ pattern: '^(\\*|https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?)$', maxLength: 300 }),
          {
            description:
              'Other sites whose pages may be SIP phones over WebSocket, for example https://phone.example.com; * for all.',
            'x-expected': 'a list of sites, for example [https://phone.example.com]',
          },
        ),
        trace: Type.Union(
          SIP_TRACES.map((trace) => Type.Literal(trace)),
          {
            description:
              'What is kept of recent SIP messages to be looked at: off, headers, or full (with bodies such as SDP).',
          },
        ),
        traceTexts: Type.Union(
          (['hidden', 'shown'] as const).map((texts) => Type.Literal(texts)),
          {
            description:
              'Whether administrators who look at SIP messages may read what people write to one another. Hidden, it is not kept.',
          },
        ),
      },
      { description: 'Who may speak SIP with this server, and how.' },
    ),
    messages: Type.Object(
      {
        keep: Type.Union(
          KEEPING.map((keep) => Type.Literal(keep)),
          {
            description:
              'Whether messages are stored. With never, a message goes to whoever is there now and nothing of it is kept.',
          },
        ),
        editableForHours: Type.Integer({
          minimum: 0,
          maximum: 876_000,
          description: 'For how long people may edit or delete what they wrote; 0 for never.',
        }),
      },
      { description: 'Instant messages.' },
    ),
    alerts: Type.Object(
      {
        delayS: Type.Integer({
          minimum: 0,
          maximum: 600,
          description:
            'Seconds for which a message is announced only where its reader was active last, before all other windows and phones follow.',
        }),
        contact: Type.Optional(
          Type.String({
            pattern: '^(mailto:[^\\s@]+@[^\\s@]+|https://\\S+)$',
            maxLength: 300,
            description:
              'Whom the operator of a push service may write to. Without it, postmaster of the domain.',
            'x-expected': 'an address such as mailto:uc@example.com or https://example.com/contact',
          }),
        ),
        pushServices: Type.Array(
          Type.String({ pattern: '^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$', maxLength: 300 }),
          {
            maxItems: 100,
            description:
              'Push services inside your network, for example https://push.example.com. Those on the Internet need not be named.',
            'x-expected': 'a list of sites, for example [https://push.example.com]',
          },
        ),
      },
      { description: 'How people are told of messages.' },
    ),
    mail: MailSchema,
    media: MediaSchema,
    turn: TurnSchema,
    monitoring: MonitoringSchema,
    calendar: Type.Object(
      {
        allowPrivate: Type.Boolean({
          description:
            'Whether the calendar feeds that people name may be in the internal network. Allow it where your calendar server is there.',
        }),
      },
      { description: 'Calendars that people let Parley read, so that meetings show in their presence.' },
    ),
    calls: Type.Object(
      {
        perMinute: Type.Integer({
          minimum: 1,
          maximum: 100_000,
          description:
            'Calls that one person, and one phone, may begin within a minute: who has stolen a password gets no further.',
        }),
        voicemailNumber: Type.String({
          pattern: '^[0-9*#]{2,10}$',
          description: 'What people call from their own phones to hear their voice messages.',
        }),
      },
      { description: 'Voice and video calls.' },
    ),
    limits: Type.Object(
      {
        drainS: Type.Integer({
          minimum: 0,
          maximum: 3600,
          description: 'Seconds that a stopping process may take to finish its work.',
        }),
        pingS: Type.Integer({
          minimum: 5,
          maximum: 300,
          description:
            'Every so many seconds each browser window is asked whether it is still there; one that never answers is let go when it would be asked again. Choose fewer than the seconds after which a proxy before Parley cuts a silent connection.',
        }),
        traceMegabytes: Type.Integer({
          minimum: 1,
          maximum: 1024,
          description: 'Memory for recent SIP messages in each process.',
        }),
        traceMessages: Type.Integer({
          minimum: 100,
          maximum: 1_000_000,
          description: 'How many SIP messages each process keeps to be looked at.',
        }),
        traceMinutes: Type.Integer({
          minimum: 1,
          maximum: 1440,
          description: 'How long SIP messages are kept to be looked at.',
        }),
      },
      { description: 'Bounds.' },
    ),
  },
  { title: 'Parley configuration' },
);

type ListenerName = 'http' | 'https' | 'sip' | 'sips' | 'turn' | 'turns' | 'admin';
export interface ListenerConfig {
  readonly address: string;
  readonly port: number | null;
}
export interface Config {
  readonly domain: string;
  readonly hostName: string;
  readonly roles: readonly string[];
  readonly store?: string;
  readonly bus?: string;
  readonly listen: Readonly<Record<ListenerName, ListenerConfig>>;
  readonly data: string;
  readonly log: { readonly level: LogLevel };
  readonly tls: { readonly cert?: string; readonly key?: string; readonly peerCa?: string };
  readonly sip: {
    readonly peers: readonly PeerConfig[];
    readonly nameServers: readonly string[];
    readonly origins: readonly string[];
    readonly trace: (typeof SIP_TRACES)[number];
    readonly traceTexts: 'hidden' | 'shown';
  };
  readonly messages: { readonly keep: (typeof KEEPING)[number]; readonly editableForHours: number };
  readonly alerts: {
    readonly delayS: number;
    readonly contact?: string;
    readonly pushServices: readonly string[];
  };
  readonly mail: MailConfig;
  readonly media: MediaConfig;
  readonly turn: TurnConfig;
  readonly monitoring: MonitoringConfig;
  readonly calendar: { readonly allowPrivate: boolean };
  readonly calls: { readonly perMinute: number; readonly voicemailNumber: string };
  readonly limits: {
    readonly drainS: number;
    readonly pingS: number;
    readonly traceMegabytes: number;
    readonly traceMessages: number;
    readonly traceMinutes: number;
  };
}

/** The machine as far as defaults depend on it. */
export interface Machine {
  readonly hostName: string;
  readonly homeDirectory: string;
  readonly isRoot: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function defaultConfig(machine: Machine): Config {
  return {
    domain: 'parley.localhost',
    hostName: new RegExp(HOST_NAME).test(machine.hostName) ? machine.hostName : 'localhost',
    roles: ['standard-edition'],
    listen: {
      http: { address: '127.0.0.1', port: 8080 },
      https: { address: '0.0.0.0', port: 8443 },
      sip: { address: '0.0.0.0', port: 5060 },
      sips: { address: '0.0.0.0', port: 5061 },
      turn: { address: '0.0.0.0', port: 3478 },
      turns: { address: '0.0.0.0', port: 5349 },
      admin: { address: '127.0.0.1', port: 8081 },
    },
    data: defaultDataDirectory(machine),
    log: { level: 'info' },
    tls: {},
    sip: { peers: [], nameServers: [], origins: [], trace: 'full', traceTexts: 'hidden' },
    messages: { keep: 'always', editableForHours: 24 },
    alerts: { delayS: 12, pushServices: [] },
    mail: { smtp: { port: 587, security: 'starttls' } },
    media: defaultMedia,
    turn: DEFAULT_TURN,
    monitoring: DEFAULT_MONITORING,
    calendar: { allowPrivate: false },
    calls: { perMinute: 30, voicemailNumber: '*97' },
    limits: { drainS: 10, pingS: 30, traceMegabytes: 32, traceMessages: 20_000, traceMinutes: 60 },
  };
}

/** PostgreSQL refuses to run as root and its own user cannot enter root's home: see decision 2 of the design. */
export function defaultDataDirectory(machine: Machine): string {
  if (machine.isRoot) return '/var/lib/parley';
  const share = machine.environment['XDG_DATA_HOME'] || join(machine.homeDirectory, '.local', 'share');
  return join(share, 'parley');
}

export function thisMachine(environment: Machine['environment'], homeDirectory: string): Machine {
  return { hostName: hostname(), homeDirectory, isRoot: process.getuid?.() === 0, environment };
}

/** JSON Schema of parley.yaml: every key is optional there, and a listener may be `off`. */
export function configJsonSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://parley.localhost/parley.schema.json',
    ...publish(ConfigSchema, defaultConfig(PUBLISHED_MACHINE)),
  };
}

/** Nothing stands in for what an entry of a list leaves out. */
function requiredOf(schema: TSchema): { readonly required?: unknown } {
  const { required } = schema as { required?: unknown };
  return required === undefined ? {} : { required };
}

/** Defaults that differ from machine to machine are left out of the published schema. */
const PUBLISHED_MACHINE: Machine = { hostName: '', homeDirectory: '', isRoot: true, environment: {} };
const MACHINE_DEPENDENT = new Set(['hostName', 'data']);

function publish(schema: TSchema, defaults: unknown, name = ''): Record<string, unknown> {
  const plain = JSON.parse(JSON.stringify(schema)) as Record<string, unknown>;
  const described = Object.fromEntries(Object.entries(plain).filter(([key]) => !key.startsWith('x-')));
  const properties = plain['properties'] as Record<string, TSchema> | undefined;
  const items = plain['items'] as TSchema | undefined;
  if (items !== undefined) described['items'] = { ...publish(items, undefined), ...requiredOf(items) };
  if (properties === undefined) {
    const known = defaults === undefined || MACHINE_DEPENDENT.has(name) ? {} : { default: defaults };
    const canBeOff = name === 'port' && Array.isArray(plain['anyOf']);
    if (!canBeOff) return { ...described, ...known };
    return { ...described, anyOf: [...(plain['anyOf'] as object[]), { const: 'off' }], ...known };
  }
  const { required: _required, ...rest } = described;
  const published = {
    ...rest,
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(properties).map(([key, child]) => [
        key,
        publish(child, (defaults as Record<string, unknown> | undefined)?.[key], key),
      ]),
    ),
  };
  if (plain['x-off'] !== true) return published;
  return { description: plain['description'], anyOf: [published, { enum: ['off', false, null] }] };
}
