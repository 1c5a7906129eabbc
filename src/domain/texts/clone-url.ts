import type { CloneUrlRefusal } from '../clone-url.ts';
import type { Language } from '../words.ts';
import type { ErrorText } from './errors.ts';

/** Why the address of a repository was not taken. */
export const cloneUrlTexts = {
  unreadable: {
    ko: {
      message: '저장소 주소를 읽을 수 없어 추가하지 않았습니다.',
      hint: 'https://github.com/owner/repository처럼 적어 주세요.',
    },
    en: {
      message: 'This is no readable address of a repository, so nothing was added.',
      hint: 'Write it as https://github.com/owner/repository.',
    },
  },
  notHttps: {
    ko: {
      message: 'https로 시작하는 저장소 주소만 받습니다. 추가하지 않았습니다.',
      hint: '저장소의 https 주소를 넣어 주세요.',
    },
    en: {
      message: 'Only addresses that begin with https are taken. Nothing was added.',
      hint: 'Use the https address of the repository.',
    },
  },
  credentials: {
    ko: {
      message: '주소에 사용자 이름이나 비밀번호가 들어 있어 받지 않았습니다. 저장하지 않았습니다.',
      hint: '그 부분을 지운 주소를 넣어 주세요. 비밀번호나 토큰이었다면 새로 바꾸시는 편이 안전합니다.',
    },
    en: {
      message: 'There is a user name or a password in the address, so it was not taken, and not stored.',
      hint: 'Leave that part out. If it was a password or a token, it is safer to replace it.',
    },
  },
  port: {
    ko: { message: '주소에 포트가 있어 추가하지 않았습니다.', hint: '포트를 뺀 주소를 넣어 주세요.' },
    en: { message: 'There is a port in the address, so nothing was added.', hint: 'Leave the port out.' },
  },
  notPublic: {
    ko: {
      message: '공개된 인터넷 주소가 아니어서 추가하지 않았습니다.',
      hint: 'github.com처럼 누구나 열 수 있는 곳의 저장소를 넣어 주세요.',
    },
    en: {
      message: 'This is no address on the public internet, so nothing was added.',
      hint: 'Use a repository at a place that anybody can reach, such as github.com.',
    },
  },
  path: {
    ko: {
      message: '주소에서 저장소를 알아볼 수 없어 추가하지 않았습니다.',
      hint: '?나 # 없이 https://github.com/owner/repository처럼 적어 주세요.',
    },
    en: {
      message: 'The address does not name a repository, so nothing was added.',
      hint: 'Write it as https://github.com/owner/repository, without ? and #.',
    },
  },
} as const satisfies Record<CloneUrlRefusal, Record<Language, ErrorText>>;
