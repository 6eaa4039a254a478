// Alert-Info, Call-Info and Error-Info: URIs with more about a call, a ring or an error (RFC 3261 §20.4, §20.9, §20.18).
import { isUriText, type Params, parseParams, serializeParams } from '../grammar.ts';
import type { HeaderFields } from '../header-fields.ts';
import { parseValues, serializeValues } from './value-list.ts';

export type InfoHeader = 'Alert-Info' | 'Call-Info' | 'Error-Info';

export interface InfoUri {
  /** Of any scheme: nothing is fetched because a peer named it. */
  readonly uri: string;
  /** `purpose` of Call-Info (`icon`, `info`, `card`, or a token of an extension) is one of them. */
  readonly params: Params;
}

/** Empty where the field is absent; undefined where a value is no URI in angle brackets. */
export function parseInfoUris(headers: HeaderFields, name: InfoHeader): readonly InfoUri[] | undefined {
  return parseValues(headers, name, parseInfoUri);
}

function parseInfoUri(text: string): InfoUri | undefined {
  const end = text.indexOf('>');
  if (text.charCodeAt(0) !== 0x3c || end === -1) return undefined;
  const uri = text.slice(1, end);
  const params = parseParams(text, end + 1);
  return params === undefined || !isUriText(uri) ? undefined : { uri, params };
}

export function serializeInfoUris(values: Iterable<InfoUri>): string {
  return serializeValues(values, ({ uri, params }) => `<${uri}>${serializeParams(params)}`);
}
