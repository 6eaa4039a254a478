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
export { type DataLock, dataDirectoryOwner, lockDataDirectory } from './data-lock.ts';
export type { Host, HostOptions } from './host.ts';
export { asFault, HostError, isClear } from './host-error.ts';
export { nearest } from './nearest.ts';
export type { ProcessIdentity } from './process-identity.ts';
export { runUntilStopped } from './process-signals.ts';
export type {
  Health,
  RoleDefinition,
  RunningService,
  ServiceContext,
  ServiceDefinition,
} from './service.ts';
export { startHost } from './start-host.ts';
