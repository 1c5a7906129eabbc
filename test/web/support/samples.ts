import { randomUUID } from 'node:crypto';
import type {
  ApprovalWaiting,
  ConnectionView,
  RequestAnswer,
  SessionAnswer,
  ConsentWaiting,
} from '../../../src/http/contract.ts';

const HOUR_MS = 3_600_000;

export const READ_EVENTS = 'https://www.googleapis.com/auth/calendar.events.readonly';

/** The week as the assistant would answer it. */
export const WEEK = `이번 주 일정 3개입니다.

11월 24일 (월)
  10:00 팀 회의 (회의실 A)
  15:30 치과

11월 27일 (목)
  종일 부산 출장`;

export function aSession(change: Partial<SessionAnswer> = {}): SessionAnswer {
  return {
    user: { id: randomUUID(), name: '지수', language: 'ko' },
    signIn: 'name',
    emulated: ['google'],
    offlinePlanner: true,
    deployment: 'cloud',
    ...change,
  };
}

export function aRequest(change: Partial<RequestAnswer> = {}): RequestAnswer {
  return {
    id: randomUUID(),
    revision: 1,
    text: '이번 주 일정 보여줘',
    language: 'ko',
    status: 'queued',
    answer: null,
    waitingFor: [],
    calls: [],
    createdAt: new Date().toISOString(),
    finishedAt: isEnded(change.status) ? new Date().toISOString() : null,
    ...change,
  };
}

const isEnded = (status: RequestAnswer['status'] = 'queued') =>
  ['done', 'failed', 'cancelled', 'expired'].includes(status);

export function aWait(change: Partial<ConsentWaiting> = {}): ConsentWaiting {
  return {
    kind: 'connection',
    provider: 'google',
    reason: 'neverConnected',
    scopes: [READ_EVENTS],
    link: 'http://localhost:8000/connect/AAAAAAAAAAAAAAAAAAAAAA',
    deadline: new Date(Date.now() + 24 * HOUR_MS).toISOString(),
    flowId: randomUUID(),
    approvalId: null,
    lastOutcome: null,
    openedByStranger: false,
    ...change,
  };
}

/** The text of a call, as the server makes it of the stored bytes. */
export const aPreview = (tool: string, args: object) => JSON.stringify({ tool, arguments: args }, null, 2);

/** Arguments of an event of an hour. The zone is the one that the tests' browsers are in. */
export const DENTIST = {
  durationMinutes: 60,
  start: { date: `${new Date().getFullYear()}-11-26`, time: '15:00' },
  timeZone: 'Asia/Seoul',
  title: '치과 예약',
};

export function anApproval(change: Partial<ApprovalWaiting> = {}): ApprovalWaiting {
  return {
    kind: 'approval',
    provider: 'google',
    reason: 'staleWrite',
    scopes: [],
    link: null,
    deadline: new Date(Date.now() + 24 * HOUR_MS).toISOString(),
    flowId: null,
    approvalId: randomUUID(),
    tool: 'calendar_create_event',
    preview: aPreview('calendar_create_event', DENTIST),
    expiresAt: new Date(Date.now() + HOUR_MS / 4).toISOString(),
    ...change,
  };
}

export function aConnection(change: Partial<ConnectionView> = {}): ConnectionView {
  return {
    id: randomUUID(),
    provider: 'google',
    account: 'alice@example.com',
    status: 'active',
    scopes: [READ_EVENTS],
    connectedAt: new Date().toISOString(),
    lastUsedAt: null,
    ...change,
  };
}
