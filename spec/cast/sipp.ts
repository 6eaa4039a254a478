// SIPp as an actor: plays one of the scenarios in spec/interop/sipp as a person, and fails with what it expected and got.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Destination } from '@parley/platform/net';
import { fixedPort } from './fixed-port.ts';
import { Program, programMissing } from './program.ts';
import { DOMAIN, type Person } from './stage.ts';

/** Why tests with SIPp are skipped here; false where it is installed. */
export const sippMissing = programMissing('sipp', 'sip-tester');

const SCENARIOS = join(import.meta.dirname, '..', 'interop', 'sipp');
/** Whatever does not come in this time does not come. */
const RECEIVE_MS = 15_000;
/** The same where packets are lost: as long as a transaction lives (RFC 3261 §17.1.2.2). */
const LOSSY_RECEIVE_MS = 32_000;
/** They talk until an ACK that was lost has been said again: SIPp answers no BYE that overtakes one. */
const LOSSY_TALK_MS = 3_000;
const END_S = 60;
const SHOWN_CHARS = 6_000;

export interface SippSettings {
  /** The name of a file in spec/interop/sipp without its ending. */
  readonly scenario: string;
  readonly server: Destination;
  readonly person: Person;
  /** Whom it calls, writes to or watches. */
  readonly peer?: Person;
  readonly password?: string;
  /**
   * Ties a caller to the phone that is called: SIPp knows an INVITE by its Call-ID alone, so both are given one name
   * and the scenarios write something before `///`, which SIPp skips.
   */
  readonly call?: string;
  /** What it does with requests outside of its call, as the name of another file. */
  readonly outOfCall?: string;
  /** Its sound is what it hears, and keys too (RFC 4733 §2.3). */
  readonly echoes?: boolean;
  /** Of a hundred packets, both ways. */
  readonly lostPercent?: number;
  readonly keys?: Readonly<Record<string, string>>;
}

export class Sipp implements AsyncDisposable {
  readonly #program: Program;
  readonly #folder: string;
  readonly #scenario: string;

  private constructor(program: Program, folder: string, scenario: string) {
    this.#program = program;
    this.#folder = folder;
    this.#scenario = scenario;
  }

  static async start(settings: SippSettings): Promise<Sipp> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-sipp-'));
    const program = new Program('sipp', await argumentsOf(settings), { folder, endMs: 2 * END_S * 1000 });
    return new Sipp(program, folder, settings.scenario);
  }

  /** Resolves when the scenario says so with `echo`. */
  async says(what: string): Promise<void> {
    const failed = this.#program.ended().then(async (code) => {
      if (code !== 0) throw await this.#failure(code);
    });
    failed.catch(() => {});
    const said = this.#program.prints(what, { deadlineMs: END_S * 1000 });
    said.catch(() => {});
    await Promise.race([said, failed]);
    await said;
  }

  /** Resolves when the scenario went as it is written; rejects with the messages otherwise. */
  async succeeds(): Promise<void> {
    const code = await this.#program.ended();
    if (code !== 0) throw await this.#failure(code);
  }

  /** The last messages that it sent and received. */
  async messages(): Promise<string> {
    return (await this.#written('messages')).slice(-SHOWN_CHARS);
  }

  #written(name: string): Promise<string> {
    return readFile(join(this.#folder, name), 'utf8').catch(() => '');
  }

  async #failure(code: number | NodeJS.Signals): Promise<Error> {
    const errors = await this.#written('errors');
    const printed = errors === '' ? this.#program.lines.entries.slice(-20).join('\n') : '';
    return new Error(
      `SIPp ended the scenario ${this.#scenario} with ${code}: ${errors}${printed}\n${await this.messages()}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Resolves when all is done; what the two sides of a call have seen is part of the failure of either. */
export async function together(sides: readonly Sipp[], done: readonly Promise<unknown>[]): Promise<void> {
  try {
    await Promise.all(done);
  } catch (error) {
    const seen = await Promise.all(sides.map((side) => side.messages()));
    throw new Error(seen.map((messages, index) => `Side ${index + 1}:\n${messages}`).join('\n'), {
      cause: error,
    });
  }
}

async function argumentsOf(settings: SippSettings): Promise<string[]> {
  const { scenario, server, person, peer, call, outOfCall, echoes, lostPercent, keys = {} } = settings;
  const isIpv6 = server.address.includes(':');
  const host = isIpv6 ? `[${server.address}]` : server.address;
  const own = localPart(person);
  const named = { domain: DOMAIN, own, peer: peer === undefined ? own : localPart(peer), ...keys };
  // The uri in the credentials, which SIPp writes once for all requests of a scenario.
  const resource = peer === undefined ? DOMAIN : peer.address;
  return [
    `${host}:${server.port}`,
    ...['-sf', join(SCENARIOS, `${scenario}.xml`)],
    ...(outOfCall === undefined ? [] : ['-oocsf', join(SCENARIOS, `${outOfCall}.xml`)]),
    ...['-t', server.transport === 'udp' ? 'u1' : 't1'],
    ...['-i', host, '-p', String(await fixedPort())],
    ...['-m', '1', '-nostdin', '-timeout', `${END_S}s`, '-timeout_error'],
    ...['-recv_timeout', String(lostPercent === undefined ? RECEIVE_MS : LOSSY_RECEIVE_MS)],
    ...['-au', own, '-ap', settings.password ?? person.devicePassword, '-auth_uri', resource],
    ...(call === undefined ? [] : ['-cid_str', call]),
    ...(echoes === true ? ['-rtp_echo', '-mi', server.address, '-mp', String(await fixedPort())] : []),
    ...(lostPercent === undefined
      ? []
      : ['-lost', String(lostPercent), '-max_retrans', '12', '-d', String(LOSSY_TALK_MS)]),
    ...Object.entries(named).flatMap(([name, value]) => ['-key', name, value]),
    ...['-trace_err', '-error_file', 'errors', '-trace_msg', '-message_file', 'messages'],
  ];
}

function localPart({ address }: Person): string {
  return address.split('@')[0] ?? '';
}
