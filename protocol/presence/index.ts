export type { Activity } from './activity.ts';
export { ACTIVITIES, isActivity } from './activity.ts';
export type { IsComposing, IsComposingResult } from './is-composing.ts';
export { buildIsComposing, IS_COMPOSING_TYPE, parseIsComposing } from './is-composing.ts';
export type { Pidf, PidfResult, PidfTuple } from './pidf.ts';
export { buildPidf, PIDF_TYPE, parsePidf } from './pidf.ts';
export type { XmlElement, XmlLimits, XmlResult } from './xml-reader.ts';
export { DEFAULT_XML_LIMITS, parseXml } from './xml-reader.ts';
export { escapeXml } from './xml-text.ts';
