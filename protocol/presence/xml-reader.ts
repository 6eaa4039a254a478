// A small strict XML 1.0 reader with namespaces, for documents of peers: no DTD, no entities but the five built-in
// ones, and a bound on everything. Used by the PIDF and is-composing modules.
import { isNameEnd, isXmlSpace, isXmlText, resolveReferences } from './xml-text.ts';

export interface XmlElement {
  readonly namespace: string;
  /** Without prefix. */
  readonly name: string;
  /** Attributes without a prefix, which belong to the element; others are left out but for `xml:lang` as `lang`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own character data, without that of its children. */
  readonly text: string;
}

export type XmlResult =
  | { readonly ok: true; readonly root: XmlElement }
  /** `at` counts characters. */
  | { readonly ok: false; readonly reason: string; readonly at: number };

export interface XmlLimits {
  readonly maxChars: number;
  readonly maxDepth: number;
  readonly maxElements: number;
  readonly maxAttributes: number;
}

export const DEFAULT_XML_LIMITS: XmlLimits = {
  maxChars: 131_072,
  maxDepth: 32,
  maxElements: 4_096,
  maxAttributes: 64,
};

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a document from text, or from bytes in UTF-8 (a byte order mark is taken off). */
export function parseXml(source: string | Uint8Array, limits: XmlLimits = DEFAULT_XML_LIMITS): XmlResult {
  // No character is longer than three bytes per UTF-16 unit.
  if (source.length > limits.maxChars * (typeof source === 'string' ? 1 : 3))
    return refused('document is too long', 0);
  let text: string;
  try {
    text = typeof source === 'string' ? source : utf8.decode(source);
  } catch {
    return refused('document is not UTF-8', 0);
  }
  if (text.length > limits.maxChars) return refused('document is too long', 0);
  if (!isXmlText(text)) return refused('document holds characters that XML does not allow', 0);
  try {
    return { ok: true, root: new XmlReader(text, limits).document() };
  } catch (error) {
    if (error instanceof XmlFault) return refused(error.message, error.at);
    throw error;
  }
}

/** Its children of that name, in order. */
export function childrenOf(element: XmlElement, namespace: string, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.namespace === namespace && child.name === name);
}

/** The trimmed text of its first child of that name. */
export function textOf(element: XmlElement, namespace: string, name: string): string | undefined {
  return element.children.find((child) => child.namespace === namespace && child.name === name)?.text.trim();
}

function refused(reason: string, at: number): XmlResult {
  return { ok: false, reason, at };
}

/** Never leaves this file: `parseXml` makes a value of it. */
class XmlFault extends Error {
  readonly at: number;
  constructor(reason: string, at: number) {
    super(reason);
    this.at = at;
  }
}

/** Namespace declarations, innermost first: nothing is copied, so that many declarations stay cheap. */
interface Scope {
  readonly declared: ReadonlyMap<string, string>;
  readonly outer: Scope | undefined;
}

function namespaceOf(prefix: string, scope: Scope): string | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
    const namespace = at.declared.get(prefix);
    if (namespace !== undefined) return namespace;
  }
  return undefined;
}

interface OpenElement {
  readonly qualifiedName: string;
  readonly scope: Scope;
  readonly element: {
    namespace: string;
    name: string;
    attributes: Map<string, string>;
    children: XmlElement[];
    text: string;
  };
}

class XmlReader {
  private readonly text: string;
  private readonly limits: XmlLimits;
  private at = 0;
  private elements = 0;

  constructor(text: string, limits: XmlLimits) {
    this.text = text;
    this.limits = limits;
  }

  document(): XmlElement {
    this.skipDeclaration();
    this.skipMisc();
    if (this.text[this.at] !== '<') this.fail('document has no root element');
    const root = this.rootElement();
    this.skipMisc();
    if (this.at < this.text.length) this.fail('text behind the root element');
    return root;
  }

