// Kamailio as an actor: registrar and proxy of a domain of its own, with a link to Parley in both directions.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedPort } from './fixed-port.ts';
import { Program, programMissing } from './program.ts';
import type { Hop } from './sip-wire.ts';

const MODULES = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/kamailio/modules/`);
const installed = MODULES.find((folder) => existsSync(folder));

/** Why tests with Kamailio are skipped here; false where it is installed. */
export const kamailioMissing = programMissing('kamailio', 'kamailio');
/** The same for its TLS. */
export const kamailioTlsMissing =
  kamailioMissing ||
  (existsSync(join(installed ?? '', 'tls.so'))
    ? false
    : 'Kamailio has no TLS here (Debian: apt-get install kamailio-tls-modules)');

export interface KamailioSettings {
  /** Its users are here. */
  readonly domain: string;
  /** One of this machine that nobody else of the test has. */
  readonly address: string;
  /** Requests for this domain go to Parley. */
  readonly other: string;
  readonly tls?: {
    readonly certPem: string;
    readonly keyPem: string;
    /** Of the certificates that it accepts. */
    readonly authoritiesPem: string;
  };
}

/** Where it will be, known before it is started: each side wants to be told of the other. */
export class Kamailio implements AsyncDisposable {
  readonly #settings: KamailioSettings;
  readonly #port: number;
  readonly #tlsPort: number;
  #folder: string | undefined;
  #program: Program | undefined;

  private constructor(settings: KamailioSettings, port: number, tlsPort: number) {
    this.#settings = settings;
    this.#port = port;
    this.#tlsPort = tlsPort;
  }

  static async at(settings: KamailioSettings): Promise<Kamailio> {
    return new Kamailio(settings, await fixedPort(), await fixedPort());
  }

  get domain(): string {
    return this.#settings.domain;
  }

  at(transport: 'udp' | 'tcp' | 'tls'): Hop {
    const port = transport === 'tls' ? this.#tlsPort : this.#port;
    return { transport, address: this.#settings.address, port };
  }

  /** @param next where Parley listens. */
  async start(next: Hop): Promise<void> {
    const { domain, address, other, tls } = this.#settings;
    const folder = await mkdtemp(join(tmpdir(), 'parley-kamailio-'));
    this.#folder = folder;
    const template = await readFile(join(import.meta.dirname, '../interop/kamailio/kamailio.cfg'), 'utf8');
    const values: Record<string, string> = {
      DOMAIN: domain,
      ADDRESS: address,
      OTHER: other,
      PORT: String(this.#port),
      TLSPORT: String(this.#tlsPort),
      LINK: next.transport,
      NEXT: `sip:${next.address}:${next.port};transport=${next.transport}`,
      RUN: folder,
      MODULES: installed ?? '',
    };
    const file = join(folder, 'kamailio.cfg');
    await writeFile(
      file,
      template.replace(/@([A-Z]+)@/g, (whole, name: string) => values[name] ?? whole),
    );
    if (tls !== undefined) {
      await writeFile(join(folder, 'cert.pem'), tls.certPem);
      await writeFile(join(folder, 'key.pem'), tls.keyPem);
      await writeFile(join(folder, 'authorities.pem'), tls.authoritiesPem);
    }
    const define = tls === undefined ? [] : ['-A', 'WITH_TLS'];
    const size = ['-n', '1', '-N', '1', '-m', '64', '-M', '8'];
    const args = ['-f', file, '-DD', '-E', '-w', folder, '-Y', folder, ...size, ...define];
    this.#program = new Program('kamailio', args, { folder, endMs: 300_000 });
    // The last of its processes, when all others listen.
    await this.#program.prints('io_listen_loop');
  }

  /** Everything that it has logged, for who wonders. */
  get log(): string {
    return this.#program?.lines.entries.join('\n') ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#program !== undefined) {
      // It ends its other processes itself.
      this.#program.kill('SIGTERM');
      await this.#program.ended();
      await this.#program[Symbol.asyncDispose]();
    }
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }
}
