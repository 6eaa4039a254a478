// Settings of what is remembered about calls.
import { Type } from 'typebox';

export interface MonitoringConfig {
  readonly keepDays: number;
  readonly rateEvery: number;
}

export const MonitoringSchema = Type.Object(
  {
    keepDays: Type.Integer({
      minimum: 1,
      maximum: 2_562,
      description:
        'For how many days it is kept how calls went: loss, delay, scores, and the stars that people gave.',
    }),
    rateEvery: Type.Integer({
      minimum: 0,
      maximum: 1_000,
      description:
        'After one of so many calls, by chance, and after each that went badly, the person is asked how it was. 0: nobody is asked.',
    }),
  },
  { description: 'What is remembered about calls; never what was said.' },
);

export const DEFAULT_MONITORING: MonitoringConfig = { keepDays: 60, rateEvery: 20 };
