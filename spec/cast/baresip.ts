// The stock softphone baresip as an actor: started with a configuration of its own, driven through its control socket
// (netstrings of JSON), heard by what it prints.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Destination } from '@parley/platform/net';
import { PhoneEar } from './phone-ear.ts';
import { writeSteadyTone } from './tone-file.ts';
import { Notebook } from './waiting.ts';

/** Why plays with baresip are skipped here; false where it is installed. */
export const baresipMissing = whyNoBaresip();

function whyNoBaresip(): string | false {
  if (spawnSync('baresip', ['-h']).error !== undefined) {
    return 'baresip is not installed (Debian: apt-get install baresip-core)';
  }
  const isElsewhere = Object.values(networkInterfaces())
    .flat()
    .some((address) => address?.internal === false);
  return isElsewhere ? false : 'baresip sends nothing on a machine whose only interface is loopback';
}

const MODULES = [
  'account',
  'stdio',
  'contact',
  'menu',
  'presence',
  'ctrl_tcp',
  'aufile',
  'aubridge',
  'sndfile',
];
const SPOKEN = 'spoken.wav';
/** A device of which one end plays what the other end hears. */
const BRIDGE = 'aubridge';
/** Its modules, and at how many samples a second each codec takes sound. */
const CODECS = { PCMU: ['g711', 8_000], PCMA: ['g711', 8_000], G722: ['g722', 16_000] } as const;
const PICTURE = ['vp8', 'fakevideo'];
const MODULE_PATH = '/usr/lib/baresip/modules';

export interface BaresipSettings {
  readonly address: string;
  readonly password: string;
  readonly server: Destination;
  /** Addresses of people whose presence it watches; messages go to the first. */
  readonly contacts: readonly string[];
  /** The only one that it has. Default: G.711 of both kinds. */
  readonly codec?: keyof typeof CODECS;
  /** Of the tone that it speaks. */
  readonly toneHz?: number;
  /** A test picture in VP8, which stands still, and eyes for others. Default: sound alone. */
  readonly hasPicture?: boolean;
  /** Asks how many voice messages wait. */
  readonly hasLight?: boolean;
}

/** What happens to its calls, as its control socket tells it. */
export interface CallEvent {
  readonly type: string;
  readonly peeruri?: string;
  readonly param?: string;
  readonly id?: string;
}

interface Response extends Partial<CallEvent> {
  readonly event?: boolean;
  readonly response?: boolean;
  readonly ok?: boolean;
  readonly data?: string;
  readonly token?: string;
}

export class Baresip implements AsyncDisposable {
  /** Lines that it printed, its trace of SIP messages among them. */
  readonly lines: Notebook<string>;
  readonly calls = new Notebook<CallEvent>();
  readonly ear = new PhoneEar(async () => {
    const files = await this.#recorded(this.#isEcho ? 'enc.wav' : 'dec.wav');
    return files.sort((a, b) => b.writtenMs - a.writtenMs)[0]?.path;
  });
  #isEcho = false;
  readonly #responses = new Notebook<Response>();
  readonly #child: ChildProcess;
  readonly #control: Socket;
  readonly #folder: string;
  #received = Buffer.alloc(0);
  #token = 0;

