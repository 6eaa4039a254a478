// A person's calendar as an iCalendar feed over HTTP: what stands in it is changed by the play.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Meeting {
  readonly start: number;
  readonly end: number;
  readonly summary: string;
  readonly place: string;
}

export interface CalendarFeed extends AsyncDisposable {
  /** A new one each time, so that it is read at once: a feed that is known is asked again minutes later. */
  newAddress(): string;
  readonly meetings: Meeting[];
}

export async function openCalendarFeed(): Promise<CalendarFeed> {
  const meetings: Meeting[] = [];
  const stamp = (atMs: number) => new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '');
  const server = createServer((_, response) => {
    const events = meetings.flatMap(({ start, end, summary, place }, index) => [
      'BEGIN:VEVENT',
      `UID:${index}`,
      `DTSTART:${stamp(start)}`,
      `DTEND:${stamp(end)}`,
      `SUMMARY:${summary}`,
      `LOCATION:${place}`,
      'END:VEVENT',
    ]);
    response.end(['BEGIN:VCALENDAR', ...events, 'END:VCALENDAR', ''].join('\r\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let asked = 0;
  return {
    meetings,
    newAddress() {
      asked += 1;
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/calendar-${asked}.ics`;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
