import type { RunEnding, RunFailure, RunStatus } from '../runs.ts';
import type { Language } from '../words.ts';

/** The vocabulary that the page shares with its texts. */
export type { RunEnding, RunFailure, RunStatus };

const ko = {
  toProjects: '프로젝트',
  toConversation: '대화',
  title: '프로젝트',
  explanation:
    '공개 저장소를 가져와 그 안에서 명령을 실행합니다. 명령은 네트워크가 없는 새 컨테이너에서 돌고, 끝나면 남김없이 치웁니다.',
  none: '아직 프로젝트가 없습니다. 공개 저장소의 주소로 추가해 주세요.',
  gone: { message: '여기에는 보여 드릴 것이 없습니다.', hint: '지웠거나 주소가 다릅니다. 목록에서 다시 골라 주세요.' },

  add: {
    title: '프로젝트 추가',
    address: '저장소 주소',
    addressHint: 'https://로 시작하는 공개 저장소의 주소입니다.',
    name: '이름 (선택)',
    nameHint: '비워 두면 주소의 마지막 부분이 이름이 됩니다.',
    submit: '추가',
    adding: '추가하는 중',
  },

  importing: {
    queued: '실행할 자리를 기다리는 중입니다.',
    preparing: '저장소를 가져오는 중입니다.',
    running: '저장소를 가져오는 중입니다.',
    stopping: '가져오기를 멈추는 중입니다.',
    stopped: '가져오기를 멈췄습니다.',
    done: '가져왔습니다.',
    failed: '가져오지 못했습니다.',
  } satisfies Record<RunStatus, string>,
  branch: (name: string, commit: string) => `${name} 브랜치 · 커밋 ${commit}`,
  emptyRepository: '빈 저장소입니다.',

  remove: {
    button: '프로젝트 지우기',
    question: (name: string) => `${name} 프로젝트를 지울까요?`,
    effect: '진행 중인 실행을 멈추고, 이 프로젝트와 실행 기록을 더 보여 드리지 않습니다. 원래 저장소는 그대로입니다.',
    yes: '지우기',
    removing: '지우는 중',
    keep: '그대로 두기',
  },

  command: {
    label: '실행할 명령',
    placeholder: 'npm test',
    hint: '저장소의 맨 위 폴더에서 /bin/sh -c 로 실행합니다. 파이프와 &&도 쓸 수 있습니다.',
    submit: '실행',
    starting: '시작하는 중',
    tooLong: (over: string) => `${over}자 깁니다. 줄이면 실행할 수 있습니다.`,
  },

  runs: {
    title: '실행',
    none: '아직 실행한 것이 없습니다.',
    import: '저장소 가져오기',
    newest: (count: number) => `가장 최근 ${count}개까지 보여 드립니다.`,
  },

  status: {
    queued: '기다리는 중',
    preparing: '준비하는 중',
    running: '실행하는 중',
    stopping: '멈추는 중',
    done: '끝남',
    failed: '실패',
    stopped: '멈춤',
  } satisfies Record<RunStatus, string>,

  /** What happens while a run has not ended. */
  going: {
    queued: '실행할 자리를 기다립니다. 자리가 나면 스스로 시작합니다.',
    queuedLong: '아직 실행할 자리가 없습니다. Docker가 켜져 있는지 확인해 주세요. 자리가 나면 스스로 시작합니다.',
    preparing: '컨테이너를 만들고 저장소를 가져옵니다.',
    running: '명령을 실행하고 있습니다.',
    stopping: '명령을 멈추고 있습니다. 몇 초 걸릴 수 있습니다.',
  },

  /** How a run ended. */
  ended: {
    succeeded: '정상으로 끝났습니다. (종료 코드 0)',
    imported: '저장소를 가져올 수 있습니다.',
    exited: (code: number) => `명령이 실패로 끝났습니다. (종료 코드 ${code})`,
    notExecutable: '명령을 실행할 권한이 없습니다. (종료 코드 126)',
    notFound: '그런 명령이 없습니다. 철자를 확인해 주세요. (종료 코드 127)',
    signalled: (signal: string) => `명령이 신호를 받고 끝났습니다. (${signal})`,
    outOfMemory: '메모리를 허용된 것보다 많이 써서 끝났습니다.',
    timeLimit: '허용된 시간을 넘겨서 멈췄습니다.',
    diskLimit: '디스크를 허용된 것보다 많이 써서 멈췄습니다.',
    stopped: '멈춰 달라고 하셔서 멈췄습니다.',
    hostLost: '실행하던 컴퓨터와 연결이 끊겨 결과를 알 수 없습니다. 그때까지의 로그는 남아 있습니다.',
    failed: {
      noHost: '실행할 수 있는 컴퓨터가 없어 시작하지 못했습니다. Docker를 켜고 다시 실행해 주세요.',
      noRoom: '오래 기다렸지만 실행할 자리가 나지 않았습니다. 잠시 뒤에 다시 실행해 주세요.',
      hostFull: '실행하던 컴퓨터의 디스크가 가득 차서 멈췄습니다. 잠시 뒤에 다시 실행해 주세요.',
      imageUnfit: '컨테이너의 이미지가 맞지 않아 시작하지 못했습니다. 운영자에게 알려 주세요.',
      cloneFailed: '저장소를 가져오지 못했습니다. 주소가 맞는지, 공개된 저장소인지 확인해 주세요.',
      repositoryTooLarge: '저장소가 허용된 크기보다 커서 가져오지 못했습니다.',
      containerLost: '컨테이너가 도중에 사라졌습니다. 명령의 결과를 알 수 없습니다.',
      launcherLost: '명령을 시작한 프로그램이 도중에 끝났습니다. 명령의 결과를 알 수 없습니다.',
      secretTooShort:
        '빌려준 비밀 가운데 로그에서 가릴 수 없을 만큼 짧은 것이 있어 시작하지 않았습니다. 운영자에게 알려 주세요.',
      secretUndelivered: '비밀 파일을 안전하게 건넬 수 없어 명령을 시작하지 않았습니다. 운영자에게 알려 주세요.',
      commandNotFound: '그런 프로그램이 없어 시작하지 못했습니다. 철자를 확인해 주세요.',
      internal: '우리 쪽 문제로 끝내지 못했습니다. 다시 실행해 주세요.',
    } satisfies Record<RunFailure, string>,
  },

  run: {
    command: '명령',
    asked: (moment: string) => `${moment}에 요청`,
    started: (moment: string) => `${moment}에 시작`,
    took: (duration: string) => `${duration} 걸림`,
    stop: '멈추기',
    stopping: '멈추는 중',
    again: '다시 실행',
    startingAgain: '시작하는 중',
  },

  log: {
    title: '로그',
    label: '로그 내용',
    nothingYet: '아직 출력이 없습니다.',
    nothing: '출력이 없었습니다.',
    earlier: (lines: string) => `너무 길어서 앞의 ${lines}줄은 여기에 보이지 않습니다.`,
    download: '전체 로그 받기',
    dropped: (bytes: string) => `출력이 너무 많아, 이 뒤의 ${bytes}는 보관하지 않았습니다.`,
    stderr: '선이 있는 줄은 오류 출력(stderr)입니다.',
    toEnd: '맨 아래로',
    reconnecting: '다시 연결하는 중',
  },

  changes: {
    title: '바뀐 파일',
    none: '바뀐 파일이 없습니다.',
    looking: '바뀐 파일을 살펴보는 중입니다.',
    unknown: '바뀐 파일을 알 수 없습니다.',
    count: (files: number) => `파일 ${files}개`,
    added: (lines: number) => `${lines}줄 추가`,
    removed: (lines: number) => `${lines}줄 삭제`,
    binary: '글이 아닌 파일',
    patch: '내용 보기',
    patchLabel: '바뀐 내용',
    cut: '너무 커서 앞부분만 보관했습니다.',
    partly: (lines: string) => `여기에는 앞의 ${lines}줄만 보입니다. 나머지는 파일로 받아 주세요.`,
    download: '패치 파일 받기',
  },

  proof: {
    title: '뒷정리',
    cleaning: '컨테이너와 폴더를 치우는 중입니다.',
    cleaningLost: '그 컴퓨터가 다시 연결되면 남은 것을 치우고 여기에 알려 드립니다.',
    nothingLeft: '이 실행에서 남은 것이 없습니다.',
    somethingLeft: '치우지 못한 것이 있습니다. 운영자에게 알려 주세요.',
    containers: (count: number) => (count === 0 ? '남은 컨테이너 없음' : `컨테이너 ${count}개가 사라짐`),
    folder: '작업 폴더가 사라짐',
    folderLeft: '작업 폴더가 남아 있음',
    secrets: '빌려준 비밀이 폐기됨',
    secretsLeft: '빌려준 비밀이 남아 있음',
    noSecrets: '빌려준 비밀이 없음',
    files: '파일로 빌려준 비밀이 사라짐',
    filesLeft: '파일로 빌려준 비밀이 남아 있음',
    proxy: '비밀을 빌려주던 프로그램이 끝남',
    proxyLeft: '비밀을 빌려주던 프로그램이 남아 있음',
    checked: (moment: string, host: string) => `${moment}에 ${host}에서 확인`,
  },
};

