/** What is used of the schemas of `discord-api-spec`, which are made from Discord's own OpenAPI document. */
interface Schema {
  safeParse(value: unknown): { success: boolean; error?: { issues: Issue[] } };
  _zod: { def: { shape?: Record<string, unknown> } };
}
type Issue = { path: PropertyKey[]; message: string };

// The package declares JavaScript as its types: it is loaded by a name that the compiler does not follow.
const specifier: string = 'discord-api-spec/zod';
const schemas = (await import(specifier)) as Record<string, Schema>;

const MESSAGE_CHARACTERS = 2_000;
const CALLBACKS: Record<number, string> = {
  4: 'CreateMessageInteractionCallbackRequestSchema',
  5: 'CreateMessageInteractionCallbackRequestSchema',
  6: 'UpdateMessageInteractionCallbackRequestSchema',
  7: 'UpdateMessageInteractionCallbackRequestSchema',
  8: 'ApplicationCommandAutocompleteCallbackRequestSchema',
  9: 'ModalInteractionCallbackRequestSchema',
};
const BY_ROUTE: [method: string, path: RegExp, schema: string][] = [
  ['POST', /^\/channels\/\d+\/messages$/, 'MessageCreateRequestSchema'],
  ['PATCH', /^\/channels\/\d+\/messages\/\d+$/, 'MessageEditRequestPartialSchema'],
  ['POST', /^\/users\/@me\/channels$/, 'CreatePrivateChannelRequestSchema'],
  ['POST', /^\/webhooks\/\d+\/[^/]+$/, 'IncomingWebhookRequestPartialSchema'],
  ['PATCH', /^\/webhooks\/\d+\/[^/]+\/messages\/[^/]+$/, 'IncomingWebhookUpdateRequestPartialSchema'],
];

/** What the official schemas (and three rules that they do not state) have against a request body; empty when nothing. */
export function bodyViolations(method: string, path: string, body: unknown): string[] {
  if (method === 'PUT' && /^\/applications\/\d+\/commands$/.test(path)) {
    if (!Array.isArray(body)) return ['commands are no list'];
    return body.flatMap((command) => check('ApplicationCommandUpdateRequestSchema', command));
  }
  if (method === 'POST' && /^\/interactions\/\d+\/[^/]+\/callback$/.test(path)) {
    const type = isRecord(body) && typeof body['type'] === 'number' ? body['type'] : -1;
    const schema = CALLBACKS[type];
    if (schema === undefined) return [`interaction callback of type ${type}`];
    return [...check(schema, body), ...messageRules(isRecord(body) ? body['data'] : null)];
  }
  const schema = BY_ROUTE.find(([of, route]) => of === method && route.test(path))?.[2];
  if (schema !== undefined) return [...check(schema, body), ...messageRules(body)];
  return body === null ? [] : [`a body on ${method} ${path}, for which no schema is named in body-schemas.ts`];
}

function check(name: string, body: unknown): string[] {
  const schema = schemas[name];
  if (schema === undefined) throw new Error(`discord-api-spec has no ${name}`);
  const result = schema.safeParse(body);
  const shape = schema._zod.def.shape;
  const unknown = isRecord(body) && shape ? Object.keys(body).filter((key) => !(key in shape)) : [];
  return [
    ...(result.success ? [] : (result.error?.issues ?? []).map((issue) => describe(name, issue))),
    ...unknown.map((key) => `${name}: unknown key ${key}`),
  ];
}

function messageRules(body: unknown): string[] {
  if (!isRecord(body)) return [];
  const { content, nonce } = body;
  const tooLong = typeof content === 'string' && [...content].length > MESSAGE_CHARACTERS;
  const badNonce = typeof nonce === 'string' && nonce.length > 25;
  return [
    ...(tooLong ? [`content over ${MESSAGE_CHARACTERS} characters`] : []),
    ...(badNonce ? ['nonce over 25 characters'] : []),
    ...(body['enforce_nonce'] === true && (nonce ?? '') === '' ? ['enforce_nonce without a nonce'] : []),
  ];
}

const describe = (name: string, issue: Issue) => `${name}: ${issue.path.map(String).join('.')} ${issue.message}`;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
