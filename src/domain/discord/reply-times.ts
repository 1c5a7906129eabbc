/** How long each part of keeping a reply may take, in milliseconds. Composition may choose others, for tests. */
export interface ReplyTimes {
  /** Nobody else may send while an attempt may: longer than one call of the platform takes at most. */
  sendMs: number;
  /** A person is reminded this long before a request stops waiting. */
  remindBeforeMs: number;
  /** Whoever waited longer than this gets a new message with the answer: edits notify nobody. */
  noticeAfterMs: number;
}

export const REPLY_TIMES: ReplyTimes = {
  sendMs: 15_000,
  remindBeforeMs: 60 * 60 * 1000,
  noticeAfterMs: 60_000,
};
