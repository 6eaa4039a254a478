// Thousands of idle connections from a few addresses of this machine, to loopback only, closed at the end.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { Notebook } from './waiting.ts';

/** Why a crowd cannot come here; false where it can. It needs a descriptor for each connection, and 127.0.0.2 and on. */
export function crowdMissing(connections: number): string | false {
  if (process.platform !== 'linux') return 'only Linux has all of 127.0.0.0/8';
  const limit = Number(/^Max open files +\S+ +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
  return limit < connections + 1_000 ? `a process may open only ${limit} files here (ulimit -n)` : false;
}

/** Resident memory of a process now. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

const AT_ONCE = 500;

export class Crowd implements AsyncDisposable {
  readonly #sockets: Socket[] = [];
  readonly #goodbyes = new Notebook<string>();

  /** `counts[n]` connections from 127.0.0.(n+2), all of them open. */
  static async gather(port: number, counts: readonly number[]): Promise<Crowd> {
    const crowd = new Crowd();
    for (const [index, count] of counts.entries()) {
      for (let open = 0; open < count; open += AT_ONCE) {
        const next = Math.min(AT_ONCE, count - open);
        await Promise.all(Array.from({ length: next }, () => crowd.#join(port, `127.0.0.${index + 2}`)));
      }
    }
    return crowd;
  }

  async #join(port: number, localAddress: string): Promise<void> {
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    this.#sockets.push(socket);
    let heard = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
    });
    socket.on('error', () => {});
    socket.on('close', () => this.#goodbyes.add(heard));
    await once(socket, 'connect');
  }

  get present(): number {
    return this.#sockets.length - this.#goodbyes.entries.length;
  }

  /** Waits until the server has closed them all; resolves with what it said to each. */
  sentAway(deadlineMs: number): Promise<readonly string[]> {
    return this.#goodbyes.until(
      `the server to close ${this.#sockets.length} connections`,
      (said) => said.length === this.#sockets.length && said,
      deadlineMs,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await this.#goodbyes.until('the crowd to be gone', () => this.present === 0);
  }
}
