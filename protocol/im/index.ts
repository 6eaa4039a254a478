export type { Cpim, CpimAddress, CpimExtension, CpimResult } from './cpim.ts';
export { buildCpim, CPIM_TYPE, parseCpim } from './cpim.ts';
export type { Disposition, Imdn, ImdnOutcome, ImdnRequest, ImdnResult } from './imdn.ts';
export {
  buildImdn,
  IMDN_NAMESPACE,
  IMDN_TYPE,
  imdnHeaders,
  imdnRequestOf,
  parseImdn,
} from './imdn.ts';
export type { MessageBody } from './message-body.ts';
export { MESSAGE_TYPES, readMessageBody } from './message-body.ts';
