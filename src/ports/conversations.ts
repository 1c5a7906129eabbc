/**
 * How far each direct conversation was taken in. `Intake` moves a cursor together with the message that it stores; what
 * is answered instead moves it here. It never goes back.
 */
export interface Conversations {
  /** Every conversation on Discord that was begun. */
  list(): Promise<Conversation[]>;
  /** Null when this message was not declined. */
  findDeclined(message: PlacedMessage): Promise<DeclinedMessage | null>;
  /**
   * From now on this message starts nothing, whatever is allowed later. Comes before anything is said about it. Null when
   * it is a request already, which it stays.
   */
  decline(message: PlacedMessage, notice: string | null): Promise<DeclinedMessage | null>;
  /** Its person knows, as far as they can be told. `passes`: nothing before it is missing, so the cursor moves to it. */
  declineTold(message: PlacedMessage, passes: boolean): Promise<void>;
}

export interface Conversation {
  channel: string;
  /** Null when nothing of it was stored. */
  cursor: string | null;
}

export interface PlacedMessage {
  userId: string;
  channel: string;
  messageId: string;
}

export interface DeclinedMessage {
  /** What its person reads about it; null for nothing. */
  notice: string | null;
  told: boolean;
}
