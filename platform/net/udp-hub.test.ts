import { test } from 'node:test';
import { openDgramPort } from './udp-dgram.ts';
import { nativeHub } from './udp-hub-native.ts';
import { hubOfPorts } from './udp-hub-ports.ts';
import { udpHubSuite } from './udp-hub-suite.ts';
import { loadNativeHub } from './udp-native-build.ts';

udpHubSuite('of ports', hubOfPorts(openDgramPort));

const native = await loadNativeHub();
if (native.ok) udpHubSuite('in native code', nativeHub(native.binding));
else test('the native UDP hub', { skip: `it is not here: ${native.reason}` }, () => {});
