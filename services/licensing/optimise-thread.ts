// Asks the optimiser in a thread of its own (licensing rules M7, M8), so that the server answers meanwhile. Used by the
// service and the command line; a browser wraps the same pure functions in a Web Worker.
import { Worker } from 'node:worker_threads';
import type { OptimiserNews, OptimiserWork, Solution } from './optimiser-worker.ts';
import type { MixRequest, OptimiseProgress } from './rules/optimise/request.ts';

export interface SolveOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (at: OptimiseProgress) => void;
  /** False where nobody looks at the chart. */
  readonly withSweep?: boolean;
  /** Gives the columns of the graph away instead of copying them: they are empty afterwards. */
  readonly handOver?: boolean;
}

const program = new URL('./optimiser-worker.ts', import.meta.url);
/** What a thread may hold; the largest estate that is promised stays well below. */
const HEAP_MIB = 1500;

/** @throws the signal's reason when it was aborted */
export async function solveInThread(
  request: MixRequest,
  { signal, onProgress, withSweep = true, handOver = false }: SolveOptions = {},
): Promise<Solution> {
  signal?.throwIfAborted();
  const cancelled = new Int32Array(new SharedArrayBuffer(4));
  const work: OptimiserWork = { request, withSweep, cancelled };
  const { edgeUser, edgeDevice, edgeLevel } = request.graph;
  const worker = new Worker(program, {
    workerData: work,
    transferList: handOver ? ownBuffers([edgeUser, edgeDevice, edgeLevel]) : [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Solution>();
  // The flag ends it between two steps; within one it is ended from outside.
  const abort = () => {
    Atomics.store(cancelled, 0, 1);
    reject(signal?.reason);
  };
  signal?.addEventListener('abort', abort, { once: true });
  worker.on('message', (news: OptimiserNews) => {
    if (news.kind === 'progress') onProgress?.(news.at);
    if (news.kind === 'solved') resolve(news.solution);
  });
  worker.once('error', reject);
  worker.once('exit', () => reject(new Error('The optimiser ended without an answer.')));
  try {
    return await promise;
  } finally {
    signal?.removeEventListener('abort', abort);
    await worker.terminate();
  }
}

/** Memory can be handed over once, and only as a whole. */
function ownBuffers(columns: readonly (Int32Array | Uint8Array)[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const { buffer, byteLength } of columns)
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffers.add(buffer);
  return [...buffers];
}
