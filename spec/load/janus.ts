// The peer of mixers: Janus with its AudioBridge, where it is installed. Participants come with plain RTP, so that only mixing counts.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { fixedPort } from '../cast/fixed-port.ts';

const FOLDERS = ['/usr/lib/x86_64-linux-gnu/janus', '/usr/lib/aarch64-linux-gnu/janus'];
const PLUGIN = 'janus.plugin.audiobridge';
const START_TRIES = 100;
const EVENT_MS = 10_000;

export function janusVersion(): string | undefined {
  // It says its version and then that it knows no such option.
  const { stdout } = spawnSync('janus', ['--version'], { encoding: 'utf8' });
  return /\((\d+\.\d+\.\d+)\)/.exec(stdout ?? '')?.[1];
}

interface Answer {
  readonly janus: string;
  readonly data?: { readonly id: number };
  readonly plugindata?: { readonly data: Readonly<Record<string, unknown>> };
}

export class Janus implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #address: string;
  #session = 0;

  private constructor(child: ChildProcess, folder: string, address: string) {
    this.#child = child;
    this.#folder = folder;
    this.#address = address;
  }

  static async start(): Promise<Janus> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-janus-'));
    const port = await fixedPort();
    const from = FOLDERS.find(existsSync) ?? '';
    await writeSettings(folder, from, port);
    const args = [`--config=${join(folder, 'janus.jcfg')}`, `--configs-folder=${folder}`];
    const child = spawn('janus', args, { stdio: 'ignore' });
    const janus = new Janus(child, folder, `http://127.0.0.1:${port}/janus`);
    for (let tries = 0; janus.#session === 0; tries++) {
      const made = await janus.#post('', { janus: 'create' }).catch(() => undefined);
      if (made?.data !== undefined) janus.#session = made.data.id;
      else if (tries === START_TRIES) throw new Error('Janus did not start');
      else await pass(100);
    }
    return janus;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  async #post(path: string, body: object): Promise<Answer> {
    const request = { method: 'POST', body: JSON.stringify({ transaction: crypto.randomUUID(), ...body }) };
    const response = await fetch(this.#address + path, request);
    return (await response.json()) as Answer;
  }

  async #attach(): Promise<string> {
    const made = await this.#post(`/${this.#session}`, { janus: 'attach', plugin: PLUGIN });
    return `/${this.#session}/${made.data!.id}`;
  }

  /** A room. @returns where each participant's packets go. All hear the mix at `port`. */
  async room(
    people: number,
    codec: 'pcmu' | 'opus',
    rate: number,
    port: number,
  ): Promise<[number, number][]> {
    const room = { request: 'create', room: 1_000, sampling_rate: rate, allow_rtp_participants: true };
    await this.#post(await this.#attach(), { janus: 'message', body: room });
    const ports: [number, number][] = [];
    for (let person = 1; person <= people; person++) {
      const rtp = { ip: '127.0.0.1', port, payload_type: codec === 'opus' ? 111 : 0 };
      const body = { request: 'join', room: 1_000, id: person, codec, rtp };
      await this.#post(await this.#attach(), { janus: 'message', body });
      ports.push([await this.#joined(), 0]);
    }
    return ports;
  }

  /** The next participant's port, out of the events of the session. */
  async #joined(): Promise<number> {
    const deadline = AbortSignal.timeout(EVENT_MS);
    for (;;) {
      const response = await fetch(`${this.#address}/${this.#session}?maxev=1`, { signal: deadline });
      const event = (await response.json()) as Answer;
      const rtp = event.plugindata?.data['rtp'] as { readonly port: number } | undefined;
      if (rtp !== undefined) return rtp.port;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function writeSettings(folder: string, from: string, port: number): Promise<void> {
  await mkdir(join(folder, 'none'));
  const files = {
    'janus.jcfg': `
general: { configs_folder = "${folder}" plugins_folder = "${from}/plugins" transports_folder = "${from}/transports" events_folder = "${folder}/none" loggers_folder = "${folder}/none" debug_level = 2 interface = "127.0.0.1" session_timeout = 600 }
plugins: { disable = "libjanus_lua.so,libjanus_duktape.so,libjanus_sip.so,libjanus_nosip.so,libjanus_recordplay.so,libjanus_voicemail.so,libjanus_videocall.so,libjanus_textroom.so,libjanus_videoroom.so,libjanus_streaming.so,libjanus_echotest.so" }
transports: { disable = "libjanus_rabbitmq.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,libjanus_websockets.so" }
`,
    'janus.transport.http.jcfg': `
general: { json = "plain" base_path = "/janus" http = true port = ${port} ip = "127.0.0.1" https = false }
admin: { admin_http = false }
`,
    'janus.plugin.audiobridge.jcfg': `
general: { rtp_port_range = "50000-59999" local_ip = "127.0.0.1" }
`,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}