  private constructor(child: ChildProcess, control: Socket, folder: string, lines: Notebook<string>) {
    this.lines = lines;
    this.#child = child;
    this.#control = control;
    this.#folder = folder;
    control.on('data', (bytes: Buffer) => this.#read(bytes));
    control.on('error', () => {});
  }

  static async start(settings: BaresipSettings): Promise<Baresip> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-baresip-'));
    const port = await freePort();
    const { codec = 'PCMU', toneHz = 440, hasPicture = false } = settings;
    const [module, rate] = CODECS[codec];
    await writeSteadyTone(join(folder, SPOKEN), toneHz, rate);
    const { hasLight = false } = settings;
    const codecs = hasPicture ? [module, ...PICTURE] : [module];
    await writeFile(join(folder, 'config'), configOf(port, folder, codecs, hasLight));
    await writeFile(join(folder, 'accounts'), `${accountOf(settings)}\n`);
    const contacts = settings.contacts.map((address) => `"${address}" <sip:${address}>;presence=p2p\n`);
    await writeFile(join(folder, 'contacts'), contacts.join(''));
    await writeFile(join(folder, 'current_contact'), `sip:${settings.contacts[0] ?? ''}`);
    const child = spawn('baresip', ['-f', folder, '-v', '-s'], { stdio: ['pipe', 'pipe', 'pipe'] });
    const lines = new Notebook<string>();
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => lines.add(line));
    }
    await lines.until('baresip to listen', (all) =>
      all.some((line) => line.includes('ctrl_tcp: TCP socket listening')),
    );
    const control = connect(port, '127.0.0.1');
    await once(control, 'connect');
    return new Baresip(child, control, folder, lines);
  }

  /** Runs one of baresip's long commands, for example `message` with a text. */
  async command(command: string, params = ''): Promise<string> {
    const token = String(++this.#token);
    const json = JSON.stringify({ command, params, token });
    this.#control.write(`${Buffer.byteLength(json)}:${json},`);
    const answer = await this.#responses.until(`baresip to do ${command}`, (all) =>
      all.find((one) => one.token === token),
    );
    return answer.data ?? '';
  }

  registered(): Promise<string> {
    return this.lines.until(
      'baresip to be registered',
      (lines) => lines.find((line) => /200 OK.*\[\d+ binding/.test(line)),
      20_000,
    );
  }

  /** Says it to the first contact. */
  async say(text: string): Promise<void> {
    await this.command('message', text);
  }

  hears(text: string): Promise<string> {
    return this.lines.until(
      `baresip to show “${text}”`,
      (lines) => lines.find((line) => line.endsWith(`"${text}"`)),
      20_000,
    );
  }

  /** Its contact list shows that person so: Online, Away, Busy, Offline. Looks again whenever it says something new. */
  async showsPresence(address: string, state: string): Promise<void> {
    for (;;) {
      const seen = this.lines.entries.length;
      const list = await this.command('contacts');
      const line = list.split('\n').find((one) => one.includes(address)) ?? '';
      if (line.includes(state)) return;
      await this.lines.until(`${address} to be ${state}, and not ${line}`, (lines) =>
        lines.slice(seen).some((one) => !one.includes("cmd='contacts'")),
      );
    }
  }

  /** Presses keys as its user does; digits go to the other side during a call. */
  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  async dial(address: string): Promise<void> {
    await this.command('dial', `sip:${address}`);
  }

  /** Waits for something to happen to a call: CALL_INCOMING, CALL_RINGING, CALL_ESTABLISHED, CALL_CLOSED. */
  callIs(type: string, from = 0): Promise<CallEvent> {
    return this.calls.until(
      `baresip to tell of ${type}`,
      (all) => all.slice(from).find((one) => one.type === type),
      20_000,
    );
  }

  /** Waits until sound of the other side comes in. */
  hearsSound(): Promise<string> {
    return this.shows("incoming rtp for 'audio' established");
  }

  /** Waits for a line that it prints, its trace of SIP messages among them, after the first `from` lines. */
  shows(what: string | RegExp, from = 0): Promise<string> {
    const found = (line: string) => (typeof what === 'string' ? line.includes(what) : what.test(line));
    return this.lines.until(`baresip to print ${what}`, (all) => all.slice(from).find(found), 20_000);
  }

  /** How many bytes of sound it has recorded of the other side. */
  async heardBytes(): Promise<number> {
    return (await this.#recorded('dec.wav')).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * From now on it says back what it hears, until a call is renegotiated. Its ear is what it says then: baresip 1.0 records no
   * more of what it hears once a call was renegotiated, and forgets which of its devices were joined.
   */
  async echoes(): Promise<void> {
    const file = join(this.#folder, SPOKEN);
    await this.command('ausrc', `aufile,${file}`);
    await this.command('auplay', `${BRIDGE},${file}`);
    await this.command('ausrc', `${BRIDGE},${file}`);
    this.#isEcho = true;
  }

  /** @param ending of what it hears, or of what it says. */
  async #recorded(ending: 'dec.wav' | 'enc.wav') {
    const names = await readdir(this.#folder);
    return await Promise.all(
      names
        .filter((name) => name.endsWith(ending))
        .map(async (name) => {
          const path = join(this.#folder, name);
          const { size, mtimeMs } = await stat(path);
          return { path, bytes: size, writtenMs: mtimeMs };
        }),
    );
  }

  /** Waits until it has decoded pictures of the other side in the last second. */
  async seesPictures(): Promise<void> {
    await this.shows(/efps=[\d.]+\/[1-9]/, this.lines.entries.length);
  }

  /** Ends it as its user does: it unregisters first. */
  async quit(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill(signal);
    await gone;
  }

  #read(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const colon = this.#received.indexOf(':');
      const length = Number(this.#received.subarray(0, Math.max(colon, 0)).toString());
      if (colon < 0 || this.#received.length < colon + 1 + length + 1) return;
      const told = JSON.parse(this.#received.subarray(colon + 1, colon + 1 + length).toString()) as Response;
      if (told.event === true) this.calls.add({ type: '', ...told });
      else this.#responses.add(told);
      this.#received = this.#received.subarray(colon + 1 + length + 1);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#control.destroy();
    // It would wait for whoever it still talks with.
    await this.#end('SIGKILL');
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function accountOf({ address, password, server, codec }: BaresipSettings): string {
  const user = address.split('@')[0];
  const outbound = `sip:${server.address}:${server.port};transport=${server.transport}`;
  return `<sip:${address};transport=${server.transport}>;auth_user=${user};auth_pass=${password};outbound="${outbound}";regint=600${codec === undefined ? '' : `;audio_codecs=${codec}`}`;
}

function configOf(controlPort: number, folder: string, codecs: readonly string[], hasLight: boolean): string {
  return [
    'poll_method epoll',
    'sip_listen 127.0.0.1:0',
    // The server's certificate is of its own small authority, which these plays do not install.
    'sip_verify_server no',
    // It speaks from a file and records what it hears; there is no sound card in between.
    `audio_source aufile,${join(folder, SPOKEN)}`,
    `audio_player ${BRIDGE},${join(folder, SPOKEN)}`,
    'audio_alert aubridge,alert',
    `snd_path ${folder}`,
    `module_path ${MODULE_PATH}`,
    ...codecs.map((name) => `module ${name}.so`),
    'video_source fakevideo,nil',
    'video_display fakevideo,nil',
    'video_size 320x240',
    'video_fps 10.00',
    ...MODULES.map((name) => (name === 'account' ? `module_tmp ${name}.so` : `module ${name}.so`)),
    ...(hasLight ? ['module_app mwi.so'] : []),
    `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
    '',
  ].join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
