/**
 * How far each direct conversation was taken in. `Intake` moves a cursor together with the message that it stores; what
 * is answered without being stored moves it here. It never goes back.
 */
export interface Conversations {
  /** Every conversation on Discord that was begun. */
  list(): Promise<Conversation[]>;
  passed(userId: string, channel: string, messageId: string): Promise<void>;
}

export interface Conversation {
  channel: string;
  /** Null when nothing of it was stored. */
  cursor: string | null;
}
