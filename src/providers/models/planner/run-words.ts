/** What the words order to be run, as they name it. */
export interface RunWords {
  project: string;
  command: string;
}

/** Patterns would take their time over longer words. */
const MAX_LENGTH = 2_000;

const KO_PLEASE = String.raw`(?:줘요?|주세요|주십시오|주라|주렴|줄래요?|주실래요|주시겠어요|줄\s?수\s?있(?:어|어요|니|나요|을까|을까요)|주면\s?(?:돼|좋겠어요?|고맙겠어))`;
const KO_RUN = String.raw`(?:(?:좀|한\s?번)\s*)?(?:(?:실행|수행)(?:\s?부탁(?:해요?|드려요|드립니다|드릴게요|합니다)?|\s?바랍니다|\s?(?:해|시켜|해\s?봐)(?:\s?${KO_PLEASE}|라|요)?)?|돌려(?:\s?봐)?(?:\s?${KO_PLEASE}|라|요)?)`;
const KO_END = String.raw`\s*${KO_RUN}(?<end>[\s.!~?]*)$`;
const KO_PROJECT = String.raw`(?:(?:내|제)\s+)?(?:프로젝트\s+)?(?<project>[^\n]+?)(?:\s+프로젝트)?\s?에서`;
const KO_OBJECT = '(?:을|를)?';
const EN_LEAD = String.raw`^(?:(?:hi|hey|hello|ok|okay|so|now|panager)[,!\s]+)*(?:(?:please|pls|kindly)\s+|(?:can|could|would|will)\s+you\s+(?:please\s+)?|i\s*(?:['’]d|\s+would)\s+like\s+(?:you\s+)?to\s+)*`;
const EN_PROJECT = String.raw`(?:(?:my|the)\s+)?(?:project\s+)?(?<project>[^\n]+?)(?:\s+project)?`;
const EN_END = String.raw`[\s,]*(?:please|pls|thanks|thank\s+you)?[\s.!?]*$`;
/** Between backticks everything belongs to the command, whatever it looks like. */
const MARKED = '`(?<command>.+)`';

const KOREAN = [
  `^${KO_PROJECT}\\s+${MARKED}${KO_OBJECT}${KO_END}`,
  `^${MARKED}${KO_OBJECT}\\s+${KO_PROJECT}${KO_END}`,
  `^${KO_PROJECT}\\s+(?<command>.+?)${KO_OBJECT}${KO_END}`,
  `^(?<command>.+?)[을를]\\s+${KO_PROJECT}${KO_END}`,
  `^(?<command>.+)\\s+${KO_PROJECT}${KO_END}`,
].map((pattern) => new RegExp(pattern, 'su'));
const ENGLISH = [
  `${EN_LEAD}(?:run|execute)\\s+${MARKED}\\s+(?:in|on|inside)\\s+${EN_PROJECT}${EN_END}`,
  `^(?:in|on)\\s+${EN_PROJECT},?\\s+(?:please\\s+)?(?:run|execute)\\s+${MARKED}${EN_END}`,
  `${EN_LEAD}(?:run|execute)\\s+(?<command>.+)\\s+(?:in|on|inside)\\s+${EN_PROJECT}${EN_END}`,
  `^(?:in|on)\\s+${EN_PROJECT},?\\s+(?:please\\s+)?(?:run|execute)\\s+(?<command>.+?)${EN_END}`,
].map((pattern) => new RegExp(pattern, 'isu'));

const KO_ASKS_FOR = /줄|주실|주시겠/u;
const QUOTES = /^["'“”‘’`「『]+|["'“”‘’`」』]+$/gu;

/** "demo 프로젝트에서 `make test` 돌려줘", "run npm test in demo": null for everything else. */
export function readRunWords(words: string): RunWords | null {
  const text = words.trim();
  if (text.length > MAX_LENGTH) return null;
  for (const pattern of [...KOREAN, ...ENGLISH]) {
    const match = pattern.exec(text);
    const { project = '', command = '', end = '' } = match?.groups ?? {};
    if (match === null) continue;
    // "실행해?" asks; "실행해 줄래?" orders.
    if (end.includes('?') && !KO_ASKS_FOR.test(text.slice(-20))) return null;
    const name = project.replaceAll(QUOTES, '').trim();
    if (name !== '' && command.trim() !== '') return { project: name, command: command.trim() };
  }
  return null;
}
