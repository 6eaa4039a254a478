// A worker of udp-native.test.ts: opens a native port, sends one datagram, and stays open.
import { workerData } from 'node:worker_threads';
import { DatagramBatch } from './udp-batch-port.ts';
import { nativePort } from './udp-native.ts';
import { loadNativeUdp } from './udp-native-build.ts';

const native = await loadNativeUdp();
if (!native.ok) throw new Error(native.reason);
const port = await nativePort(native.binding)({ address: '127.0.0.1', port: 0, receive() {} });
const batch = new DatagramBatch(1, 100);
batch.add(Buffer.from('from a worker'), '127.0.0.1', workerData as number);
port.send(batch);
