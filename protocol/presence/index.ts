export type { Activity } from './activity.ts';
export { ACTIVITIES, isActivity } from './activity.ts';
export type { IsComposing, IsComposingResult } from './is-composing.ts';
export { buildIsComposing, IS_COMPOSING_TYPE, parseIsComposing } from './is-composing.ts';
export type { ListDocument, ListNotification, ListNotificationResult } from './list-notification.ts';
export {
  buildListNotification,
  LIST_NOTIFICATION_TYPE,
  PART_OVERHEAD_BYTES,
  parseListNotification,
} from './list-notification.ts';
export type { Pidf, PidfResult, PidfTuple } from './pidf.ts';
export { buildPidf, PIDF_TYPE, parsePidf } from './pidf.ts';
export type { ListEntry, ResourceListsResult } from './resource-lists.ts';
export {
  buildResourceLists,
  MAX_LIST_ENTRIES,
  parseResourceLists,
  RESOURCE_LISTS_TYPE,
} from './resource-lists.ts';
export type { Rlmi, RlmiInstance, RlmiResource, RlmiResult } from './rlmi.ts';
export { buildRlmi, parseRlmi, RLMI_TYPE } from './rlmi.ts';
export type { PlaceIs, Rpid, UserInput } from './rpid.ts';
export type { XmlElement, XmlLimits, XmlResult } from './xml-reader.ts';
export { DEFAULT_XML_LIMITS, parseXml } from './xml-reader.ts';
export { escapeXml } from './xml-text.ts';
