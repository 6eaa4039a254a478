export { bestResponse } from './best-response.ts';
export { isLoop, loopMark } from './loop-detection.ts';
export {
  DEFAULT_RESPONSE_CONTEXT,
  type ForkOutput,
  ResponseContext,
  type ResponseContextOptions,
} from './response-context.ts';
