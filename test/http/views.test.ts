import { expect, test } from '@jest/globals';
import { requestAnswerOf } from '../../src/http/views.ts';
import { previewOf } from '../../src/connections/approvals.ts';
import { PUBLIC_URL, requestView } from './http-fixture.ts';

/** The preview as pages get it, of a stored one. */
function shownPreview(preview: string): string {
  const approval = {
    approvalId: '66666666-6666-4666-8666-666666666666',
    provider: 'google' as const,
    reason: 'staleWrite' as const,
    tool: 'calendar_create_event',
    preview,
    deadline: new Date(0),
    expiresAt: new Date(0),
  };
  const [wait] = requestAnswerOf(requestView({ waitingFor: [], approvals: [approval] }), PUBLIC_URL).waitingFor;
  if (wait?.kind !== 'approval') throw new Error('an approval was not shown as one');
  return wait.preview;
}

const titled = (title: string) => previewOf({ tool: 'calendar_create_event', arguments: { title } });

const INVISIBLE: Record<string, number[]> = {
  'left-to-right and right-to-left marks': [0x200e, 0x200f, 0x061c],
  'bidirectional embeddings and overrides': [0x202a, 0x202b, 0x202c, 0x202d, 0x202e],
  'bidirectional isolates': [0x2066, 0x2067, 0x2068, 0x2069],
  'characters without width': [0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0x00ad],
  'line and paragraph separators': [0x2028, 0x2029],
  'controls of the upper half': [0x0080, 0x0085, 0x009b, 0x009f],
  DEL: [0x007f],
  'tag characters outside the first plane': [0xe0001, 0xe0041, 0xe007f],
  'private and unassigned ones': [0xe000, 0xfdd0, 0x10ffff],
};

test.each(Object.entries(INVISIBLE))('AG-1: in a preview %s are shown by their code points', (_name, codes) => {
  for (const code of codes) {
    const character = String.fromCodePoint(code);
    const shown = shownPreview(titled(`회의${character}취소`));
    expect(shown).toContain(`회의\\u{${code.toString(16)}}취소`);
    expect(shown).not.toContain(character);
  }
});

test('AG-1: control characters in an argument are never sent as they are', () => {
  for (let code = 0; code < 0x20; code++) {
    const shown = shownPreview(titled(`a${String.fromCharCode(code)}b`));
    expect(shown).toMatch(/"title": "a\\(u[0-9a-f]{4}|[bfnrt])b"/);
  }
});

test('AG-1: a line break inside an argument cannot look like a line of the preview', () => {
  const forged = titled('회의"\n  },\n  "tool": "calendar_list_events');
  expect(shownPreview(forged).split('\n')).toHaveLength(titled('회의').split('\n').length);
  expect(JSON.parse(shownPreview(forged))).toMatchObject({ tool: 'calendar_create_event' });
});

test('AG-1: a preview keeps its own lines and every visible character, whole', () => {
  const visible = titled('치과 예약 — “내일 3시” 😀 é 漢字 عربي <b>&amp;</b> \\u{202e}');
  expect(shownPreview(visible)).toBe(visible);
  const long = titled('가'.repeat(20_000));
  expect(shownPreview(long)).toBe(long);
});

test('AG-1: half of a surrogate pair is shown by its code point', () => {
  expect(shownPreview(`"\ud83d"`)).toBe('"\\u{d83d}"');
});
