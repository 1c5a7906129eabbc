import { connect, createServer, type Socket } from 'node:net';
import { createHeld, type Held, type HowOn } from './held.ts';

export interface EngineProxy {
  socketPath: string;
  /** Stops the next request that fits: before the engine gets it, or its answer. */
  hold(rule: EngineRule): Held;
  close(): Promise<void>;
}

export interface EngineRule {
  method: 'POST' | 'DELETE';
  path: RegExp;
  at: 'request' | 'answer';
  patienceMs?: number;
}

interface Rule extends EngineRule {
  arrive(): void;
  decided: Promise<HowOn>;
}

/** Its beginning: a container's settings stand in the line, too, which makes it long. */
const REQUEST_LINE = /^(POST|DELETE) (\/\S+)/;

/**
 * Stands between a sandbox and its engine, and passes everything on, hijacked connections too. A request that was held may
 * arrive although its sender has died meanwhile: it was on its way.
 */
export async function startEngineProxy(socketPath: string, target: string): Promise<EngineProxy> {
  let rules: Rule[] = [];
  const sockets = new Set<Socket>();
  // A client waits for its answer before it asks again: a request begins with a chunk.
  const take = (chunk: Buffer): Rule | undefined => {
    const [, method, path = ''] = REQUEST_LINE.exec(chunk.toString('latin1', 0, 2_000)) ?? [];
    const rule = rules.find((each) => each.method === method && each.path.test(path));
    rules = rules.filter((each) => each !== rule);
    return rule;
  };

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const engine = connect({ path: target, allowHalfOpen: true });
    let awaited: Rule | undefined;
    const cut = () => [client, engine].forEach((socket) => socket.destroy());
    const stopAt = async (rule: Rule, from: Socket, to: Socket, chunk: Buffer): Promise<void> => {
      from.pause();
      rule.arrive();
      if ((await rule.decided) === 'drop') return cut();
      to.write(chunk);
      from.resume();
    };
    client.on('data', (chunk: Buffer) => {
      const rule = take(chunk);
      if (rule?.at === 'request') return void stopAt(rule, client, engine, chunk);
      awaited = rule;
      passOn(client, engine, chunk);
    });
    engine.on('data', (chunk: Buffer) => {
      const rule = awaited;
      awaited = undefined;
      if (rule) return void stopAt(rule, engine, client, chunk);
      passOn(engine, client, chunk);
    });
    client.on('end', () => engine.end());
    engine.on('end', () => client.end());
    for (const socket of [client, engine]) {
      sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', () => sockets.delete(socket));
    }
    engine.on('close', () => client.destroySoon());
    client.on('close', () => engine.destroy());
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    socketPath,
    hold(rule) {
      const { held, arrive, decided } = createHeld(`${rule.method} ${rule.path.source}`, rule.patienceMs);
      rules = [...rules, { ...rule, arrive, decided }];
      return held;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Whoever reads slowly is not read for faster. */
function passOn(from: Socket, to: Socket, chunk: Buffer): void {
  if (to.write(chunk)) return;
  from.pause();
  to.once('drain', () => from.resume());
}