  /** Elements are kept on a list of our own: depth costs no call stack. */
  private rootElement(): XmlElement {
    const open: OpenElement[] = [];
    const outer: Scope = { declared: new Map([['xml', XML_NAMESPACE]]), outer: undefined };
    for (;;) {
      const parent = open.at(-1);
      if (parent !== undefined) this.characterData(parent);
      if (this.text.startsWith('</', this.at)) {
        const closed = this.endTag(open.pop());
        const holder = open.at(-1);
        if (holder === undefined) return closed;
        holder.element.children.push(closed);
        continue;
      }
      const { started, isEmpty } = this.startTag(parent?.scope ?? outer);
      if (!isEmpty) {
        if (open.length === this.limits.maxDepth) this.fail('elements are nested too deeply');
        open.push(started);
      } else if (parent === undefined) return started.element;
      else parent.element.children.push(started.element);
    }
  }

  /** Everything up to the next tag: text, CDATA; comments and processing instructions are skipped. */
  private characterData(holder: OpenElement): void {
    for (;;) {
      const next = this.text.indexOf('<', this.at);
      if (next === -1) this.fail('document ends inside an element');
      const data = this.text.slice(this.at, next);
      if (data.includes(']]>')) this.fail('"]]>" outside CDATA');
      holder.element.text += this.references(data);
      this.at = next;
      if (this.text.startsWith('<![CDATA[', this.at)) {
        const start = this.at + 9;
        this.skipTo(']]>', start);
        holder.element.text += this.text.slice(start, this.at - 3);
      } else if (!this.skipAside()) return;
    }
  }

  private startTag(outer: Scope): { started: OpenElement; isEmpty: boolean } {
    if (++this.elements > this.limits.maxElements) this.fail('document has too many elements');
    this.at++;
    const qualifiedName = this.name();
    const raw = this.attributes();
    const isEmpty = this.text[this.at] === '/';
    if (isEmpty) this.at++;
    this.expect('>');
    const scope = this.scopeOf(raw, outer);
    const { prefix, local } = this.split(qualifiedName);
    const namespace = namespaceOf(prefix, scope) ?? (prefix === '' ? '' : undefined);
    if (namespace === undefined) this.fail(`namespace prefix "${prefix}" is not declared`);
    const attributes = this.ownAttributes(raw, scope);
    const element = { namespace, name: local, attributes, children: [], text: '' };
    return { started: { qualifiedName, scope, element }, isEmpty };
  }

  private attributes(): Map<string, string> {
    const attributes = new Map<string, string>();
    for (;;) {
      const before = this.at;
      this.skipSpace();
      const char = this.text[this.at];
      if (char === '>' || char === '/' || char === undefined) return attributes;
      if (this.at === before) this.fail('white space is missing before an attribute');
      if (attributes.size === this.limits.maxAttributes) this.fail('element has too many attributes');
      const name = this.name();
      if (attributes.has(name)) this.fail(`attribute "${name}" comes twice`);
      this.skipSpace();
      this.expect('=');
      this.skipSpace();
      attributes.set(name, this.attributeValue());
    }
  }

  private attributeValue(): string {
    const quote = this.text[this.at];
    if (quote !== '"' && quote !== "'") this.fail('attribute value has no quotes');
    const end = this.text.indexOf(quote, this.at + 1);
    if (end === -1) this.fail('attribute value never ends');
    const raw = this.text.slice(this.at + 1, end);
    if (raw.includes('<')) this.fail('"<" in an attribute value');
    const value = this.references(raw.replace(/[\t\n\r]/g, ' '));
    this.at = end + 1;
    return value;
  }

  private scopeOf(attributes: ReadonlyMap<string, string>, outer: Scope): Scope {
    let declared: Map<string, string> | undefined;
    for (const [name, value] of attributes) {
      if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
      const prefix = name.slice(6);
      if (prefix === 'xml' || prefix === 'xmlns' || (prefix !== '' && value === '')) {
        this.fail(`"${name}" cannot be declared so`);
      }
      declared ??= new Map();
      declared.set(prefix, value);
    }
    return declared === undefined ? outer : { declared, outer };
  }

