// What other services ask of rules that they were told.
export { peopleNamedIn } from './rules/people.ts';
