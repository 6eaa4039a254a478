export type { BusyStatus, Calendar, CalendarEvent, CalendarResult, Instance, Window } from './calendar.ts';
export { expandCalendar, readCalendar } from './calendar.ts';
