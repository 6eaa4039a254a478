// The stock softphone linphone as an actor: its console program, configured for one person, driven by typed commands and
// heard by what it prints and logs.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Destination } from '@parley/platform/net';
import { fixedPort } from './fixed-port.ts';
import { PhoneEar } from './phone-ear.ts';
import { Program, programMissing } from './program.ts';
import { writeSteadyTone } from './tone-file.ts';

/** Why tests with linphone are skipped here; false where it is installed. */
export const linphoneMissing = programMissing('linphonec', 'linphone-cli');

const DEADLINE_MS = 20_000;
const SPOKEN = 'spoken.wav';
const HEARD = 'heard.wav';

export interface LinphoneSettings {
  readonly address: string;
  readonly password: string;
  readonly server: Destination;
  /** Addresses of people whose presence it watches. */
  readonly contacts?: readonly string[];
  /** Watches all of them with one subscription (RFC 5367 §4) at this address. */
  readonly listUri?: string;
  /** Writes its messages in the common format, and asks what became of them (RFC 3862 §2, RFC 5438 §6). */
  readonly writesCpim?: boolean;
  /** Speaks this tone from a file and records what it hears, instead of silence. */
  readonly toneHz?: number;
  /** How it sends digits: in INFO requests, or as events among its sound (RFC 4733 §2.3). */
  readonly keys?: 'info' | 'events';
}

export class Linphone implements AsyncDisposable {
  readonly #program: Program;
  readonly #folder: string;
  readonly ear = new PhoneEar(
    async () => join(this.#folder, HEARD),
    () => this.#recordingRate,
  );

  private constructor(program: Program, folder: string) {
    this.#program = program;
    this.#folder = folder;
  }

  static async start(settings: LinphoneSettings): Promise<Linphone> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-linphone-'));
    // It keeps its messages there and makes no folder itself.
    await mkdir(join(folder, '.local', 'share', 'linphone'), { recursive: true });
    await writeFile(join(folder, 'linphonerc'), await configOf(settings));
    // Its log tells what its few words leave out: the states of registrations and calls.
    const program = new Program('linphonec', ['-c', 'linphonerc', '-d', '5'], { folder, endMs: 120_000 });
    const phone = new Linphone(program, folder);
    if (settings.toneHz !== undefined) {
      await writeSteadyTone(join(folder, SPOKEN), settings.toneHz, 16_000);
      phone.type('soundcard use files');
      phone.type(`play ${join(folder, SPOKEN)}`);
      phone.type(`record ${join(folder, HEARD)}`);
    }
    return phone;
  }

  /** It records in the rate of the codec that was agreed last, and says in its log which. */
  get #recordingRate(): number {
    const line = this.lines.findLast((one) => /-->MSFileRec\S* from rate/.test(one)) ?? '';
    return Number(/to rate \[(\d+)\]/.exec(line)?.[1] ?? 8_000);
  }

  async registered(): Promise<void> {
    await this.shows(/Account .* to \[LinphoneRegistrationOk\]/);
  }

  say(address: string, text: string): void {
    this.#program.type(`chat sip:${address} ${text}`);
  }

  async hears(text: string): Promise<void> {
    await this.shows(`: ${text}`);
  }

  /** Online, Away, Busy, Offline as it words them. */
  async showsPresence(address: string, state: string): Promise<void> {
    await this.shows(`<sip:${address}> is ${state}`);
  }

  call(address: string): void {
    this.#program.type(`call sip:${address}`);
  }

  async rings(): Promise<void> {
    await this.shows('Receiving new incoming call');
  }

  answer(): void {
    this.#program.type('answer');
  }

  /** The call has reached this state, as linphone's documentation names it: OutgoingRinging, StreamsRunning, End. */
  async callIs(state: string): Promise<void> {
    await this.shows(new RegExp(`to LinphoneCall${state}\\b`));
  }

  /** Any other of its commands. */
  type(command: string): void {
    this.#program.type(command);
  }

  /** Ends it as its user does: it unregisters first. */
  async quit(): Promise<void> {
    this.#program.type('quit');
    await this.#program.ended();
  }

  /** Resolves with the line that it shows or logs, now or before. */
  shows(what: string | RegExp): Promise<string> {
    return this.#program.prints(what, { deadlineMs: DEADLINE_MS });
  }

  get lines(): readonly string[] {
    return this.#program.lines.entries;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function configOf({
  address,
  password,
  server,
  contacts = [],
  listUri,
  writesCpim = false,
  keys = 'info',
}: LinphoneSettings): Promise<string> {
  const [user, domain] = address.split('@');
  const proxy = `<sip:${server.address}:${server.port};transport=${server.transport}>`;
  return [
    '[sip]',
    `sip_port=${await fixedPort()}`,
    `sip_tcp_port=${await fixedPort()}`,
    `sip_tls_port=${await fixedPort()}`,
    'default_proxy=0',
    'media_encryption=none',
    `use_info=${keys === 'info' ? 1 : 0}`,
    `use_rfc2833=${keys === 'info' ? 0 : 1}`,
    'use_ipv6=0',
    // The server's certificate is of its own small authority, which these tests do not install.
    'verify_server_certs=0',
    'verify_server_cn=0',
    ...(listUri === undefined ? [] : [`rls_uri=${listUri}`]),
    '[rtp]',
    'audio_rtp_port=-1',
    '[sound]',
    'playback_dev_id=ANULL: none',
    'capture_dev_id=ANULL: none',
    '[auth_info_0]',
    `username=${user}`,
    `passwd=${password}`,
    'realm=parley',
    `domain=${domain}`,
    '[proxy_0]',
    `reg_proxy=${proxy}`,
    `reg_route=${proxy}`,
    `reg_identity=sip:${address}`,
    'reg_expires=600',
    'reg_sendregister=1',
    'publish=0',
    `cpim_in_basic_chat_rooms_enabled=${writesCpim ? 1 : 0}`,
    ...contacts.flatMap((contact, index) => [
      `[friend_${index}]`,
      `url=sip:${contact}`,
      'pol=accept',
      'subscribe=1',
    ]),
    '',
  ].join('\n');
}
