import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildRequest, type SipRequest } from '@parley/protocol/sip';
import { keyOfInfo } from './info-keys.ts';
