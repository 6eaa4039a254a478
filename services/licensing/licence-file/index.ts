// Licence files for who is outside this service: the command line of an issuer.
export {
  type IssuerKey,
  issueLicenceFile,
  issueRevocations,
  issuerKey,
  type NewIssuerKey,
  newIssuerKey,
  renewLicenceFile,
} from './issue.ts';
export type { LicencePayload, RevocationPayload } from './payload.ts';
export {
  type FileState,
  type FileWarning,
  grantsInForce,
  keyRing,
  seqKey,
  type VerifiedFile,
  verifyLicenceFile,
  verifyRevocations,
} from './verify.ts';
