import { createHash } from 'node:crypto';
import type { ReplyMessage } from '../src/domain/discord/reply-view.ts';
import type { ReplyTimes } from '../src/domain/discord/reply-times.ts';
import { ProviderFailure } from '../src/ports/provider-failure.ts';
import { ReplyRefused, type MessagePlatform, type Reply, type ReplyStore } from '../src/ports/replies.ts';
import { lookAgain } from './failures.ts';

/** Sends for one attempt, for as long as no later attempt has come. */
export interface ReplySender {
  /** Brings the one message of the request to this text. @returns its id */
  main(message: ReplyMessage): Promise<string>;
  /** Posts a further message, once per slot, as an answer to `replyTo` (the one message when left out). */
  once(slot: string, message: ReplyMessage, replyTo?: string): Promise<string>;
}

export function createReplySender(
  parts: { store: ReplyStore; platform: MessagePlatform; times: ReplyTimes },
  requestId: string,
  fence: number,
  reply: Reply,
): ReplySender {
  const { store, platform, times } = parts;
  const { channel, askedId, revision } = reply;
  const posted = new Map(reply.posted);

  /** Runs just before anything leaves. */
  const admit = async () => {
    if (!(await store.maySend(requestId, fence, times.sendMs))) throw lookAgain('replyOvertaken', 500);
  };

  /** `isNew` is false when an earlier attempt may have posted it, perhaps with an older text. */
  async function post(slot: string, message: ReplyMessage, replyTo: string): Promise<{ id: string; isNew: boolean }> {
    await admit();
    const { since } = await store.startPost(requestId, slot);
    const place = { channel, replyTo, nonce: nonceOf(requestId, slot) };
    const found = since === null ? null : await platform.find({ channel, replyTo, since, known: [...posted.values()] });
    const id = found ?? (await send().catch(forgetIfRefused));
    await store.posted(requestId, slot, id);
    posted.set(slot, id);
    return { id, isNew: since === null };

    async function send(): Promise<string> {
      await admit();
      return platform.post(message, place);
    }
    async function forgetIfRefused(error: unknown): Promise<never> {
      if (since === null && isRefusal(error)) await store.notPosted(requestId, slot);
      throw error;
    }
  }

  async function once(slot: string, message: ReplyMessage, replyTo?: string): Promise<string> {
    const known = posted.get(slot);
    if (known !== undefined) return known;
    return (await post(slot, message, replyTo ?? mainId() ?? askedId)).id;
  }

  const mainId = () => posted.get('again') ?? posted.get('main');

  return {
    once,
    async main(message) {
      const shown = createHash('sha256').update(JSON.stringify(message)).digest('base64url');
      const before = mainId();
      if (before !== undefined && reply.shown === shown) return before;
      const id = before === undefined ? await postMain('main', message) : await edit(before, message);
      await store.shown(requestId, revision, shown);
      return id;
    },
  };

  async function postMain(slot: 'main' | 'again', message: ReplyMessage): Promise<string> {
    const { id, isNew } = await post(slot, message, askedId);
    return isNew ? id : edit(id, message);
  }

  /** A message that was deleted is posted anew, once: who deletes it again does not want it. */
  async function edit(messageId: string, message: ReplyMessage): Promise<string> {
    await admit();
    try {
      await platform.edit(message, { channel, messageId });
      return messageId;
    } catch (error) {
      const isGone = error instanceof ReplyRefused && error.kind === 'messageGone';
      if (!isGone || posted.has('again')) throw error;
      return postMain('again', message);
    }
  }
}

/** At most 25 characters, which is what Discord takes; the same at every try. */
function nonceOf(requestId: string, slot: string): string {
  return createHash('sha256').update(`${requestId}/${slot}`).digest('base64url').slice(0, 25);
}

/** True when the platform said that it did nothing. */
function isRefusal(error: unknown): boolean {
  if (error instanceof ReplyRefused) return true;
  return error instanceof ProviderFailure && (error.kind === 'rateLimited' || error.kind === 'unauthorized');
}
