// Entitlements as XML in the style of ISO/IEC 19770-3 (licensing rule M10): a documented subset, in a namespace of our own,
// since the standard's text is not free and no conformance is claimed. docs/licensing may name the elements from here.
import { escapeXml } from '@parley/protocol/presence';
import { skuOf } from '../catalogue.ts';
import type { Agreement, Grant, SaTerm } from '../model.ts';

/** Version 1: Creator, Owner, and for each Entitlement Product, Metric, Quantity, Period, Source, Agreement, Maintenance. */
export const ENTITLEMENT_NAMESPACE = 'urn:parley:entitlements:1';

export interface EntitlementDocument {
  /** Who made the document: the name of the server. */
  readonly creator: string;
  /** Whose licences these are. */
  readonly owner: string;
  /** RFC 3339 §5.6. */
  readonly madeAt: string;
  readonly grants: readonly Grant[];
  readonly saTerms: readonly SaTerm[];
  readonly agreements: readonly Agreement[];
  /** tagId of the SWID tag of each product family that has one (swid.ts). */
  readonly swidTags?: Readonly<Record<string, string>>;
}

export function entitlementXml(document: EntitlementDocument): string {
  const { creator, owner, madeAt, grants, saTerms, agreements, swidTags = {} } = document;
  const agreementNames = new Map(agreements.map(({ agreementId, name }) => [agreementId, name]));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<Entitlements xmlns="${ENTITLEMENT_NAMESPACE}" version="1"${attribute('made', madeAt)}>`,
    `  <Creator>${escapeXml(creator)}</Creator>`,
    `  <Owner>${escapeXml(owner)}</Owner>`,
    ...grants.flatMap((grant) => entitlement(grant, agreementNames, swidTags)),
    ...saTerms.map(
      ({ saTermId, sku, quantity, from, to }) =>
        `  <Maintenance${attribute('id', saTermId)}${attribute('sku', sku)} quantity="${quantity}"${attribute('start', from)}${attribute('end', to)}/>`,
    ),
    '</Entitlements>',
    '',
  ].join('\n');
}

function entitlement(
  { grantId, sku: id, metric, quantity, source, from, to, agreementId, proof }: Grant,
  agreementNames: ReadonlyMap<string, string>,
  swidTags: Readonly<Record<string, string>>,
): string[] {
  const sku = skuOf(id);
  const tag = sku === undefined ? undefined : swidTags[sku.family];
  const agreement = agreementId === null ? undefined : (agreementNames.get(agreementId) ?? agreementId);
  return [
    `  <Entitlement${attribute('id', grantId)}>`,
    `    <Product${attribute('sku', id)}${attribute('name', sku?.name)}${attribute('version', sku?.version)}${attribute('edition', sku?.edition)}${attribute('swidTagId', tag)}/>`,
    `    <Metric>${escapeXml(metric)}</Metric>`,
    `    <Quantity>${quantity}</Quantity>`,
    `    <Period${attribute('start', from)}${attribute('end', to ?? undefined)}/>`,
    `    <Source${attribute('proof', proof === '' ? undefined : proof)}>${escapeXml(source)}</Source>`,
    ...(agreement === undefined ? [] : [`    <Agreement>${escapeXml(agreement)}</Agreement>`]),
    '  </Entitlement>',
  ];
}

function attribute(name: string, value: string | undefined): string {
  return value === undefined ? '' : ` ${name}="${escapeXml(value)}"`;
}
