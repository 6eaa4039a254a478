// Standard Edition: every role in one process.
import type { RoleDefinition } from '@parley/platform/host';
import { edge } from './edge.ts';
import { frontEnd } from './front-end.ts';
import { media } from './media.ts';
import { webComponents } from './web-components.ts';

export const standardEdition: RoleDefinition = {
  name: 'standard-edition',
  services: [...media.services, ...frontEnd.services, ...edge.services, ...webComponents.services],
};
