// A recording, brought from the media host that has it.
import type { Bus } from '@parley/platform/bus';
import * as media from '../media/contract.ts';

/** Half an hour of Opus is 6 MB. */
const MOST_BYTES = 16 * 1024 * 1024;

/** @returns `unfinished` while it is being recorded; undefined where it is not there, or the host is not. */
export async function fetchAudio(
  bus: Bus,
  node: string,
  audioId: string,
): Promise<Buffer | 'unfinished' | undefined> {
  const parts: Buffer[] = [];
  for (let offset = 0; offset < MOST_BYTES; ) {
    const read = await bus.call(media.readAudio, { audioId, offset }, { node });
    if (!read.ok) return undefined;
    const { data, totalBytes, isFinished } = read.value;
    if (!isFinished) return 'unfinished';
    const part = Buffer.from(data, 'base64');
    parts.push(part);
    offset += part.length;
    if (offset >= totalBytes) break;
    if (part.length === 0) return undefined;
  }
  return Buffer.concat(parts);
}
