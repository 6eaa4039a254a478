import { udpBatchSuite } from './udp-batch-suite.ts';
import { openDgramPort } from './udp-dgram.ts';

udpBatchSuite('node:dgram', openDgramPort);
