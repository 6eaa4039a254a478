// The SWID tag of Parley itself (ISO/IEC 19770-2:2015), so that tools that take inventory find it (licensing rule M10).
import { escapeXml } from '@parley/protocol/presence';

export interface InstalledProduct {
  readonly name: string;
  /** Semantic version. */
  readonly version: string;
  readonly edition: 'standard' | 'enterprise';
}

const NAMESPACE = 'http://standards.iso.org/iso/19770/-2/2015/schema.xsd';
/** The standard's own default: there is no registered domain behind an open-source product. */
const NO_REGID = 'http://invalid.unavailable';

/** The same for every installation of one version and edition, as the standard asks. */
export function swidTagId({ name, version, edition }: InstalledProduct): string {
  return `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${edition}-${version}`;
}

export function swidTag(product: InstalledProduct): string {
  const { name, version, edition } = product;
  const attributes = {
    xmlns: NAMESPACE,
    'xml:lang': 'en',
    name,
    tagId: swidTagId(product),
    tagVersion: '0',
    version,
    versionScheme: 'semver',
  };
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<SoftwareIdentity${written.join('')}>`,
    `  <Entity name="${escapeXml(name)}" regid="${NO_REGID}" role="tagCreator softwareCreator"/>`,
    '  <Link rel="license" href="https://www.apache.org/licenses/LICENSE-2.0"/>',
    `  <Meta product="${escapeXml(name)}" edition="${edition}"/>`,
    '</SoftwareIdentity>',
    '',
  ].join('\n');
}
