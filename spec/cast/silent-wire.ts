// A wire between a browser and the server that can be unplugged: from then on it carries nothing in either direction and
// closes nothing, as a cable that is pulled out of the wall.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class SilentWire implements AsyncDisposable {
  readonly #server: Server;
  readonly #ends: Socket[] = [];
  #isUnplugged = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param origin where the wire leads */
  static async to(origin: string): Promise<SilentWire> {
    const { port } = new URL(origin);
    const server = createServer((near) => {
      const far = connect({ host: '127.0.0.1', port: Number(port) });
      wire.#ends.push(near, far);
      wire.#carry(near, far);
      wire.#carry(far, near);
    });
    const wire = new SilentWire(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return wire;
  }

  /** As browsers write it. */
  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  unplug(): void {
    this.#isUnplugged = true;
    for (const end of this.#ends) end.pause();
  }

  /** What was connected stays lost; what connects from now on is carried. */
  plugIn(): void {
    for (const end of this.#ends.splice(0)) end.destroy();
    this.#isUnplugged = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends) end.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #carry(from: Socket, to: Socket): void {
    from.on('data', (bytes) => {
      if (!this.#isUnplugged) to.write(bytes);
    });
    from.on('error', () => {});
    from.on('close', () => {
      if (!this.#isUnplugged) to.destroy();
    });
  }
}
