// Media: the host of sound and picture. Several may run; calls are placed where there is room.
import type { RoleDefinition } from '@parley/platform/host';
import { mediaService } from '@parley/services/media/service';

export const media: RoleDefinition = { name: 'media', services: [mediaService] };
