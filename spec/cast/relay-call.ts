// Two browsers that reach each other through a relay only, and say over a data channel what comes through.
import type { IceServer } from '@parley/services/edge/contract';
import type { Page } from 'playwright-core';

export interface RelayedTalk {
  /** What the other end had said, as it came back: each word twice. */
  readonly echoes: readonly string[];
  /** Of the pair in use, as the first browser tells it. */
  readonly local: { readonly candidateType: string; readonly relayProtocol: string };
  readonly remote: { readonly candidateType: string };
}

interface Signal {
  readonly type: string;
  readonly sdp: string;
}

/** What the pages do, for these know the types of no browser. */
const SCRIPT = `globalThis.relay = {
  open(servers) {
    this.connection = new RTCPeerConnection({ iceServers: servers, iceTransportPolicy: 'relay' });
  },
  async described() {
    const { connection } = this;
    await connection.setLocalDescription();
    await new Promise((resolve) => {
      const look = () => connection.iceGatheringState === 'complete' && resolve();
      connection.addEventListener('icegatheringstatechange', look);
      look();
    });
    return { type: connection.localDescription.type, sdp: connection.localDescription.sdp };
  },
  offer(servers) {
    this.open(servers);
    this.channel = this.connection.createDataChannel('talk');
    return this.described();
  },
  async answer(servers, offer) {
    this.open(servers);
    this.connection.addEventListener('datachannel', ({ channel }) =>
      channel.addEventListener('message', ({ data }) => channel.send(data + ' ' + data)));
    await this.connection.setRemoteDescription(offer);
    return this.described();
  },
  async talk(answer, words) {
    const { connection, channel } = this;
    const echoes = [];
    const all = new Promise((resolve) => channel.addEventListener('message', ({ data }) => {
      if (echoes.push(data) === words.length) resolve();
    }));
    await new Promise((resolve, reject) => {
      channel.addEventListener('open', resolve);
      connection.addEventListener('connectionstatechange', () =>
        connection.connectionState === 'failed' && reject(new Error('the relayed connection failed')));
      connection.setRemoteDescription(answer).catch(reject);
    });
    for (const word of words) channel.send(word);
    await all;
    const stats = [...(await connection.getStats()).values()];
    const { selectedCandidatePairId } = stats.find(({ type }) => type === 'transport');
    const pair = stats.find(({ id }) => id === selectedCandidatePairId);
    const [local, remote] = [pair.localCandidateId, pair.remoteCandidateId].map((id) => stats.find((each) => each.id === id));
    return {
      echoes,
      local: { candidateType: local.candidateType, relayProtocol: local.relayProtocol },
      remote: { candidateType: remote.candidateType },
    };
  },
  async error(servers) {
    this.open(servers);
    this.connection.createDataChannel('talk');
    const code = new Promise((resolve) =>
      this.connection.addEventListener('icecandidateerror', ({ errorCode }) => resolve(errorCode)));
    await this.connection.setLocalDescription();
    return code;
  },
};`;

async function ask<T>(page: Page, step: string, ...given: readonly unknown[]): Promise<T> {
  await page.evaluate(`globalThis.relay ?? (() => { ${SCRIPT} })()`);
  const words = given.map((each) => JSON.stringify(each)).join(', ');
  return (await page.evaluate(`relay.${step}(${words})`)) as T;
}

/** Each page with the relays that it may use. The connections stay until `hangUp`. */
export async function talkThroughRelay(
  [caller, callerServers]: readonly [Page, readonly IceServer[]],
  [callee, calleeServers]: readonly [Page, readonly IceServer[]],
  words: readonly string[],
): Promise<RelayedTalk> {
  const offer = await ask<Signal>(caller, 'offer', callerServers);
  const answer = await ask<Signal>(callee, 'answer', calleeServers, offer);
  return await ask<RelayedTalk>(caller, 'talk', answer, words);
}

/** The code with which the relay refuses a browser. */
export async function relayError(page: Page, servers: readonly IceServer[]): Promise<number> {
  const code = await ask<number>(page, 'error', servers);
  await hangUp(page);
  return code;
}

export async function hangUp(...pages: readonly Page[]): Promise<void> {
  for (const page of pages) await page.evaluate('relay.connection.close()');
}
