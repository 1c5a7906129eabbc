import { Refusal } from '../refusals.ts';
import { readPkt } from './pkt-line.ts';

export interface PushCommand {
  oldId: string;
  newId: string;
  ref: string;
}

const MAX_COMMANDS_BYTES = 64 * 1024;
const COMMAND = /^(?<oldId>[0-9a-f]{40}|[0-9a-f]{64}) (?<newId>[0-9a-f]{40}|[0-9a-f]{64}) (?<ref>[\x21-\x7e]{1,512})$/;
/** What git asks for by itself. Anything else changes what a push means: options, certificates. */
const CAPABILITY =
  /^(report-status|report-status-v2|side-band-64k|ofs-delta|quiet|atomic|delete-refs|object-format=sha(1|256)|agent=[\x21-\x7e]*|session-id=[\x21-\x7e]*)$/;

/**
 * The commands at the beginning of a push (gitprotocol-pack, "Reference Update Request"), and how many bytes they take
 * with their flush. Null while they are not there in full. Certificates and `shallow` lines are no commands: the first
 * hide them, the second change the repository. @throws Refusal
 */
export function parsePushCommands(bytes: Buffer): { commands: PushCommand[]; length: number } | null {
  const commands: PushCommand[] = [];
  for (let at = 0; ;) {
    if (at > MAX_COMMANDS_BYTES) throw new Refusal('pushMalformed');
    const read = readPktOrRefuse(bytes, at);
    if (read === null) return null;
    at = read.next;
    if (read.pkt.kind === 'flush') return { commands, length: at };
    commands.push(parseCommand(read.pkt.bytes.toString('latin1'), commands.length === 0));
  }
}

function parseCommand(line: string, isFirst: boolean): PushCommand {
  const [command = '', capabilities = '', ...more] = line.replace(/\n$/, '').split('\0');
  if (more.length > 0 || (!isFirst && line.includes('\0'))) throw new Refusal('pushMalformed');
  if (capabilities.split(' ').some((one) => one !== '' && !CAPABILITY.test(one)))
    throw new Refusal('pushOptionNotAllowed');
  const { oldId, newId, ref } = COMMAND.exec(command)?.groups ?? {};
  if (!oldId || !newId || !ref || oldId.length !== newId.length) throw new Refusal('pushMalformed');
  return { oldId, newId, ref };
}

function readPktOrRefuse(bytes: Buffer, at: number): ReturnType<typeof readPkt> {
  try {
    return readPkt(bytes, at);
  } catch {
    throw new Refusal('pushMalformed');
  }
}
