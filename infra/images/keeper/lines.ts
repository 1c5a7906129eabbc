/** Takes bytes in any pieces and returns the lines that became whole, as text. Throws when one is longer than the limit. */
export function createLineReader(maxBytes: number): (bytes: Buffer) => string[] {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const end = all.lastIndexOf(0x0a) + 1;
    rest = all.subarray(end);
    if (rest.length > maxBytes) throw new Error('A line is too long.');
    return all.toString('utf8', 0, end).split('\n').slice(0, -1);
  };
}

/** The object that a text holds, or undefined when it holds anything else. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
