import { createAttemptActivities, type AttemptParts } from './attempts.ts';
import { createCallTool, type CallToolParts } from './call-tool.ts';
import { translated } from './failures.ts';
import { createFinishRequest, type FinishRequestParts } from './finish-request.ts';
import { createReplyActivities, type ReplyParts } from './replies.ts';
import { createPlacementActivities, type PlacementParts } from './runs/placement.ts';
import { createSettleRunCall, type SettleRunCallParts } from './settle-run-call.ts';
import { createThink, type ThinkParts } from './think.ts';

export type { OrphanPage } from '../src/connections/search-orphans.ts';
export type { Settled } from './call-tool.ts';
export type { ApprovalRequired, AuthRequired } from './failures.ts';
export type { ShownReply } from './replies.ts';
export type { SandboxActivities } from './runs/index.ts';
export type { ChosenCall, SettledCallRef } from './think.ts';

export type ActivityParts = ThinkParts &
  CallToolParts &
  SettleRunCallParts &
  FinishRequestParts &
  AttemptParts &
  ReplyParts &
  PlacementParts & { onUnexpected: (activity: string, error: unknown) => void };

/** Everything that workflows may ask for. No error leaves that was not translated. */
export function createActivities(parts: ActivityParts) {
  const activities = {
    ...createThink(parts),
    ...createCallTool(parts),
    ...createSettleRunCall(parts),
    ...createFinishRequest(parts),
    ...createAttemptActivities(parts),
    ...createReplyActivities(parts),
    ...createPlacementActivities(parts),
  };
  return translated(activities, parts.onUnexpected);
}

export type Activities = ReturnType<typeof createActivities>;
