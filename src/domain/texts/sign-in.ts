import type { Language } from '../words.ts';

/** How signing in with Discord did not work: what happened, that nobody was signed in, and the way on. */
export interface SignInTexts {
  refused: Record<SignInRefusal, { title: string; body: string }>;
  again: string;
  otherAccount: string;
}

export type SignInRefusal =
  'unknown' | 'malformed' | 'wrongBrowser' | 'alreadyUsed' | 'expired' | 'denied' | 'failed' | 'notServed';

const ko: SignInTexts = {
  refused: {
    unknown: {
      title: '알 수 없는 로그인입니다',
      body: '여기서 시작한 로그인이 아니거나 너무 오래된 로그인입니다. 로그인하지 않았습니다. 처음부터 다시 로그인해 주세요.',
    },
    malformed: {
      title: '로그인하지 못했습니다',
      body: '돌아온 주소가 올바르지 않아 로그인하지 않았습니다. 다시 로그인해 주세요.',
    },
    wrongBrowser: {
      title: '다른 브라우저에서 시작한 로그인입니다',
      body: '로그인을 시작한 브라우저에서만 끝낼 수 있어서 로그인하지 않았습니다. 이 브라우저를 쓰려면 여기서 다시 로그인해 주세요.',
    },
    alreadyUsed: {
      title: '이미 처리한 로그인입니다',
      body: '같은 응답은 한 번만 씁니다. 이번에 새로 한 일은 없습니다. 로그인이 필요하면 다시 로그인해 주세요.',
    },
    expired: {
      title: '시간이 지났습니다',
      body: '시작한 지 10분이 지나 로그인하지 않았습니다. 다시 로그인해 주세요.',
    },
    denied: {
      title: '로그인하지 않았습니다',
      body: 'Discord에서 허용하지 않으셨습니다. Panager는 누구인지 확인하는 데만 Discord를 씁니다. 마음이 바뀌면 다시 로그인해 주세요.',
    },
    failed: {
      title: '지금은 로그인할 수 없습니다',
      body: 'Discord가 누구인지 확인해 주지 않아 로그인하지 않았습니다. 잠시 뒤에 다시 로그인해 주세요.',
    },
    notServed: {
      title: '이 Panager를 쓸 수 있는 계정이 아닙니다',
      body: '운영자가 허용한 분만 쓸 수 있어서 로그인하지 않았습니다. 다른 Discord 계정으로 로그인하거나 운영자에게 문의해 주세요.',
    },
  },
  again: '다시 로그인',
  otherAccount: '다른 계정으로 로그인',
};

const en: SignInTexts = {
  refused: {
    unknown: {
      title: 'This sign-in is not known here',
      body: 'It was not started here, or too long ago. You were not signed in. Sign in from the start.',
    },
    malformed: {
      title: 'You were not signed in',
      body: 'The address you came back with is not valid. Sign in again.',
    },
    wrongBrowser: {
      title: 'This sign-in was started in another browser',
      body: 'Only the browser that started can finish, so you were not signed in. To use this browser, sign in again here.',
    },
    alreadyUsed: {
      title: 'This sign-in was used already',
      body: 'An answer counts once. Nothing was done this time. If you need to, sign in again.',
    },
    expired: {
      title: 'This took too long',
      body: 'More than 10 minutes went by, so you were not signed in. Sign in again.',
    },
    denied: {
      title: 'You were not signed in',
      body: 'You did not allow it at Discord. Panager uses Discord only to know who you are. If you change your mind, sign in again.',
    },
    failed: {
      title: 'Signing in does not work right now',
      body: 'Discord did not confirm who you are, so you were not signed in. Sign in again in a moment.',
    },
    notServed: {
      title: 'This account cannot use this Panager',
      body: 'Only people whom the operator has allowed can, so you were not signed in. Sign in with another Discord account, or ask the operator.',
    },
  },
  again: 'Sign in again',
  otherAccount: 'Sign in with another account',
};

export const signInTexts: Record<Language, SignInTexts> = { ko, en };
