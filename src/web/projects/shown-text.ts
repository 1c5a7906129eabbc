const UNSEEN = /(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu;

/** Text of a stranger: controls and letters that turn the direction of others are seen as replaced. */
export const shownText = (text: string): string => text.replaceAll('\r\n', '\n').replaceAll(UNSEEN, '\ufffd');
