// Puts an image on the server for a conversation, and tells how far it is. `fetch` does not tell, so this is the older way.
import type { MessageImage } from '../../../kit/contracts.ts';
import { clientFault, type Outcome } from '../../../kit/fault.ts';
import { changeHeaders, faultOf } from '../../../kit/http/request.ts';

export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'] as const;
/** The server's limit (services/im/contract.ts), known here so that nothing is sent in vain. */
export const IMAGE_LIMIT_BYTES = 10 * 1024 * 1024;

export function imageAddress(conversationId: string, imageId: string): string {
  return `/api/v1/conversations/${encodeURIComponent(conversationId)}/images/${encodeURIComponent(imageId)}`;
}

export interface Upload {
  readonly done: Promise<Outcome<MessageImage>>;
  readonly cancel: () => void;
}

/** @param onProgress told the part that has left, from 0 to 1 */
export function uploadImage(
  conversationId: string,
  imageId: string,
  file: File,
  onProgress: (part: number) => void,
): Upload {
  const request = new XMLHttpRequest();
  const { promise, resolve } = Promise.withResolvers<Outcome<MessageImage>>();
  const name = encodeURIComponent(file.name.slice(-200));
  request.open('PUT', `${imageAddress(conversationId, imageId)}?name=${name}`);
  request.setRequestHeader('content-type', file.type);
  for (const [header, value] of Object.entries(changeHeaders())) request.setRequestHeader(header, value);
  request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
  request.onload = () => resolve(answerOf(request));
  request.onerror = () => resolve({ ok: false, fault: clientFault('CLIENT_CONNECTION_LOST') });
  request.onabort = request.onerror;
  request.send(file);
  return { done: promise, cancel: () => request.abort() };
}

function answerOf({ status, responseText }: XMLHttpRequest): Outcome<MessageImage> {
  try {
    const value: unknown = JSON.parse(responseText);
    return status === 200 ? { ok: true, value: value as MessageImage } : { ok: false, fault: faultOf(value) };
  } catch {
    return { ok: false, fault: clientFault('CLIENT_BAD_ANSWER') };
  }
}
