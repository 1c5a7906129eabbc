import { Refusal } from '../refusals.ts';
import { checkContent, isRecord } from './check-content.ts';
import { messageFields } from './message-fields.ts';
import type { Message } from './message-fields.ts';

/** Tools that whoever asks runs: its own, and the ones that the API only describes. Not search, fetch, code or MCP. */
const TOOL_TYPE = /^(custom|(bash|text_editor|memory|computer)_\d{8})$/;
const ROLES = new Set<unknown>(['user', 'assistant', 'system']);

/**
 * The message as it may be sent on: re-serialise it, so that what was checked is what arrives. Refuses everything with
 * which the model API itself reaches the network, and models that were not lent. @throws Refusal
 */
export function checkMessage(value: unknown, models: readonly string[]): Message {
  const parsed = messageFields.safeParse(value);
  if (!parsed.success) {
    const isUnknown = parsed.error.issues.some(({ code }) => code === 'unrecognized_keys');
    throw new Refusal(isUnknown ? 'fieldNotAllowed' : 'messageMalformed');
  }
  const message = parsed.data;
  if (!models.includes(message.model)) throw new Refusal('modelNotAllowed');
  for (const tool of message.tools ?? []) checkTool(tool);
  checkContent(message.system);
  for (const turn of message.messages) {
    if (!isRecord(turn) || !ROLES.has(turn.role)) throw new Refusal('messageMalformed');
    if (Object.keys(turn).some((key) => key !== 'role' && key !== 'content')) throw new Refusal('fieldNotAllowed');
    checkContent(turn.content);
  }
  return message;
}

function checkTool(tool: unknown): void {
  if (!isRecord(tool)) throw new Refusal('messageMalformed');
  const { type } = tool;
  if (type !== undefined && type !== null && !(typeof type === 'string' && TOOL_TYPE.test(type))) {
    throw new Refusal('toolNotAllowed');
  }
}
