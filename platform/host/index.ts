export type { Health, RoleDefinition, RunningService, ServiceContext, ServiceDefinition } from './service.ts';