/** Every word about projects and runs on the page, in one language. */
export type ProjectTexts = typeof ko;

const en: ProjectTexts = {
  toProjects: 'Projects',
  toConversation: 'Conversation',
  title: 'Projects',
  explanation:
    'Add a public repository and run commands in it. Each command runs in a fresh container without a network, and nothing of it stays.',
  none: 'No projects yet. Add one by the address of a public repository.',
  gone: { message: 'There is nothing here.', hint: 'It was deleted, or its address is another one. See the list.' },

  add: {
    title: 'Add a project',
    address: 'Address of the repository',
    addressHint: 'The address of a public repository, beginning with https://',
    name: 'Name (optional)',
    nameHint: 'Left empty, it is the last part of the address.',
    submit: 'Add',
    adding: 'Adding',
  },

  importing: {
    queued: 'Waiting for a place to run.',
    preparing: 'Cloning the repository.',
    running: 'Cloning the repository.',
    stopping: 'Stopping to clone it.',
    stopped: 'Cloning it was stopped.',
    done: 'Cloned.',
    failed: 'It could not be cloned.',
  },
  branch: (name, commit) => `Branch ${name} · commit ${commit}`,
  emptyRepository: 'The repository is empty.',

  remove: {
    button: 'Delete this project',
    question: (name) => `Delete the project ${name}?`,
    effect:
      'Its runs are stopped, and neither the project nor what was run in it is shown any more. The repository itself stays as it is.',
    yes: 'Delete',
    removing: 'Deleting',
    keep: 'Keep it',
  },

  command: {
    label: 'Command to run',
    placeholder: 'npm test',
    hint: 'Runs by /bin/sh -c in the top folder of the repository. Pipes and && work.',
    submit: 'Run',
    starting: 'Starting',
    tooLong: (over) => `${over} characters too many. Shorten it to run it.`,
  },

  runs: {
    title: 'Runs',
    none: 'Nothing was run yet.',
    import: 'Cloning the repository',
    newest: (count) => `These are the newest, ${count} at most.`,
  },

  status: {
    queued: 'Waiting',
    preparing: 'Preparing',
    running: 'Running',
    stopping: 'Stopping',
    done: 'Done',
    failed: 'Failed',
    stopped: 'Stopped',
  },

  going: {
    queued: 'It waits for a place to run, and starts by itself when there is one.',
    queuedLong: 'There is no place to run yet. Please check that Docker is on. It starts by itself when there is one.',
    preparing: 'Making the container and cloning the repository.',
    running: 'The command is running.',
    stopping: 'Stopping the command. This may take a few seconds.',
  },

  ended: {
    succeeded: 'It ended well. (exit code 0)',
    imported: 'The repository can be cloned.',
    exited: (code) => `The command failed. (exit code ${code})`,
    notExecutable: 'The command may not be executed. (exit code 126)',
    notFound: 'There is no such command. Check how it is written. (exit code 127)',
    signalled: (signal) => `The command was ended by a signal. (${signal})`,
    outOfMemory: 'It ended because it used more memory than is allowed.',
    timeLimit: 'It was stopped because it took longer than is allowed.',
    diskLimit: 'It was stopped because it used more disk than is allowed.',
    stopped: 'You stopped it.',
    hostLost:
      'The computer it ran on is not reachable any more, so nobody knows the result. The log up to then is kept.',
    failed: {
      noHost: 'It did not start because no computer can run it. Turn on Docker and run it again.',
      noRoom: 'It waited long, and there was no place to run. Run it again in a while.',
      hostFull: 'It was stopped because the disk of the computer it ran on was full. Run it again in a while.',
      imageUnfit: 'It did not start because the image of the container does not fit. Please tell the operator.',
      cloneFailed: 'The repository could not be cloned. Check that its address is right and that it is public.',
      repositoryTooLarge: 'The repository is larger than is allowed, so it was not cloned.',
      containerLost: 'The container vanished in the middle. Nobody knows the result of the command.',
      launcherLost: 'What had started the command ended in the middle. Nobody knows the result of the command.',
      secretTooShort:
        'It did not start: a secret that is lent to it is too short to be masked in its log. Please tell the operator.',
      secretUndelivered:
        'The command was not started: a secret could not be handed to it safely as a file. Please tell the operator.',
      commandNotFound: 'It did not start because there is no such program. Check how it is written.',
      internal: 'It could not be finished because of a fault of ours. Please run it again.',
    },
  },

  run: {
    command: 'Command',
    asked: (moment) => `Asked for ${moment}`,
    started: (moment) => `Started ${moment}`,
    took: (duration) => `took ${duration}`,
    stop: 'Stop',
    stopping: 'Stopping',
    again: 'Run again',
    startingAgain: 'Starting',
  },

  log: {
    title: 'Log',
    label: 'What the log says',
    nothingYet: 'No output yet.',
    nothing: 'There was no output.',
    earlier: (lines) => `It is long: ${lines} lines before these are not shown here.`,
    download: 'Download the whole log',
    dropped: (bytes) => `There was too much output: ${bytes} after this were not kept.`,
    stderr: 'Lines with a bar are error output (stderr).',
    toEnd: 'To the end',
    reconnecting: 'Reconnecting',
  },

  changes: {
    title: 'Changed files',
    none: 'No file was changed.',
    looking: 'Looking at what was changed.',
    unknown: 'Nobody knows what was changed.',
    count: (files) => (files === 1 ? '1 file' : `${files} files`),
    added: (lines) => (lines === 1 ? '1 line added' : `${lines} lines added`),
    removed: (lines) => (lines === 1 ? '1 line removed' : `${lines} lines removed`),
    binary: 'not a text file',
    patch: 'Show what changed',
    patchLabel: 'What changed',
    cut: 'It was too large: only its beginning was kept.',
    partly: (lines) => `Only the first ${lines} lines are shown here. Download the file for the rest.`,
    download: 'Download as a patch',
  },

  proof: {
    title: 'Cleaning up',
    cleaning: 'The container and its folder are being removed.',
    cleaningLost: 'What is left is removed when that computer is reachable again, and you are told here.',
    nothingLeft: 'Nothing is left of this run.',
    somethingLeft: 'Something could not be removed. Please tell the operator.',
    containers: (count) =>
      count === 0 ? 'No container is left' : count === 1 ? '1 container is gone' : `${count} containers are gone`,
    folder: 'Its folder is gone',
    folderLeft: 'Its folder is still there',
    secrets: 'Secrets lent to it are destroyed',
    secretsLeft: 'Secrets lent to it are still there',
    noSecrets: 'No secret was lent to it',
    files: 'Secrets lent to it as files are gone',
    filesLeft: 'Secrets lent to it as files are still there',
    proxy: 'What lent it secrets has ended',
    proxyLeft: 'What lent it secrets is still there',
    checked: (moment, host) => `Checked ${moment} on ${host}`,
  },
};

const TEXTS: Record<Language, ProjectTexts> = { ko, en };

/** The page's words about projects and runs in a person's language. */
export function projectTexts(language: Language): ProjectTexts {
  return TEXTS[language];
}
