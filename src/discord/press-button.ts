import type { Consent } from '../connections/consent.ts';
import type { ButtonPress } from '../domain/discord-buttons.ts';
import { discordCommandTexts } from '../domain/texts/discord-commands.ts';
import { errorTexts, type ErrorCode } from '../domain/texts/errors.ts';
import type { Language } from '../domain/words.ts';

/**
 * Does what a button of a reply says, for its owner only: the rows decide, so it works after every restart. Null when it
 * did, for then the message itself shows it; else what the presser reads, alone.
 */
export async function pressButton(
  { consent, pokeOutbox }: { consent: Consent; pokeOutbox: () => void },
  press: ButtonPress,
  { userId, language }: { userId: string; language: Language },
): Promise<string | null> {
  const texts = discordCommandTexts[language].button;
  const said = (code: ErrorCode): string => `${errorTexts[code][language].message} ${errorTexts[code][language].hint}`;
  switch (press.action) {
    case 'cancel': {
      const result = await consent.cancel(press.requestId, userId);
      pokeOutbox();
      if (result === 'notFound') return texts.notYours;
      return result === 'alreadyEnded' ? texts.ended : null;
    }
    case 'skip':
    case 'snooze': {
      const { requestId, flowId, action: choice } = press;
      const result = await consent.choose({ requestId, userId, flowId, choice });
      pokeOutbox();
      return result === 'notFound' ? said('nothingWaits') : null;
    }
    case 'approve':
    case 'deny':
    case 'approveAll': {
      const result = await consent.decide(press.approvalId, userId, press.action);
      pokeOutbox();
      if (result === 'decided') return null;
      if (result === 'notFound') return texts.notYours;
      return said(result === 'expired' ? 'approvalExpired' : 'approvalDecided');
    }
  }
}
