import type { Language, Provider } from '../words.ts';

/** What people call providers and tools; permissions are in `scopes.ts`. */

const PROVIDER_NAMES: Record<Provider, string> = { google: 'Google', github: 'GitHub', claude: 'Claude' };

export function providerName(provider: Provider): string {
  return PROVIDER_NAMES[provider];
}

type Words = Record<Language, string>;

const TOOLS: Record<string, Words> = {
  calendar_list_events: { ko: '일정 보기', en: 'See events' },
  calendar_create_event: { ko: '일정 만들기', en: 'Create an event' },
  calendar_update_event: { ko: '일정 바꾸기', en: 'Change an event' },
  calendar_delete_event: { ko: '일정 지우기', en: 'Delete an event' },
  tasks_list: { ko: '할 일 보기', en: 'See tasks' },
  tasks_create: { ko: '할 일 만들기', en: 'Create a task' },
  tasks_complete: { ko: '할 일 완료하기', en: 'Complete a task' },
  tasks_delete: { ko: '할 일 지우기', en: 'Delete a task' },
  github_list_repositories: { ko: '저장소 보기', en: 'See repositories' },
  github_list_issues: { ko: '이슈 보기', en: 'See issues' },
  github_create_issue: { ko: '이슈 만들기', en: 'Create an issue' },
  github_comment: { ko: '이슈에 댓글 달기', en: 'Comment on an issue' },
  run_in_project: { ko: '프로젝트에서 실행하기', en: 'Run in a project' },
  schedule_create: { ko: '반복 요청 만들기', en: 'Create a schedule' },
  schedule_list: { ko: '반복 요청 보기', en: 'See schedules' },
  schedule_cancel: { ko: '반복 요청 그만두기', en: 'Cancel a schedule' },
  memory_save: { ko: '기억하기', en: 'Remember' },
  memory_search: { ko: '기억 찾기', en: 'Search memory' },
};

/** What a tool does, in plain words; its own name for one that we have no words for. */
export function toolText(tool: string, language: Language): string {
  return Object.hasOwn(TOOLS, tool) ? (TOOLS[tool]?.[language] ?? tool) : tool;
}
