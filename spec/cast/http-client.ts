// A browser's HTTP without its window: cookies, the CSRF token, problem details.
import type { Session } from '@parley/services/web-access/contract';

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly remedy?: string;
}

export class HttpProblem extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`);
    this.problem = problem;
  }
}

export class HttpClient {
  readonly origin: string;
  readonly #cookies = new Map<string, string>();
  #csrf = '';

  constructor(origin: string) {
    this.origin = origin;
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async session(): Promise<Session> {
    const session = (await this.request('GET', '/api/v1/session')) as Session;
    this.#csrf = session.csrf;
    return session;
  }

  async post<T = unknown>(path: string, body: object = {}): Promise<T> {
    if (this.#csrf === '') await this.session();
    return (await this.request('POST', path, body)) as T;
  }

  /** @throws HttpProblem for every status from 400 on. */
  async request(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(new URL(path, this.origin), {
      method,
      headers: {
        cookie: this.cookie,
        'x-parley-csrf': this.#csrf,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    const text = await response.text();
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    if (!response.ok) throw new HttpProblem({ ...(answer as Problem), status: response.status });
    return answer;
  }

  /** Any body and any answer, as bytes. */
  async raw(
    method: string,
    path: string,
    given: {
      readonly body?: Uint8Array<ArrayBuffer>;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<{
    readonly status: number;
    readonly headers: Headers;
    readonly bytes: Buffer;
    readonly text: string;
  }> {
    if (this.#csrf === '') await this.session();
    const response = await fetch(new URL(path, this.origin), {
      method,
      headers: { cookie: this.cookie, 'x-parley-csrf': this.#csrf, ...given.headers },
      ...(given.body === undefined ? {} : { body: given.body }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, bytes, text: bytes.toString() };
  }
}
