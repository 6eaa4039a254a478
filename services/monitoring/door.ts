// What `parley trace` may ask the process that runs: the same as pages, without a sign-in. Used by service.ts.
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import { Value } from 'typebox/value';
import {
  DoorQuestion,
  listCalls,
  monitoringErrors,
  recentSightings,
  showLadder,
  TRACE_ACTOR,
} from './contract.ts';
import { ladderText } from './ladder-text.ts';
import { exportCalls } from './trace-export.ts';

const DEADLINE_MS = 20_000;

export async function answerDoor(bus: Bus, question: unknown): Promise<Outcome<unknown>> {
  if (!Value.Check(DoorQuestion, question)) return monitoringErrors.fault('MONITORING_BAD_QUESTION');
  const options = { deadlineMs: DEADLINE_MS };
  switch (question.ask) {
    case 'calls':
      return bus.call(listCalls, { filter: question.filter, limit: question.limit }, options);
    case 'sightings':
      return bus.call(
        recentSightings,
        { filter: question.filter, from: question.from, limit: question.limit },
        options,
      );
    case 'ladder': {
      const shown = await bus.call(showLadder, { callId: question.callId }, options);
      return shown.ok ? done({ ...shown.value, text: ladderText(shown.value.ladder) }) : shown;
    }
    case 'export': {
      const { callIds, format } = question;
      const file = await exportCalls(bus, { actor: TRACE_ACTOR, callIds, format });
      return file.ok ? done({ base64: Buffer.from(file.value).toString('base64') }) : file;
    }
  }
}
