import {
  renderAnswer,
  renderApprovalNotice,
  renderNotice,
  renderReminder,
} from '../src/domain/discord/render-answer.ts';
import { renderReply } from '../src/domain/discord/render-reply.ts';
import type { ReplyPlace } from '../src/domain/discord/reply-view.ts';
import { REPLY_TIMES, type ReplyTimes } from '../src/domain/discord/reply-times.ts';
import { Alarm } from '../src/connections/alarm.ts';
import { ReplyRefused, type MessagePlatform, type Reply, type ReplyStore } from '../src/ports/replies.ts';
import { lookAgain, refused } from './failures.ts';
import { withHeartbeat } from './heartbeat.ts';
import { assertOwnRow } from './own-row.ts';
import { createReplySender, type ReplySender } from './reply-sender.ts';

/** Left out where no such platform is configured: requests from there are answered on the web page alone. */
export interface ReplyParts {
  replies?: {
    store: ReplyStore;
    platform: MessagePlatform;
    place: ReplyPlace;
    times?: ReplyTimes;
  };
  /** For the operator's log. */
  onUnexpected: (activity: string, error: unknown) => void;
}

/** What a workflow learns of its reply. */
export interface ShownReply {
  /** False when the platform takes no message of ours there. */
  deliverable: boolean;
  /** The request waits for its person. */
  waits: boolean;
  /** When to remind the person, in milliseconds since the epoch. */
  remindAt: number | null;
}

const NOT_DELIVERABLE: ShownReply = { deliverable: false, waits: false, remindAt: null };
const NOTHING_WAITS: ShownReply = { deliverable: true, waits: false, remindAt: null };
/** Longer than anything here takes; each call of the platform is bounded by itself. */
const TIMEOUT_MS = 120_000;

/**
 * The one message of a request, kept to what its rows say. Every run reads the newest rows and brings the message there,
 * so it may run any number of times, for whatever reason, and a run that comes late changes nothing.
 */
export function createReplyActivities({ replies, onUnexpected }: ReplyParts) {
  return {
    /** Posts the message, or edits it to the newest state, while the request is under way. */
    showReply: ({ requestId, slow }: { requestId: string; slow: boolean }): Promise<ShownReply> =>
      keep(requestId, async (reply, send, { place, times }) => {
        if (reply.undeliverable !== null) return NOT_DELIVERABLE;
        // What comes too late leaves the answer alone.
        if (reply.ended) return NOTHING_WAITS;
        await send.main(renderReply(reply.view, { ...place, slow, reminded: isReminded(reply) }));
        for (const callId of reply.asking) await send.once(`ask.${callId}`, renderApprovalNotice(reply.view));
        return shownReply(reply, times);
      }),

    /** Tells the person, before time is up, that the request still waits. */
    remind: ({ requestId }: { requestId: string }): Promise<ShownReply> =>
      keep(requestId, async (reply, send, { place, times, store }) => {
        if (reply.undeliverable !== null) return NOT_DELIVERABLE;
        const next = shownReply(reply, times);
        const deadline = nextDeadline(reply);
        if (deadline === null || next.remindAt === null || next.remindAt > reply.now.getTime()) return next;
        await send.once(`reminder.${deadline.getTime()}`, renderReminder(reply.view, place));
        await store.reminded(requestId, deadline);
        return { ...next, remindAt: null };
      }),

    /**
     * The end: the answer takes the place of the prompt, and whoever waited for it is told with a new message.
     * What was undeliverable before is tried once more.
     */
    deliverReply: ({ requestId }: { requestId: string }): Promise<{ delivered: boolean }> =>
      keep(requestId, async (reply, send, { place, store }) => {
        if (!reply.ended) throw refused('requestNotEnded');
        if (!reply.delivered) {
          const [first, ...more] = renderAnswer(reply.view, place);
          let last = await send.main(first ?? { text: '', buttons: [] });
          for (const [index, message] of more.entries()) last = await send.once(`part.${index + 2}`, message, last);
          const notice = reply.waited ? renderNotice(reply.view) : null;
          if (notice !== null) await send.once('notice', notice, last);
          await store.delivered(requestId);
        }
        return NOTHING_WAITS;
      }).then(({ deliverable }) => ({ delivered: deliverable })),
  };

  type Parts = NonNullable<ReplyParts['replies']> & { times: ReplyTimes };

  /** Runs `work` as the only one that may send for this request. */
  async function keep(
    requestId: string,
    work: (reply: Reply, send: ReplySender, parts: Parts) => Promise<ShownReply>,
  ): Promise<ShownReply> {
    assertOwnRow(`request-${requestId}`);
    if (replies === undefined) return NOT_DELIVERABLE;
    const parts: Parts = { ...replies, times: replies.times ?? REPLY_TIMES };
    const { store, times } = parts;
    const fence = await store.take(requestId, times.sendMs);
    if (fence === null) throw lookAgain('replyUnderWay', 500);
    return withHeartbeat(TIMEOUT_MS, async () => {
      try {
        const reply = await store.find(requestId, times.noticeAfterMs);
        if (reply === null) throw refused('requestNotFound');
        return await work(reply, createReplySender(parts, requestId, fence, reply), parts);
      } catch (error) {
        if (!(error instanceof ReplyRefused)) throw error;
        if (error.kind === 'invalid')
          onUnexpected('replies', new Alarm(`a message of ours was not taken: ${error.code}`));
        await store.undeliverable(requestId, error.code);
        return NOT_DELIVERABLE;
      } finally {
        await store.release(requestId, fence);
      }
    });
  }
}

function shownReply(reply: Reply, { remindBeforeMs }: ReplyTimes): ShownReply {
  const deadline = nextDeadline(reply);
  if (deadline === null) return NOTHING_WAITS;
  const remindAt = isReminded(reply) ? null : deadline.getTime() - remindBeforeMs;
  return { deliverable: true, waits: true, remindAt };
}

/** The earliest time at which something of this request stops waiting. */
function nextDeadline({ view, ended }: Reply): Date | null {
  const times = [...view.waitingFor, ...view.approvals].map(({ deadline }) => deadline.getTime());
  return ended || times.length === 0 ? null : new Date(Math.min(...times));
}

function isReminded(reply: Reply): boolean {
  const deadline = nextDeadline(reply);
  return deadline !== null && reply.remindedFor !== null && reply.remindedFor >= deadline;
}
