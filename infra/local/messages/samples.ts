import type { ApprovalView, ReplyView, WaitView } from '../../../src/domain/discord/reply-view.ts';
import { SCOPES } from '../../../src/domain/scopes.ts';
import type { Language } from '../../../src/domain/words.ts';

/** Made-up requests, for showing what messages say. */

const ID = '00000000-0000-4000-8000-000000000000';
export const IN_23_HOURS = new Date('2026-11-25T00:00:00Z');
export const IN_AN_HOUR = new Date('2026-11-24T02:00:00Z');

export function aRequest(language: Language, more: Partial<ReplyView> = {}): ReplyView {
  return {
    ...{ id: ID, language, timeZone: 'Asia/Seoul', status: 'thinking', answer: null },
    text: { ko: '이번 주 일정 보여줘', en: "What's on this week?" }[language],
    ...{ waitingFor: [], approvals: [], calls: [], accounts: [], runs: [] },
    ...more,
  };
}

export function aWait(more: Partial<WaitView> = {}): WaitView {
  return {
    ...{ provider: 'google', reason: 'neverConnected', missingScopes: [SCOPES.calendarEventsRead] },
    ...{ publicId: 'A'.repeat(22), flowId: ID, deadline: IN_23_HOURS, lastOutcome: null },
    ...{ openedByStranger: false, requests: 1 },
    ...more,
  };
}

export function anApproval(title: string, location?: string): ApprovalView {
  const start = { date: '2026-12-01', time: '15:00' };
  const event = { durationMinutes: 60, location, start, timeZone: 'Asia/Seoul', title };
  return {
    ...{ approvalId: ID, provider: 'google', tool: 'calendar_create_event', deadline: IN_23_HOURS },
    preview: JSON.stringify({ tool: 'calendar_create_event', arguments: event }, null, 2),
  };
}

export const A_RUN = ID;
export const runningInProject = { id: '1.1', tool: 'run_in_project', status: 'running' } as const;
export const running = { id: '1.1', tool: 'calendar_list_events', status: 'running' } as const;
