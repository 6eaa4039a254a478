// Edge: what stands where the Internet reaches it. The relay for calls of browsers that reach nobody directly.
import type { RoleDefinition } from '@parley/platform/host';
import { edgeService } from '@parley/services/edge/service';

export const edge: RoleDefinition = {
  name: 'edge',
  services: [edgeService],
};
