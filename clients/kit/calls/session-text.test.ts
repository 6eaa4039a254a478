import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markScreen, screensIn } from './session-text.ts';

const SDP = [
  'v=0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=mid:0',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=mid:1',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=mid:2',
  '',
].join('\r\n');

test('the section of the screen is marked, and the other end finds it', () => {
  assert.deepEqual([...screensIn(SDP)], []);
  const marked = markScreen(SDP, '2');
  assert.deepEqual([...screensIn(marked)], ['2']);
  assert.equal(marked.replace('a=content:slides\r\n', ''), SDP);
  assert.equal(markScreen(SDP, null), SDP);
});
