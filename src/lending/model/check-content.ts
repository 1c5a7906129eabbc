import { Refusal } from '../refusals.ts';

/** Content that comes from the run itself. Not `container_upload`, and nothing of tools that the model API runs. */
const BLOCKS = new Set([
  'text',
  'image',
  'document',
  'search_result',
  'tool_use',
  'tool_result',
  'tool_reference',
  'thinking',
  'redacted_thinking',
  'compaction',
]);
/** Content that is there. Not `url` and `file`, which the model API fetches. */
const SOURCES = new Set(['base64', 'text', 'content']);
/** A turn holds blocks, a result holds blocks, a document in it holds blocks. */
const MAX_NESTING = 4;

/**
 * Checks what is said: a text, or a list of blocks. What a tool was called with is not looked into: it is data that the
 * model has written. @throws Refusal
 */
export function checkContent(content: unknown, nesting = 0): void {
  if (content === undefined || typeof content === 'string') return;
  if (!Array.isArray(content) || nesting > MAX_NESTING) throw new Refusal('messageMalformed');
  for (const block of content as unknown[]) checkBlock(block, nesting);
}

function checkBlock(block: unknown, nesting: number): void {
  if (!isRecord(block) || typeof block.type !== 'string') throw new Refusal('messageMalformed');
  if (!BLOCKS.has(block.type)) throw new Refusal('blockNotAllowed');
  if (block.type === 'image' || block.type === 'document') checkSource(block.source, nesting);
  if (block.type !== 'tool_use' && block.type !== 'compaction') checkContent(block.content, nesting + 1);
}

function checkSource(source: unknown, nesting: number): void {
  if (!isRecord(source) || typeof source.type !== 'string') throw new Refusal('messageMalformed');
  if (!SOURCES.has(source.type) || 'url' in source || 'file_id' in source) throw new Refusal('sourceNotAllowed');
  checkContent(source.content, nesting + 1);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