  private ownAttributes(attributes: ReadonlyMap<string, string>, scope: Scope): Map<string, string> {
    const own = new Map<string, string>();
    for (const [name, value] of attributes) {
      if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
      const { prefix, local } = this.split(name);
      if (prefix === '') own.set(local, value);
      else if (namespaceOf(prefix, scope) === undefined)
        this.fail(`namespace prefix "${prefix}" is not declared`);
      else if (prefix === 'xml' && local === 'lang') own.set('lang', value);
    }
    return own;
  }

  private endTag(opened: OpenElement | undefined): XmlElement {
    this.at += 2;
    const name = this.name();
    if (opened === undefined || name !== opened.qualifiedName) this.fail(`"</${name}>" closes nothing`);
    this.skipSpace();
    this.expect('>');
    return opened.element;
  }

  private split(qualifiedName: string): { prefix: string; local: string } {
    const colon = qualifiedName.indexOf(':');
    if (colon === -1) return { prefix: '', local: qualifiedName };
    const local = qualifiedName.slice(colon + 1);
    if (colon === 0 || local === '' || local.includes(':')) this.fail(`"${qualifiedName}" is not a name`);
    return { prefix: qualifiedName.slice(0, colon), local };
  }

  private name(): string {
    const start = this.at;
    while (this.at < this.text.length && !isNameEnd(this.text.charCodeAt(this.at))) this.at++;
    const name = this.text.slice(start, this.at);
    if (name === '' || name.length > 256 || /^[-.0-9]/.test(name)) this.fail('a name is expected');
    return name;
  }

  private references(raw: string): string {
    const text = resolveReferences(raw);
    if (text === undefined) this.fail('an entity other than the built-in ones');
    return text;
  }

  private skipDeclaration(): void {
    if (this.text.startsWith('\uFEFF')) this.at = 1;
    if (!/^<\?xml[ \t\r\n]/.test(this.text.slice(this.at, this.at + 6))) return;
    const start = this.at;
    this.skipTo('?>', start);
    const encoding = /encoding[ \t\r\n]*=[ \t\r\n]*["']([^"']*)["']/.exec(this.text.slice(start, this.at));
    if (encoding !== null && !/^(?:utf-8|us-ascii)$/i.test(encoding[1]!)) this.fail('encoding is not UTF-8');
  }

  private skipMisc(): void {
    do this.skipSpace();
    while (this.text[this.at] === '<' && this.skipAside());
  }

  /** Skips a comment or a processing instruction; a DTD is where entity attacks come from, so it is refused. */
  private skipAside(): boolean {
    if (this.text.startsWith('<!--', this.at)) {
      this.skipTo('--', this.at + 4);
      this.expect('>');
      return true;
    }
    if (this.text.startsWith('<!', this.at)) this.fail('document type declarations are not allowed');
    if (!this.text.startsWith('<?', this.at)) return false;
    if (/^<\?xml[?\s]/i.test(this.text.slice(this.at, this.at + 6)))
      this.fail('XML declaration is not at the start');
    this.skipTo('?>', this.at + 2);
    return true;
  }

  private skipTo(end: string, from: number): void {
    const found = this.text.indexOf(end, from);
    if (found === -1) this.fail(`"${end}" is missing`);
    this.at = found + end.length;
  }

  private skipSpace(): void {
    while (isXmlSpace(this.text.charCodeAt(this.at))) this.at++;
  }

  private expect(char: string): void {
    if (this.text[this.at] !== char) this.fail(`"${char}" is expected`);
    this.at++;
  }

  private fail(reason: string): never {
    throw new XmlFault(reason, this.at);
  }
}
