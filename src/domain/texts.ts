/**
 * Every word that people read, in Korean and English. A text that takes values is a function; both languages of a text
 * stand beside each other, so that the compiler notices a missing one.
 */

export { cloneUrlTexts } from './texts/clone-url.ts';
export { connectTexts } from './texts/connect.ts';
export type { ConnectTexts, RefusedText } from './texts/connect.ts';
export { dailyCapText } from './texts/daily-cap.ts';
export { errorTexts } from './texts/errors.ts';
export type { ErrorCode, ErrorText } from './texts/errors.ts';
export { providerName, toolText } from './texts/names.ts';
export { runCapText } from './texts/run-cap.ts';
export { scopeWords } from './texts/scopes.ts';
export { signInTexts } from './texts/sign-in.ts';
export type { SignInRefusal, SignInTexts } from './texts/sign-in.ts';
