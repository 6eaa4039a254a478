// What may be done with a group, and what then is different: who is in it, who leads it, its title, its lock. Pure.
import { done, type Outcome } from '@parley/platform/contract';
import { cleanLine } from '@parley/protocol/text';
import { type GroupChange, imErrors, type Notice } from './contract.ts';

export interface Member {
  readonly userId: string;
  readonly leads: boolean;
}

export interface Group {
  /** Those who are in it, in the order in which they came. */
  readonly members: readonly Member[];
  readonly title: string;
  readonly isLocked: boolean;
}

/** What comes of a change: the group as it is from now on, and what is said about it in the conversation. */
export interface ChangedGroup {
  readonly group: Group;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Empty where nothing changes. */
  readonly notices: readonly Notice[];
}

const TITLE_CHARS = 100;
export function groupTitle(text: string): string {
  return cleanLine(text, TITLE_CHARS);
}

/** @param most how many people the policy of `by` allows in a group. */
export function changeGroup(
  group: Group,
  change: GroupChange,
  by: string,
  most: number,
): Outcome<ChangedGroup> {
  const self = group.members.find(({ userId }) => userId === by);
  if (self === undefined) return imErrors.fault('IM_NO_SUCH_CONVERSATION');
  const leads = self.leads || !group.members.some((member) => member.leads);
  switch (change.kind) {
    case 'add':
      return add(group, change.userIds, by, most);
    case 'remove':
      if (change.userId === by) return leave(group, by);
      return leads ? remove(group, change.userId, by) : imErrors.fault('IM_NOT_LEADER');
    case 'leave':
      return leave(group, by);
    case 'leader':
      return leads ? makeLeader(group, change.userId, by) : imErrors.fault('IM_NOT_LEADER');
    case 'lock':
      if (!leads) return imErrors.fault('IM_NOT_LEADER');
      if (change.locked === group.isLocked) return done(unchanged(group));
      return done(
        changed({ ...group, isLocked: change.locked }, [
          { kind: change.locked ? 'locked' : 'unlocked', userIds: [], by },
        ]),
      );
    case 'rename': {
      if (group.isLocked && !leads) return imErrors.fault('IM_NOT_LEADER');
      const title = groupTitle(change.title);
      if (title === group.title) return done(unchanged(group));
      return done(changed({ ...group, title }, [{ kind: 'renamed', userIds: [], by, title }]));
    }
  }
}

function add(group: Group, userIds: readonly string[], by: string, most: number): Outcome<ChangedGroup> {
  const here = new Set(group.members.map(({ userId }) => userId));
  const added = [...new Set(userIds)].filter((userId) => !here.has(userId));
  if (added.length === 0) return done(unchanged(group));
  if (group.isLocked) return imErrors.fault('IM_GROUP_LOCKED');
  if (here.size + added.length > most) return tooMany(most, most - here.size);
  const members = [...group.members, ...added.map((userId) => ({ userId, leads: false }))];
  return done({ ...changed({ ...group, members }, [{ kind: 'added', userIds: added, by }]), added });
}

function remove(group: Group, userId: string, by: string): Outcome<ChangedGroup> {
  const members = group.members.filter((member) => member.userId !== userId);
  if (members.length === group.members.length) return done(unchanged(group));
  const next = changed({ ...group, members }, [{ kind: 'removed', userIds: [userId], by }]);
  return done({ ...next, removed: [userId] });
}

/** A group whose last leader leaves is led by whoever has been in it longest. */
function leave(group: Group, by: string): Outcome<ChangedGroup> {
  const left = group.members.filter(({ userId }) => userId !== by);
  const notices: Notice[] = [{ kind: 'left', userIds: [by], by }];
  const heir = left.some((member) => member.leads) ? undefined : left[0];
  if (heir !== undefined) notices.push({ kind: 'leader', userIds: [heir.userId], by });
  const members = left.map((member) => (member === heir ? { ...member, leads: true } : member));
  return done({ ...changed({ ...group, members }, notices), removed: [by] });
}

function makeLeader(group: Group, userId: string, by: string): Outcome<ChangedGroup> {
  const chosen = group.members.find((member) => member.userId === userId);
  if (chosen === undefined) return imErrors.fault('IM_NOT_A_MEMBER');
  if (chosen.leads) return done(unchanged(group));
  const members = group.members.map((member) => (member === chosen ? { ...member, leads: true } : member));
  return done(changed({ ...group, members }, [{ kind: 'leader', userIds: [userId], by }]));
}

export function tooMany(most: number, free: number): ReturnType<typeof imErrors.fault> {
  const room = free > 0 ? `there is room for ${free} more` : 'it is full';
  return imErrors.fault('IM_GROUP_FULL', `A group holds at most ${most} people, and ${room}.`);
}

function unchanged(group: Group): ChangedGroup {
  return { group, added: [], removed: [], notices: [] };
}

function changed(group: Group, notices: readonly Notice[]): ChangedGroup {
  return { group, added: [], removed: [], notices };
}

const NAMED = 5;

/** A notice in words, for phones and for who knows no notices. */
export function noticeText({ kind, userIds, by, title }: Notice, nameOf: (userId: string) => string): string {
  const names = userIds.slice(0, NAMED).map(nameOf);
  if (userIds.length > NAMED) names.push(`${userIds.length - NAMED} more`);
  const people = names.join(', ');
  switch (kind) {
    case 'added':
      return `${nameOf(by)} added ${people}.`;
    case 'removed':
      return `${nameOf(by)} removed ${people}.`;
    case 'left':
      return `${people} left.`;
    case 'leader':
      return `${people} leads the group now.`;
    case 'locked':
      return `${nameOf(by)} locked the group: nobody can be added.`;
    case 'unlocked':
      return `${nameOf(by)} unlocked the group.`;
    case 'renamed':
      return title
        ? `${nameOf(by)} named the group “${title}”.`
        : `${nameOf(by)} took the group’s name away.`;
  }
}
