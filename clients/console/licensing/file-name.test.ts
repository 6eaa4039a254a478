import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileName } from './file-name.ts';

test('a licence file is called by its issuer and its licence', () => {
  assert.equal(fileName('["Example Group IT","project-north"]'), 'Example Group IT · project-north');
  assert.equal(fileName('project-north'), 'project-north');
  assert.equal(fileName('7'), '7');
});
