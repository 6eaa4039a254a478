export { type DigestAccount, DigestClient, type DigestClientOptions } from './digest-client.ts';
export type { NewRequestParts } from './new-request.ts';
export { UserAgent } from './user-agent.ts';
export type { UserAgentFlow, UserAgentOptions, UserAgentOutput } from './user-agent-output.ts';
