import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_XML_LIMITS, parseXml } from './xml-reader.ts';

function root(text: string) {
  const result = parseXml(text);
  assert(result.ok, JSON.stringify(result));
  return result.root;
}

test('elements, attributes, namespaces, text, CDATA, comments and references', () => {
  const element = root(`\uFEFF<?xml version='1.0' encoding="utf-8"?><!-- c --><?pi x?>
    <a xmlns="urn:1" xmlns:b="urn:2" x='1 &lt; "2"' b:y="z" xml:lang="de">t&#65;&#x42;<b:c xmlns=""><d/></b:c><![CDATA[<&]]><!-- no -->u</a> `);
  assert.deepEqual([element.namespace, element.name, element.text], ['urn:1', 'a', 'tAB<&u']);
  assert.deepEqual(
    [...element.attributes],
    [
      ['x', '1 < "2"'],
      ['lang', 'de'],
    ],
  );
  const [child] = element.children;
  assert.deepEqual([child?.namespace, child?.name, child?.children[0]?.namespace], ['urn:2', 'c', '']);
});

for (const text of [
  '',
  ' ',
  'text',
  '<a>',
  '</a>',
  '<a></b>',
  '<a/><a/>',
  '<a/>x',
  '<a b=1/>',
  '<a b/>',
  '<a b="1"c="2"/>',
  '<a b="1" b="2"/>',
  '<a b="<"/>',
  '<a b="1/>',
  '<a>&nbsp;</a>',
  '<a>&lt</a>',
  '<a>& </a>',
  '<a>&#0;</a>',
  '<a>&#xD800;</a>',
  '<a>&#x110000;</a>',
  '<a>]]></a>',
  '<a><![CDATA[x</a>',
  '<a><!-- x</a>',
  '<!-- a -- b --><a/>',
  '<p:a/>',
  '<a p:b="1"/>',
  '<a xmlns:p=""/>',
  '<:a/>',
  '<a:b:c xmlns:a="u"/>',
  '<1a/>',
  '< a/>',
  '<a\u0000/>',
  '<a>\ud800</a>',
  ' <?xml version="1.0"?><a/>',
  '<?xml version="1.0" encoding="UTF-16"?><a/>',
  '<!DOCTYPE a><a/>',
  '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
  '<a><!ENTITY x SYSTEM "file:///etc/passwd"></a>',
]) {
  test(`${JSON.stringify(text)} is refused`, () => assert.equal(parseXml(text).ok, false));
}

test('bytes that are not UTF-8 are refused', () =>
  assert.equal(parseXml(Uint8Array.of(0x3c, 0xff)).ok, false));

test('size, depth, number of elements and of attributes are bounded', () => {
  const { maxAttributes, maxChars, maxDepth, maxElements } = DEFAULT_XML_LIMITS;
  const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);
  assert.equal(parseXml(nested(maxDepth)).ok, true);
  assert.equal(parseXml(nested(maxDepth + 1)).ok, false);
  assert.equal(parseXml(`<a>${'<b/>'.repeat(maxElements - 1)}</a>`).ok, true);
  assert.equal(parseXml(`<a>${'<b/>'.repeat(maxElements)}</a>`).ok, false);
  const attributes = (count: number) => Array.from({ length: count }, (_, i) => ` a${i}=""`).join('');
  assert.equal(parseXml(`<a${attributes(maxAttributes)}/>`).ok, true);
  assert.equal(parseXml(`<a${attributes(maxAttributes + 1)}/>`).ok, false);
  assert.equal(parseXml(`<a>${' '.repeat(maxChars)}</a>`).ok, false);
});
