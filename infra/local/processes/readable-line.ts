const LEVELS: Record<number, string> = { 40: 'warn', 50: 'error', 60: 'fatal' };

/**
 * A log line as a person at the terminal wants it: warnings and worse as words, what a crash prints as it is, and nothing
 * (undefined) for the rest, which stays in the log file.
 */
export function readableLine(line: string): string | undefined {
  if (!line.startsWith('{')) return line;
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const { level, msg, time: _time, pid: _pid, hostname: _hostname, name: _name, ...details } = entry;
  const word = typeof level === 'number' ? LEVELS[level] : String(level);
  if (!word || !Object.values(LEVELS).includes(word)) return undefined;
  const rest = Object.keys(details).length > 0 ? ` ${JSON.stringify(details)}` : '';
  return `${word}: ${typeof msg === 'string' ? msg : ''}${rest}`;
}
