import type { Language } from '../words.ts';
import type { ErrorText } from './errors.ts';

/**
 * What somebody reads who has asked as much as one may in a day (MO-3): that nothing was done, and from when on more is
 * taken, on their own clock (`timeZone` is an IANA name).
 */
export function dailyCapText(
  { cap, openAt }: { cap: number; openAt: Date },
  { language, timeZone }: { language: Language; timeZone: string },
): ErrorText {
  const time = new Intl.DateTimeFormat(language === 'ko' ? 'ko-KR' : 'en-GB', {
    timeZone,
    month: 'long',
    day: 'numeric',
    weekday: 'long',
    hour: language === 'ko' ? 'numeric' : '2-digit',
    minute: '2-digit',
    hour12: language === 'ko',
  }).format(nextMinute(openAt));
  return {
    ko: {
      message: `하루에 보내실 수 있는 요청 ${cap}건을 모두 쓰셔서 이 요청은 받지 않았습니다.`,
      hint: `${time}부터 다시 보내실 수 있습니다.`,
    },
    en: {
      message: `You have used ${cap === 1 ? 'the one request' : `all ${cap} requests`} of a day, so this one was not taken.`,
      hint: `You can send it again from ${time}.`,
    },
  }[language];
}

/** Whoever tries in the minute that was named must not be too early. */
function nextMinute(time: Date): Date {
  return new Date(Math.ceil(time.getTime() / 60_000) * 60_000);
}
