// A web server on free loopback ports, and a plain client that keeps cookies and the token as a browser does. For tests
// of routes here and in the services.
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { type OpenedWebServer, openWebServer, type WebServerOptions } from './open-web-server.ts';

const quietLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => quietLog,
};
const noMetrics: Metrics = {
  sampled() {},
  counter: () => ({ add: () => undefined }),
  gauge: () => ({ set: () => undefined }),
  histogram: () => ({ observe: () => undefined }),
  text: async () => '',
};

export function openTestWebServer(options: Partial<WebServerOptions> = {}): Promise<OpenedWebServer> {
  return openWebServer({
    http: { address: '127.0.0.1', port: 0 },
    publicHosts: ['parley.example.com'],
    log: quietLog,
    metrics: noMetrics,
    version: '0.0.0',
    ...options,
  });
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; what a test asks of it is checked by its assertions. */
  readonly json: Record<string, unknown>;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** Asks one server, keeps its cookies, and sends the token that `GET /api/v1/session` gave. */
export class TestBrowser {
  readonly port: number;
  readonly cookies = new Map<string, string>();
  csrf = '';

  constructor(server: OpenedWebServer) {
    const address = server.addresses.find(({ protocol }) => protocol === 'http');
    if (address === undefined) throw new TypeError('the server does not listen on http');
    this.port = address.port;
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  ask(path: string, options: AskOptions = {}): Promise<Answer> {
    const body =
      options.body === undefined || typeof options.body === 'string'
        ? options.body
        : JSON.stringify(options.body);
    const headers = {
      ...(this.cookies.size === 0 ? {} : { cookie: this.cookieHeader }),
      ...(this.csrf === '' ? {} : { 'x-parley-csrf': this.csrf }),
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
      ...options.headers,
    };
    const method = options.method ?? (body === undefined ? 'GET' : 'POST');
    return new Promise((resolve, reject) => {
      const sent = httpRequest(
        { host: '127.0.0.1', port: this.port, path, method, headers, agent: false },
        (response) => {
          this.#keep(response.headers['set-cookie'] ?? []);
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              get json() {
                return JSON.parse(text) as Record<string, unknown>;
              },
            });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** Reads the session as the page does at start, and keeps its token. */
  async open(): Promise<Answer> {
    const answer = await this.ask('/api/v1/session');
    this.csrf = String(answer.json['csrf'] ?? '');
    return answer;
  }

  #keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [name = '', value = ''] = line.split(';', 1)[0]!.split('=');
      if (value === '' || /expires=Thu, 01 Jan 1970|max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}
