import assert from 'node:assert/strict';
import { test } from 'node:test';
import { featureTags, isFeatureTag, parseFeatureValue, serializeFeatureTags } from './feature-tags.ts';
import { parseNameAddr } from './name-addr.ts';

test('RFC 3840 §9: base tags and tags with a plus are feature tags, others are parameters', () => {
  assert.deepEqual(['audio', 'isfocus', '+sip.instance', '+', 'q', 'expires', 'methods'].map(isFeatureTag), [
    true,
    true,
    true,
    false,
    false,
    false,
    true,
  ]);
});

test('RFC 3840 §9: values are written in quotes, a tag without one stands alone', () => {
  const tags = featureTags(parseNameAddr('<sip:a@b>;q=0.5;audio;language="en,!de";mobility=fixed')!.params);
  assert.equal(serializeFeatureTags(tags), ';audio;language="en,!de";mobility="fixed"');
});

for (const [text, values] of [
  [undefined, [[false, 'boolean', true]]],
  ['FALSE', [[false, 'boolean', false]]],
  [
    'INVITE, !bye',
    [
      [false, 'token', 'invite'],
      [true, 'token', 'bye'],
    ],
  ],
  ['<urn:uuid:1, 2>', [[false, 'string', 'urn:uuid:1, 2']]],
  ['!<x>', [[true, 'string', 'x']]],
] as const) {
  test(`RFC 3840 §9: the value ${text}`, () =>
    assert.deepEqual(
      parseFeatureValue(text)?.map(({ isNegated, match }) => [
        isNegated,
        match.kind,
        match.kind === 'number' ? match.least : match.value,
      ]),
      values,
    ));
}

for (const [text, least, most] of [
  ['#=5', 5, 5],
  ['#>=-1.5', -1.5, Number.POSITIVE_INFINITY],
  ['#<=7', Number.NEGATIVE_INFINITY, 7],
  ['#1:5', 1, 5],
] as const) {
  test(`RFC 3840 §9: the range ${text}`, () =>
    assert.deepEqual(parseFeatureValue(text), [
      { isNegated: false, match: { kind: 'number', least, most } },
    ]));
}

for (const text of ['', ',', 'a b', '#5', '#', '#>5', '<a', '<a>,b', '!', Array(65).fill('a').join()]) {
  test(`RFC 3840 §9: "${text.slice(0, 20)}" is no value`, () =>
    assert.equal(parseFeatureValue(text), undefined));
}
