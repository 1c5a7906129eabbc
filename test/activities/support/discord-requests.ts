import type { ActivityParts } from '../../../activities/index.ts';
import { REPLY_TIMES, type ReplyTimes } from '../../../src/domain/discord/reply-times.ts';
import { SCOPES } from '../../../src/domain/scopes.ts';
import type { Language } from '../../../src/domain/words.ts';
import type { Call } from '../../../src/ports/consent-store.ts';
import type { MessagePlatform } from '../../../src/ports/replies.ts';
import { createDiscordPlatform } from '../../../src/providers/discord/discord-platform.ts';
import { createDiscordRest } from '../../../src/providers/discord/discord-rest.ts';
import { createReplyStore } from '../../../src/providers/postgres/reply-store.ts';
import { createRequestReader } from '../../../src/providers/postgres/request-reader.ts';
import type { DiscordPeer, DiscordPerson } from '../../support/discord/peer.ts';
import type { Heart } from '../../support/heart.ts';

export const PUBLIC_URL = 'https://panager.example';

/** The orchestrator's way to the peer, over its own database role. */
export function repliesOver(heart: Heart, peer: DiscordPeer, times: Partial<ReplyTimes> = {}, timeoutMs = 5_000) {
  const ignore = () => undefined;
  const rest = createDiscordRest({
    token: peer.token,
    apiUrl: peer.apiUrl,
    logger: { error: ignore, warn: ignore },
    timeoutMs,
    // A minute, for operators.
    refusedTokenPauseMs: 1_500,
  });
  const platform: MessagePlatform = createDiscordPlatform(rest.call);
  const replies = {
    store: createReplyStore(heart.pools.orchestrator, createRequestReader(heart.pools.orchestrator)),
    platform,
    place: { publicUrl: PUBLIC_URL, emulated: [] },
    times: { ...REPLY_TIMES, ...times },
  } satisfies ActivityParts['replies'];
  return { replies, close: rest.close };
}

export interface DiscordUser {
  userId: string;
  person: DiscordPerson;
}

/** Somebody who talks to us in their direct messages. */
export async function newDiscordUser(heart: Heart, peer: DiscordPeer, language: Language = 'ko'): Promise<DiscordUser> {
  const person = await peer.addPerson();
  const { user } = await heart.sessions.signIn({
    issuer: 'https://discord.com',
    subject: person.userId,
    displayName: person.name,
    language,
  });
  return { userId: user.id, person };
}

/** What intake makes of a direct message. */
export async function askInDiscord(
  heart: Heart,
  peer: DiscordPeer,
  { userId, person }: DiscordUser,
  text = '이번 주 일정 보여줘',
  language: Language = 'ko',
): Promise<{ requestId: string; askedId: string }> {
  const askedId = await peer.say(person, text);
  const { requestId } = await heart.intake.accept({
    userId,
    platform: 'discord',
    channel: person.channelId,
    clientId: askedId,
    text,
    language,
    timeZone: 'Asia/Seoul',
  });
  return { requestId, askedId };
}

/** A call that the model chose. */
export async function chooseCall(
  heart: Heart,
  requestId: string,
  chosen: Partial<Pick<Call, 'tool' | 'arguments' | 'writes' | 'needs'>>[] = [{}],
): Promise<Call[]> {
  await heart.stories.claim(requestId);
  const { calls } = await heart.stories.saveTurn(requestId, {
    step: 1,
    answer: null,
    calls: chosen.map((call) => ({
      tool: 'calendar_list_events',
      arguments: { from: '2026-11-23', to: '2026-11-30' },
      provider: 'google',
      needs: [SCOPES.calendarEventsRead],
      writes: false,
      ...call,
    })),
  });
  return Promise.all(calls.map(async ({ callId }) => (await heart.store.findCall(requestId, callId))!));
}
