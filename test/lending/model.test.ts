import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { findCanaries } from '../support/canary.ts';
import { startStandIn } from '../support/stand-in.ts';
import type { StandIn } from '../support/stand-in.ts';
import { until } from '../support/until.ts';
import { API_KEY, lentModel, message, messageRequest, MODEL, openLending } from './support.ts';
import type { OpenLending } from './support.ts';

let model: StandIn;
let lending: OpenLending;

beforeAll(async () => {
  model = await startStandIn();
});
afterAll(() => model.close());
beforeEach(() => {
  model.requests.length = 0;
  answerJson({ type: 'message', usage: { input_tokens: 3, output_tokens: 7 } });
});
afterEach(async () => {
  expect(findCanaries(lending.sink(), { key: API_KEY })).toEqual([]);
  await lending.close();
});

async function lend(budget: Parameters<typeof lentModel>[1] = {}, limits = {}): Promise<void> {
  lending = await openLending({ ...lentModel(model.url, budget), limits });
}

function answerJson(body: object, status = 200, headers: Record<string, string> = {}): void {
  model.answer = (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

const event = (data: { type: string }) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
const STREAM = [
  event({ type: 'message_start', ...{ message: { usage: { input_tokens: 9, output_tokens: 1 } } } }),
  event({ type: 'content_block_delta', ...{ delta: { type: 'text_delta', text: '"message_delta" ' } } }),
  event({ type: 'message_delta', ...{ usage: { output_tokens: 20 } } }),
  event({ type: 'message_delta', ...{ usage: { output_tokens: 42 } } }),
  event({ type: 'message_stop' }),
];
const EVENTS = { 'content-type': 'text/event-stream; charset=utf-8' };
const sent = (at = -1) => JSON.parse(model.requests.at(at)!.body.toString()) as Record<string, unknown>;

test('a message as the CLI sends it arrives, re-serialised, with the key of the owner', async () => {
  await lend();
  const whole = message({
    stream: false,
    system: [{ type: 'text', text: 'You help.', cache_control: { type: 'ephemeral' } }],
    tools: [
      {
        name: 'Bash',
        description: 'runs',
        input_schema: { type: 'object', properties: { source: { type: 'string' } } },
      },
      { name: 'custom', type: 'custom', input_schema: { type: 'object' } },
      { type: 'bash_20250124', name: 'bash' },
      { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool' },
    ],
    tool_choice: { type: 'auto' },
    thinking: { type: 'enabled', budget_tokens: 50 },
    metadata: { user_id: 'user_1' },
    temperature: 1,
    context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: '안녕' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm', signature: 's' },
          { type: 'tool_use', id: 't1', name: 'Bash', input: { source: { type: 'url', url: 'http://x' } } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 't1',
            content: [{ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' } }],
          },
        ],
      },
    ],
  });
  const asked = messageRequest(`  ${JSON.stringify(whole, null, 2)}\n`);
  const answer = await lending.ask(asked);
  expect([answer.status, JSON.parse(answer.body)]).toEqual([
    200,
    { type: 'message', usage: { input_tokens: 3, output_tokens: 7 } },
  ]);
  expect(model.requests[0]).toMatchObject({ method: 'POST', url: '/v1/messages?beta=true' });
  expect(model.requests[0]?.headers['x-api-key']).toBe(API_KEY);
  expect(model.requests[0]?.body.toString()).toBe(JSON.stringify(sent()));
  expect(sent()).toEqual(whole);
  expect(lending.used()).toMatchObject({ requests: 1, outputTokens: 7, inputBytes: JSON.stringify(whole).length + 4 });
});

test('of the answer the CLI gets what it needs, and nothing about the account', async () => {
  await lend();
  answerJson({ type: 'error', error: { type: 'overloaded_error', message: 'later' } }, 529, {
    'retry-after': '3',
    'request-id': 'req_1',
    'x-should-retry': 'true',
    'anthropic-organization-id': 'org',
    'anthropic-ratelimit-tokens-remaining': '1',
    'set-cookie': 'a=b',
  });
  const { status, headers, body } = await lending.ask(messageRequest(message()));
  expect([status, JSON.parse(body)]).toMatchObject([529, { error: { type: 'overloaded_error' } }]);
  expect(Object.keys(headers).sort()).toEqual(
    [
      'cache-control',
      'connection',
      'content-type',
      'date',
      'keep-alive',
      'request-id',
      'retry-after',
      'transfer-encoding',
      'x-should-retry',
    ]
      .filter((name) => name in headers)
      .sort(),
  );
  expect(headers).toMatchObject({ 'retry-after': '3', 'request-id': 'req_1', 'x-should-retry': 'true' });
  expect(lending.used()).toMatchObject({ outputTokens: 0 });
});

const url = { type: 'url', url: 'http://169.254.169.254/' };
const content = (block: object) => message({ messages: [{ role: 'user', content: [block] }] });
const inResult = (block: object) => content({ type: 'tool_result', tool_use_id: 't', content: [block] });
const raw = (text: string) => JSON.stringify(message()).replace(/\}$/, `,${text}}`);

test.each<[string, unknown, string]>([
  ['mcp_servers', message({ mcp_servers: [{ type: 'url', url: 'http://x', name: 'x' }] }), 'fieldNotAllowed'],
  ['mcp_servers twice', raw('"mcp_servers":[{"type":"url"}],"mcp_servers":[]'), 'fieldNotAllowed'],
  ['mcp_servers, escaped', raw('"mcp\\u005fservers":[{"type":"url"}]'), 'fieldNotAllowed'],
  ['a container', message({ container: 'container_1' }), 'fieldNotAllowed'],
  [
    'a container with skills',
    message({ container: { skills: [{ type: 'custom', skill_id: 's' }] } }),
    'fieldNotAllowed',
  ],
  ['a field that nobody knows', message({ tomorrow: true }), 'fieldNotAllowed'],
  ['__proto__', raw('"__proto__":{"mcp_servers":[]}'), 'fieldNotAllowed'],
  ['constructor', raw('"constructor":{"prototype":{"x":1}}'), 'fieldNotAllowed'],
  ['a field in a turn', message({ messages: [{ role: 'user', content: 'x', container: 'c' }] }), 'fieldNotAllowed'],
  ['web search', message({ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }), 'toolNotAllowed'],
  ['web fetch', message({ tools: [{ type: 'web_fetch_20250910', name: 'web_fetch' }] }), 'toolNotAllowed'],
  [
    'code execution',
    message({ tools: [{ type: 'code_execution_20250825', name: 'code_execution' }] }),
    'toolNotAllowed',
  ],
  ['an MCP toolset', message({ tools: [{ type: 'mcp_toolset', mcp_server_name: 'x' }] }), 'toolNotAllowed'],
  ['tool search', message({ tools: [{ type: 'tool_search_tool_regex_20251119', name: 't' }] }), 'toolNotAllowed'],
  ['a tool of tomorrow', message({ tools: [{ type: 'bash_20250124_remote', name: 'x' }] }), 'toolNotAllowed'],
  ['a tool whose type is a list', message({ tools: [{ type: ['custom'], name: 'x' }] }), 'toolNotAllowed'],
  ['an image by address', content({ type: 'image', source: url }), 'sourceNotAllowed'],
  ['a document by address', content({ type: 'document', source: url }), 'sourceNotAllowed'],
  ['a document by file', content({ type: 'document', source: { type: 'file', file_id: 'f' } }), 'sourceNotAllowed'],
  ['a source that pretends', content({ type: 'image', source: { ...url, type: 'base64' } }), 'sourceNotAllowed'],
  [
    'a source type twice',
    raw('"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","type":"url","url":"x"}}]}]'),
    'sourceNotAllowed',
  ],
  ['an image by address in a result', inResult({ type: 'image', source: url }), 'sourceNotAllowed'],
  [
    'an image by address in a document',
    content({ type: 'document', source: { type: 'content', content: [{ type: 'image', source: url }] } }),
    'sourceNotAllowed',
  ],
  ['an image by address in a system text', message({ system: [{ type: 'image', source: url }] }), 'sourceNotAllowed'],
  ['an upload to a container', content({ type: 'container_upload', file_id: 'f' }), 'blockNotAllowed'],
  [
    'a result of web fetch',
    content({ type: 'web_fetch_tool_result', tool_use_id: 't', content: {} }),
    'blockNotAllowed',
  ],
  [
    'use of a server tool',
    message({
      messages: [{ role: 'assistant', content: [{ type: 'server_tool_use', id: 's', name: 'web_search', input: {} }] }],
    }),
    'blockNotAllowed',
  ],
  ['use of MCP', content({ type: 'mcp_tool_use', id: 's', name: 'x', server_name: 'x', input: {} }), 'blockNotAllowed'],
  ['another model', message({ model: 'claude-expensive-9' }), 'modelNotAllowed'],
  ['an allowed model and then another', raw('"model":"claude-expensive-9"'), 'modelNotAllowed'],
  ['a model in capital letters', message({ model: MODEL.toUpperCase() }), 'modelNotAllowed'],
  ['no model', { max_tokens: 1, messages: [] }, 'messageMalformed'],
  ['a model that is a list', message({ model: [MODEL] }), 'messageMalformed'],
  ['no maximum', { model: MODEL, messages: [] }, 'messageMalformed'],
  ['a negative maximum', message({ max_tokens: -5 }), 'messageMalformed'],
  ['a huge maximum', raw('"max_tokens":1e400'), 'messageMalformed'],
  ['a block that is null', message({ messages: [{ role: 'user', content: [null] }] }), 'messageMalformed'],
  ['a turn that is a text', message({ messages: ['hello'] }), 'messageMalformed'],
  ['content that is an object', message({ messages: [{ role: 'user', content: { 0: url } }] }), 'messageMalformed'],
  ['no JSON', 'hello', 'jsonInvalid'],
  ['JSON that is cut off', '{"model":"x', 'jsonInvalid'],
  ['two values', `${JSON.stringify(message())}{}`, 'jsonInvalid'],
  ['a list', '[]', 'messageMalformed'],
  ['null', 'null', 'messageMalformed'],
  ['400 KB of brackets', `{"messages":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 'jsonTooLarge'],
  ['400 KB of objects', '{"a":'.repeat(80_000), 'jsonTooLarge'],
  ['a million values', `{"messages":[${'0,'.repeat(1_000_000)}0]}`, 'jsonTooLarge'],
])('%s is refused, and nothing is sent', async (_name, body, code) => {
  await lend();
  for (const path of ['/v1/messages?beta=true', '/v1/messages']) {
    const answer = await lending.ask(messageRequest(body, path));
    expect(answer).toMatchObject({ code, status: expect.any(Number) });
    expect([400, 403]).toContain(answer.status);
  }
  expect(model.requests).toEqual([]);
  expect(lending.log()).toContain(code);
  expect(lending.used()).toEqual({ requests: 0, inputBytes: 0, outputTokens: 0 });
});

test('tokens are counted under the same rules', async () => {
  await lend();
  const { max_tokens: _none, ...counted } = message();
  answerJson({ input_tokens: 5 });
  expect(await lending.ask(messageRequest(counted, '/v1/messages/count_tokens?beta=true'))).toMatchObject({
    status: 200,
  });
  expect(model.requests[0]?.url).toBe('/v1/messages/count_tokens?beta=true');
  expect(await lending.ask(messageRequest({ ...counted, mcp_servers: [] }, '/v1/messages/count_tokens'))).toMatchObject(
    { code: 'fieldNotAllowed' },
  );
  expect(lending.used()).toMatchObject({ requests: 1, outputTokens: 0 });
});

test('what a key says twice is sent once, as it was checked', async () => {
  await lend();
  await lending.ask(
    messageRequest(JSON.stringify(message({ model: 'claude-expensive-9' })).replace(/\}$/, `,"model":"${MODEL}"}`)),
  );
  expect(sent()).toEqual(message());
  expect(model.requests[0]?.body.toString()).not.toContain('expensive');
});

test.each([
  ['zipped', { 'content-encoding': 'gzip' }],
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['plain text', { 'content-type': 'text/plain' }],
])('a body that is %s is refused', async (_name, headers) => {
  await lend();
  const asked = messageRequest(message());
  expect(await lending.ask({ ...asked, headers: { ...asked.headers, ...headers } })).toMatchObject({
    status: 415,
    code: 'encodingNotAllowed',
  });
});

test('an event stream arrives as it comes, and its last count is what it has cost', async () => {
  await lend();
  const next = STREAM.map(() => Promise.withResolvers<void>());
  model.answer = (_request, response) => {
    response.writeHead(200, EVENTS).flushHeaders();
    void (async () => {
      for (const [at, text] of STREAM.entries()) {
        await next[at]?.promise;
        // Cut in the middle: events do not arrive in one piece.
        response.write(text.slice(0, 30));
        response.write(text.slice(30));
      }
      response.end();
    })();
  };
  const asking = request({
    ...messageRequest(message({ stream: true })),
    socketPath: lending.socketPath,
    agent: false,
  });
  asking.end(JSON.stringify(message({ stream: true })));
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  expect(answer.headers['content-type']).toBe(EVENTS['content-type']);
  let text = '';
  answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const ended = once(answer, 'end');
  for (const [at] of STREAM.entries()) {
    next[at]?.resolve();
    // The next event is only sent when this one has come through.
    await until('an event', () => Promise.resolve(text === STREAM.slice(0, at + 1).join('') ? true : null));
  }
  await ended;
  expect(lending.used()).toMatchObject({ outputTokens: 42 });
});

test('a stream that is cut off is noticed, and counts as everything that was granted', async () => {
  await lend();
  model.answer = (_request, response) => {
    response.writeHead(200, EVENTS).write(STREAM[0]! + STREAM[2]!, () => response.destroy());
  };
  await expect(lending.ask(messageRequest(message({ stream: true })))).rejects.toThrow();
  await until('the log', () => Promise.resolve(lending.log().includes('upstreamFailed') || null));
  expect(lending.used()).toMatchObject({ outputTokens: 100 });
});

test('when whoever asked hangs up, the other side is told', async () => {
  await lend();
  const closed = Promise.withResolvers<void>();
  model.answer = (_request, response) => {
    response.writeHead(200, EVENTS).write(STREAM[0]);
    response.once('close', () => closed.resolve());
  };
  const asking = request({ ...messageRequest(message()), socketPath: lending.socketPath, agent: false });
  asking.on('error', () => undefined);
  asking.end(JSON.stringify(message({ stream: true })));
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  answer.on('error', () => undefined).resume();
  asking.destroy();
  await closed.promise;
  expect(lending.log()).toBe('');
});

test('a stream that nobody reads is not collected', async () => {
  await lend();
  const chunk = `data: ${'x'.repeat(65_000)}\n\n`;
  let written = 0;
  let isFull = false;
  model.answer = (_request, response) => {
    response.writeHead(200, EVENTS);
    const write = () => {
      while (written < 200_000_000 && response.write(chunk)) written += chunk.length;
      isFull = true;
      response.once('drain', write);
    };
    write();
  };
  const asking = request({ ...messageRequest(message()), socketPath: lending.socketPath, agent: false });
  asking.on('error', () => undefined);
  asking.end(JSON.stringify(message({ stream: true })));
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  answer.pause();
  let before = -1;
  await until('it stands still', async () => {
    if (isFull && before === written) return true;
    before = written;
    await new Promise((resolve) => setTimeout(resolve, 300));
    return null;
  });
  expect(written).toBeLessThan(20_000_000);
  asking.destroy();
});

test('the budget ends a run: requests', async () => {
  await lend({ requests: 2 });
  for (const status of [200, 200, 403, 403])
    expect(await lending.ask(messageRequest(message()))).toMatchObject({ status });
  expect(model.requests).toHaveLength(2);
  expect(lending.log()).toContain('budgetExhausted');
});

test('the budget ends a run: bytes', async () => {
  await lend({ inputBytes: 1_000 });
  const large = message({ messages: [{ role: 'user', content: 'x'.repeat(500) }] });
  expect(await lending.ask(messageRequest(large))).toMatchObject({ status: 200 });
  expect(await lending.ask(messageRequest(large))).toMatchObject({ code: 'budgetExhausted' });
  expect(await lending.ask(messageRequest(message()))).toMatchObject({ status: 200 });
});

test('the budget ends a run: tokens; the last message may ask only for what is left', async () => {
  await lend({ outputTokens: 150 }, { maxTokens: 90 });
  answerJson({ usage: { output_tokens: 80 } });
  await lending.ask(messageRequest(message({ max_tokens: 64_000 })));
  expect(sent().max_tokens).toBe(90);
  await lending.ask(messageRequest(message({ max_tokens: 64_000 })));
  expect(sent().max_tokens).toBe(70);
  // It thinks with more than is left.
  answerJson({ usage: { output_tokens: 0 } });
  expect(lending.used()).toMatchObject({ outputTokens: 160 });
  expect(await lending.ask(messageRequest(message()))).toMatchObject({ code: 'budgetExhausted' });
});

test('a message that thinks with more than is left is refused, not cut', async () => {
  await lend({ outputTokens: 1_000 });
  const thinking = { type: 'enabled', budget_tokens: 1_024 };
  expect(await lending.ask(messageRequest(message({ max_tokens: 4_000, thinking })))).toMatchObject({
    code: 'budgetExhausted',
  });
  expect(model.requests).toEqual([]);
});

test('messages side by side cannot spend the same tokens', async () => {
  await lend({ outputTokens: 250 });
  const answers: (() => void)[] = [];
  model.answer = (_request, response) => {
    answers.push(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  };
  let refused = 0;
  const asks = Array.from({ length: 10 }, async () => {
    const { code } = await lending.ask(messageRequest(message()));
    if (code === 'budgetExhausted') refused++;
  });
  await until('all', () => Promise.resolve((answers.length === 3 && refused === 7) || null));
  for (const answer of answers) answer();
  await Promise.all(asks);
  expect(model.requests.map((_request, at) => Number(sent(at).max_tokens)).sort()).toEqual([100, 100, 50]);
});

test('a large body is refused before it is read, or while it is', async () => {
  await lend({}, { modelBodyBytes: 1_000_000 });
  const body = Buffer.alloc(1_500_000, 'x');
  const announced = { method: 'POST', path: '/v1/messages', headers: { 'content-type': 'application/json' }, body };
  expect(await lending.ask(announced)).toMatchObject({ status: 413, code: 'bodyTooLarge' });
  const chunked = { ...announced, headers: { ...announced.headers, 'transfer-encoding': 'chunked' } };
  expect(await lending.ask(chunked)).toMatchObject({ status: 413, code: 'bodyTooLarge' });
});

test('31 MB side by side are refused together, although each may come alone', async () => {
  await lend();
  const large = JSON.stringify(message({ messages: [{ role: 'user', content: 'x'.repeat(31_000_000) }] }));
  const waiting = Promise.withResolvers<void>();
  model.answer = (_request, response) => {
    void waiting.promise.then(() =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"usage":{"output_tokens":1}}'),
    );
  };
  const asks = Array.from({ length: 4 }, () => lending.ask(messageRequest(large)));
  const refused = await Promise.race(asks);
  expect(refused).toMatchObject({ status: 429, code: 'tooManyAtOnce' });
  waiting.resolve();
  await Promise.allSettled(asks);
  expect(await lending.ask(messageRequest(large))).toMatchObject({ status: 200 });
}, 60_000);

test('too many requests at once are refused, and those that ended make room', async () => {
  await lend({}, { requestsAtOnce: 3 });
  const waiting = Promise.withResolvers<void>();
  model.answer = (_request, response) => {
    void waiting.promise.then(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  };
  const three = Array.from({ length: 3 }, () => lending.ask(messageRequest(message())));
  await until('three', () => Promise.resolve(model.requests.length === 3 || null));
  expect(await lending.ask(messageRequest(message()))).toMatchObject({ status: 429, code: 'tooManyAtOnce' });
  waiting.resolve();
  expect((await Promise.all(three)).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await lending.ask(messageRequest(message()))).toMatchObject({ status: 200 });
});

test('requests whose bodies never come make room in time', async () => {
  await lend({}, { requestsAtOnce: 1, headersMs: 500, bodyMs: 500 });
  const head = 'POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n';
  expect(await lending.raw(head)).toContain('requestTimeout');
  expect(
    await until('room', async () => ((await lending.ask(messageRequest(message()))).status === 200 ? true : null)),
  ).toBe(true);
});
