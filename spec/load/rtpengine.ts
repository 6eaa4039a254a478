// The peer of relays: rtpengine in user space, where it is installed; calls are ordered over its ng protocol.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pass } from 'node:timers/promises';
import { fixedPort } from '../cast/fixed-port.ts';
import { SRTP } from './rtp-load.ts';

const START_TRIES = 50;
const ANSWER_MS = 1_000;

export function rtpengineVersion(): string | undefined {
  const { status, stdout, stderr } = spawnSync('rtpengine', ['--version'], { encoding: 'utf8' });
  return status === 0 ? /(\d+\.\d+[\d.]*)/.exec(stdout + stderr)?.[1] : undefined;
}

export class Rtpengine implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #control: Socket;
  #cookie = 0;

  private constructor(child: ChildProcess, control: Socket) {
    this.#child = child;
    this.#control = control;
  }

  static async start(): Promise<Rtpengine> {
    const port = await fixedPort();
    const settings = {
      'config-file': 'none',
      table: '-1',
      interface: '127.0.0.1',
      'listen-ng': `127.0.0.1:${port}`,
      // Apart from the ports that fixedPort gives out.
      'port-min': '33000',
      'port-max': '39998',
      'num-threads': '1',
      'log-level': '4',
      timeout: '60',
      'silent-timeout': '60',
    };
    const args = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
    const child = spawn('rtpengine', [...args, '--foreground', '--log-stderr'], { stdio: 'ignore' });
    const control = createSocket('udp4');
    control.connect(port, '127.0.0.1');
    await once(control, 'connect');
    // Until it listens, the system says that nobody is there.
    control.on('error', () => {});
    const engine = new Rtpengine(child, control);
    for (let tries = 0; !(await engine.#ask({ command: 'ping' })).includes('pong'); tries++)
      if (tries === START_TRIES) throw new Error('rtpengine did not start');
    return engine;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  async #ask(fields: Readonly<Record<string, string>>): Promise<string> {
    const cookie = String(this.#cookie++);
    const body = Object.entries(fields).map(([name, value]) => `${bencoded(name)}${bencoded(value)}`);
    this.#control.send(`${cookie} d${body.join('')}e`);
    const deadline = AbortSignal.timeout(ANSWER_MS);
    try {
      for (;;) {
        const [answer] = (await once(this.#control, 'message', { signal: deadline })) as [Buffer];
        if (answer.toString().startsWith(`${cookie} `)) return answer.toString();
      }
    } catch {
      await pass(100);
      return '';
    }
  }

  /** A call of two phones. @returns where it takes what A says, and what B says. */
  async call(
    call: number,
    phones: readonly [number, number],
    isProtected: boolean,
  ): Promise<[number, number]> {
    const fields = { ICE: 'remove', 'call-id': `call-${call}`, 'from-tag': 'a' };
    const profile = { 'transport-protocol': 'RTP/AVP' };
    const offered = await this.#ask({
      ...fields,
      command: 'offer',
      ...profile,
      sdp: sdpOf(phones[0], isProtected),
    });
    const answered = await this.#ask({
      ...fields,
      command: 'answer',
      'to-tag': 'b',
      sdp: sdpOf(phones[1], false),
    });
    const port = (answer: string) => Number(/m=audio (\d+)/.exec(answer)?.[1]);
    if (Number.isNaN(port(offered) + port(answered)))
      throw new Error(`rtpengine refused: ${offered} ${answered}`);
    return [port(answered), port(offered)];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#control.close();
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await gone;
  }
}

function bencoded(text: string): string {
  return `${Buffer.byteLength(text)}:${text}`;
}

function sdpOf(port: number, isProtected: boolean): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/${isProtected ? 'SAVP' : 'AVP'} 0`,
    ...(isProtected ? [`a=crypto:1 ${SRTP.suite} inline:${SRTP.inline}`] : []),
    'a=sendrecv',
    '',
  ].join('\r\n');
}
