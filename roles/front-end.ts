// Front End: where people and devices live. Registration, presence, messages, licences.
import type { RoleDefinition } from '@parley/platform/host';
import { alertsService } from '@parley/services/alerts/service';
import { authenticationService } from '@parley/services/authentication/service';
import { callRoutingService } from '@parley/services/call-routing/service';
import { callsService } from '@parley/services/calls/service';
import { contactsService } from '@parley/services/contacts/service';
import { identityService } from '@parley/services/identity/service';
import { imService } from '@parley/services/im/service';
import { licensingService } from '@parley/services/licensing/service';
import { monitoringService } from '@parley/services/monitoring/service';
import { policyService } from '@parley/services/policy/service';
import { presenceService } from '@parley/services/presence/service';
import { proxyService } from '@parley/services/proxy/service';
import { qualityService } from '@parley/services/quality/service';
import { registrarService } from '@parley/services/registrar/service';
import { voicemailService } from '@parley/services/voicemail/service';

export const frontEnd: RoleDefinition = {
  name: 'front-end',
  services: [
    identityService,
    authenticationService,
    policyService,
    licensingService,
    registrarService,
    proxyService,
    presenceService,
    imService,
    alertsService,
    contactsService,
    callRoutingService,
    callsService,
    voicemailService,
    qualityService,
    monitoringService,
  ],
};
