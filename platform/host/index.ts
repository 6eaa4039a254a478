// From the file, not the index: commands that look who runs need no database driver.
export { dataDirectoryOwner } from '../store/data-lock.ts';
export type { ProcessIdentity } from '../store/process-identity.ts';
export {
  type Config,
  ConfigSchema,
  configJsonSchema,
  defaultConfig,
  defaultDataDirectory,
  type ListenerConfig,
  type Machine,
} from './config.ts';
export type { ConfigProblem, SchemaNode } from './config-check.ts';
export { type EnvironmentVariable, environmentVariables } from './config-environment.ts';
export { type ConfigOptions, type ConfigResult, type ConfigSources, loadConfig } from './config-load.ts';
export type { MailConfig, SmtpConfig } from './config-mail.ts';
export type { MediaConfig } from './config-media.ts';
export type { PeerConfig } from './config-peers.ts';
export type { Host, HostOptions } from './host.ts';
export { asFault, HostError, isClear } from './host-error.ts';
export { askLocalDoor, type LocalDoorOptions, openLocalDoor } from './local-door.ts';
export { nearest } from './nearest.ts';
export { runUntilStopped } from './process-signals.ts';
export { type Rounds, startRounds } from './rounds.ts';
export type {
  Health,
  RoleDefinition,
  RunningService,
  ServiceContext,
  ServiceDefinition,
} from './service.ts';
export { startHost } from './start-host.ts';
export { pagesAddress, sipWebSocketAddress } from './web-address.ts';
