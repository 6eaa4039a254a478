// The UDP hub where there is no native one: a batch port for each socket. Suite: udp-hub-suite.ts.
import { DatagramBatch, type OpenUdpPort, type UdpBatchPort } from './udp-batch-port.ts';
import { HubBatch, type HubSocket, type OpenUdpHub, SocketNumbers, type UdpHub } from './udp-hub.ts';

const PACKETS = 64;
/** Sound that waits longer than this is late. */
const MOST_QUEUED_BYTES = 64 * 1024;

export function hubOfPorts(openPort: OpenUdpPort): OpenUdpHub {
  return async ({ maxDatagramBytes, receive }): Promise<UdpHub> => {
    const numbers = new SocketNumbers();
    const ports = new Map<number, UdpBatchPort>();
    const received = new HubBatch(PACKETS, PACKETS * maxDatagramBytes);
    const leaving = new DatagramBatch(PACKETS, PACKETS * maxDatagramBytes);

    function arrived(id: number, batch: DatagramBatch): void {
      if (!ports.has(id)) return;
      for (let index = 0; index < batch.count; index++) {
        if (batch.truncated[index] === 1) continue;
        if (received.count === PACKETS) handOver();
        received.sockets[received.count] = id;
        received.add(batch.payload(index), batch.addresses[index]!, batch.ports[index]!);
      }
      if (received.count > 0) handOver();
    }

    function handOver(): void {
      try {
        receive(received);
      } finally {
        received.clear();
      }
    }

    function leave(id: number): number {
      const sent = ports.get(id)?.send(leaving) ?? 0;
      leaving.clear();
      return sent;
    }

    return {
      async open({ address, port }): Promise<HubSocket> {
        const id = numbers.take();
        const opened = await openPort({
          address,
          port,
          maxDatagramBytes,
          maxQueuedBytes: MOST_QUEUED_BYTES,
          receive: (batch) => arrived(id, batch),
        }).catch((error: unknown) => {
          numbers.giveBack(id);
          throw error;
        });
        ports.set(id, opened);
        return {
          id,
          port: opened.port,
          async [Symbol.asyncDispose]() {
            if (ports.get(id) !== opened) return;
            ports.delete(id);
            numbers.giveBack(id);
            await opened[Symbol.asyncDispose]();
          },
        };
      },
      send(batch) {
        let sent = 0;
        for (let index = 0; index < batch.count; index++) {
          const id = batch.sockets[index]!;
          const [bytes, address, port] = [batch.payload(index), batch.addresses[index]!, batch.ports[index]!];
          if (index > 0 && id !== batch.sockets[index - 1]) sent += leave(batch.sockets[index - 1]!);
          if (!leaving.add(bytes, address, port)) {
            sent += leave(id);
            leaving.add(bytes, address, port);
          }
        }
        if (batch.count > 0) sent += leave(batch.sockets[batch.count - 1]!);
        return sent;
      },
      async [Symbol.asyncDispose]() {
        const open = [...ports.values()];
        ports.clear();
        await Promise.all(open.map((port) => port[Symbol.asyncDispose]()));
      },
    };
  };
}
