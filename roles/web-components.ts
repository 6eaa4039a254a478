// Web Components: what browsers and administration programs talk to.
import type { RoleDefinition } from '@parley/platform/host';
import { callRoutingWebService } from '@parley/services/call-routing/service';
import { edgeWebService } from '@parley/services/edge/service';
import { licensingWebService } from '@parley/services/licensing/service';
import { monitoringWebService } from '@parley/services/monitoring/service';
import { policyWebService } from '@parley/services/policy/service';
import { provisioningService } from '@parley/services/provisioning/service';
import { qualityWebService } from '@parley/services/quality/service';
import { webAccessService } from '@parley/services/web-access/service';
import { clientsService } from './clients.ts';

export const webComponents: RoleDefinition = {
  name: 'web-components',
  services: [
    webAccessService,
    provisioningService,
    licensingWebService,
    monitoringWebService,
    policyWebService,
    callRoutingWebService,
    edgeWebService,
    qualityWebService,
    clientsService,
  ],
};
