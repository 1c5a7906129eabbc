import type { Language } from '../words.ts';
import type { ErrorText } from './errors.ts';

/** What somebody reads who may not start another run now (MO-3). */
export function runCapText(
  { which, cap }: { which: 'atOnce' | 'daily' | 'minutes'; cap: number },
  language: Language,
): ErrorText {
  const texts: Record<typeof which, Record<Language, ErrorText>> = {
    atOnce: {
      ko: {
        message: `한 번에 ${cap}개까지 실행하실 수 있어 시작하지 않았습니다.`,
        hint: '실행 중인 것이 끝나거나 멈춘 다음 다시 해 주세요.',
      },
      en: {
        message: `${cap === 1 ? 'One run' : `${cap} runs`} at once ${cap === 1 ? 'is' : 'are'} what one may have, so nothing was started.`,
        hint: 'Wait until one has ended, or stop one, and try again.',
      },
    },
    daily: {
      ko: {
        message: `하루에 하실 수 있는 실행 ${cap}회를 모두 쓰셔서 시작하지 않았습니다.`,
        hint: '내일 다시 해 주세요.',
      },
      en: {
        message: `You have used ${cap === 1 ? 'the one run' : `all ${cap} runs`} of a day, so nothing was started.`,
        hint: 'Try again tomorrow.',
      },
    },
    minutes: {
      ko: {
        message: `하루에 쓰실 수 있는 실행 시간 ${cap}분을 모두 쓰셔서 시작하지 않았습니다.`,
        hint: '내일 다시 해 주세요.',
      },
      en: {
        message: `You have used ${cap === 1 ? 'the one minute' : `all ${cap} minutes`} of runs in a day, so nothing was started.`,
        hint: 'Try again tomorrow.',
      },
    },
  };
  return texts[which][language];
}
