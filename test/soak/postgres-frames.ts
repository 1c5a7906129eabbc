/** One message of Postgres' protocol, version 3: its type, and what follows its length. */
export interface Frame {
  /** Empty for the first message of a client, which has none. */
  type: string;
  body: Buffer;
  /** As it was sent. */
  bytes: Buffer;
}

/** Cuts a stream into messages, whatever pieces it comes in. */
export function createFrameReader(options: { fromClient: boolean }) {
  let rest = Buffer.alloc(0);
  let isFirst = options.fromClient;
  return function read(bytes: Buffer): Frame[] {
    rest = Buffer.concat([rest, bytes]);
    const frames: Frame[] = [];
    for (;;) {
      const head = isFirst ? 0 : 1;
      if (rest.length < head + 4) return frames;
      const end = head + rest.readInt32BE(head);
      if (rest.length < end) return frames;
      const type = rest.toString('latin1', 0, head);
      frames.push({ type, body: rest.subarray(head + 4, end), bytes: rest.subarray(0, end) });
      rest = rest.subarray(end);
      isFirst = false;
    }
  };
}

/**
 * What a client says, as text: the statement, then the values of its parameters as they are sent. Remembers the statements
 * that have names. Null for messages that run nothing.
 */
export function createStatementReader() {
  const named = new Map<string, string>();
  return function read({ type, body }: Frame): string | null {
    const text = body.toString('latin1');
    const [first = '', second = ''] = text.split('\0', 2);
    switch (type) {
      case 'P':
        named.set(first, second);
        return null;
      case 'B':
        return `${named.get(second) ?? ''}\0${text.slice(first.length + second.length + 2)}`;
      case 'Q':
        return text;
      default:
        return null;
    }
  };
}
