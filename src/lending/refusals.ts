/** Everything that is refused or fails: status, what happened, what to do next. Codes are stable: they are in logs. */
const REFUSALS = {
  notAllowed: [403, 'This run may not ask for that.', 'Only this repository and the model messages can be reached.'],
  badRequest: [400, 'The request could not be understood.', 'Send plain HTTP/1.1 as git and the CLI do.'],
  headersTooLarge: [431, 'The headers are too large.', 'Send less than 16 KB of headers.'],
  requestTimeout: [408, 'The request took too long to arrive.', 'Send it again, without pauses.'],
  exchangeTimeout: [504, 'The exchange took too long and was ended.', 'Ask for less at once.'],
  tooManyAtOnce: [429, 'Too many requests of this run are under way.', 'Wait for some of them, then try again.'],
  bodyTooLarge: [413, 'The body is too large; nothing was sent on.', 'Send less.'],
  encodingNotAllowed: [415, 'A body in this form is not accepted.', 'Send it with the usual type and encoding.'],
  receivedTooMuch: [403, 'This run has received as much as it may.', 'Start another run.'],
  jsonInvalid: [400, 'The body is not JSON in UTF-8.', 'Send one JSON object.'],
  jsonTooLarge: [400, 'The JSON is nested too deeply or holds too many values.', 'Send less.'],
  messageMalformed: [400, 'The message does not have the expected form.', 'Send what the messages API describes.'],
  fieldNotAllowed: [403, 'The message has a field that may not be used here.', 'Leave it out.'],
  toolNotAllowed: [403, 'Tools that the model API runs itself may not be used here.', 'Offer tools that you run.'],
  blockNotAllowed: [403, 'The message has content of a kind that may not be used here.', 'Leave it out.'],
  sourceNotAllowed: [403, 'The model API may not fetch documents or images.', 'Put their content into the message.'],
  modelNotAllowed: [403, 'This model may not be used in this run.', 'Choose one that was allowed for it.'],
  budgetExhausted: [403, 'This run has used up its budget of the model.', 'Start another run.'],
  pushNotAllowed: [403, 'Nothing was pushed: this run may not push.', 'Ask for an approval first.'],
  pushMalformed: [400, 'Nothing was pushed: the commands could not be read.', 'Push with an ordinary git client.'],
  pushOptionNotAllowed: [403, 'Nothing was pushed: an option is not accepted.', 'Push without options and signatures.'],
  pushRefNotAllowed: [
    403,
    'Nothing was pushed: this branch is not one of the run.',
    "Push to one of the run's own branches.",
  ],
  pushDeletionNotAllowed: [403, 'Nothing was pushed: branches may not be deleted.', 'Push without a deletion.'],
  pushUpdateNotAllowed: [403, 'Nothing was pushed: the branch existed before this run.', 'Push to a new branch.'],
  credentialRefused: [403, 'The other side refused what was lent.', 'Reconnect the account, then start another run.'],
  notFoundThere: [404, 'The other side knows nothing under this name.', 'Check the address and who may see it.'],
  addressNotAllowed: [502, 'The other side has an address that may not be reached.', 'Use a public https address.'],
  upstreamUnreachable: [502, 'The other side could not be reached securely.', 'Try again later.'],
  upstreamTimeout: [504, 'The other side did not answer in time.', 'Try again later.'],
  upstreamRedirected: [502, 'The other side sent a redirect, which is never followed.', 'Use its present address.'],
  upstreamUnexpected: [502, 'The other side sent something unexpected.', 'Check its address, or try again later.'],
  upstreamFailed: [502, 'The other side failed.', 'Try again later.'],
  internal: [500, 'The lending proxy failed.', 'Start another run, and tell the operator.'],
} as const satisfies Record<string, readonly [status: number, message: string, hint: string]>;

export type RefusalCode = keyof typeof REFUSALS;

/** Holds nothing of what was asked or answered, so that it may be logged and sent anywhere. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  constructor(code: RefusalCode) {
    super(code);
    this.code = code;
  }
}

export function refusalStatus(code: RefusalCode): number {
  return REFUSALS[code][0];
}

export function refusalBody(code: RefusalCode): string {
  const [, message, hint] = REFUSALS[code];
  return JSON.stringify({ error: { code, message, hint } });
}
