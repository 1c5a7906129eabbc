import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createHeld, type Held, type HowOn } from './held.ts';
import { createFrameReader, createStatementReader } from './postgres-frames.ts';

export interface PostgresRule {
  /** All of them stand in one statement or in the values of its parameters. */
  words: readonly string[];
  /** Statements with one of these are somebody else's. */
  without?: readonly string[];
  /**
   * What is stopped: the statement before the server gets it; its answer; the COMMIT of its transaction before the server
   * gets it; the answer to that COMMIT, when everything is done and the process does not know.
   */
  at: 'statement' | 'answer' | 'commit' | 'committed';
  /** Stops every connection of the process, so that it does not learn it on another one either. */
  whole?: boolean;
  patienceMs?: number;
}

export interface PostgresProxy {
  port: number;
  hold(rule: PostgresRule): Held;
  close(): Promise<void>;
}

interface Rule extends PostgresRule {
  arrive(): void;
  decided: Promise<HowOn>;
}

/** One direction of a connection, which can be stopped: what comes meanwhile is kept. */
function createValve(socket: Socket) {
  let isOpen = true;
  let isOver = false;
  let kept: Buffer[] = [];
  return {
    write(bytes: Buffer): void {
      if (isOpen) socket.write(bytes);
      else kept.push(bytes);
    },
    /** The other side is gone: so is this one, after what was kept. */
    end(): void {
      isOver = true;
      if (isOpen) socket.destroySoon();
    },
    stop(): void {
      isOpen = false;
    },
    open(): void {
      isOpen = true;
      for (const bytes of kept) socket.write(bytes);
      kept = [];
      if (isOver) socket.destroySoon();
    },
  };
}

/**
 * Stands between one process and Postgres, and passes everything on, until a statement that was waited for comes. It can
 * read them: the connection is not encrypted, and the driver sends parameters as text.
 */
export async function startPostgresProxy(serverPort: number): Promise<PostgresProxy> {
  let rules: Rule[] = [];
  /** While the whole process is stopped, so are its new connections. */
  let stoppedBy: Rule | null = null;
  const links = new Set<{ stop(): void; open(): void; destroy(): void }>();

  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    const toServer = createValve(upstream);
    const toClient = createValve(client);
    const link = {
      stop: () => [toServer, toClient].forEach((valve) => valve.stop()),
      open: () => [toServer, toClient].forEach((valve) => valve.open()),
      destroy: () => [client, upstream].forEach((socket) => socket.destroy()),
    };
    links.add(link);
    if (stoppedBy) link.stop();

    const readStatement = createStatementReader();
    const readFromClient = createFrameReader({ fromClient: true });
    const readFromServer = createFrameReader({ fromClient: false });
    /** Answers that the client has asked for, and that the server has ended; the first of them is that to the log-in. */
    let asked = 1;
    let answered = 0;
    let armed: Rule | undefined;
    let awaited: { rule: Rule; answer: number } | undefined;
    const stopFor = (rule: Rule) => {
      for (const each of rule.whole ? links : [link]) each.stop();
      if (rule.whole) stoppedBy = rule;
      rule.arrive();
      void rule.decided.then((how) => {
        if (stoppedBy === rule) stoppedBy = null;
        for (const each of rule.whole ? [...links] : [link]) {
          if (how === 'drop') each.destroy();
          else each.open();
        }
      });
    };

    function look(statement: string): void {
      const rule = rules.find((each) => fits(each, statement));
      rules = rules.filter((each) => each !== rule);
      if (rule?.at === 'statement') stopFor(rule);
      if (rule?.at === 'answer') awaited = { rule, answer: asked + 1 };
      if (rule?.at === 'commit' || rule?.at === 'committed') armed = rule;
      if (armed && statement.startsWith('COMMIT')) {
        if (armed.at === 'commit') stopFor(armed);
        else awaited = { rule: armed, answer: asked + 1 };
        armed = undefined;
      }
      // It did not come to its end: the rule waits for the next one.
      if (armed && statement.startsWith('ROLLBACK')) {
        rules = [armed, ...rules];
        armed = undefined;
      }
    }

    client.on('data', (chunk: Buffer) => {
      for (const frame of readFromClient(chunk)) {
        const statement = readStatement(frame);
        if (statement !== null) look(statement);
        // Sync and a simple query are each answered with one "ready for query".
        if (frame.type === 'S' || frame.type === 'Q') asked += 1;
        toServer.write(frame.bytes);
      }
    });
    upstream.on('data', (chunk: Buffer) => {
      for (const frame of readFromServer(chunk)) {
        if (awaited?.answer === answered + 1) toClient.stop();
        toClient.write(frame.bytes);
        if (frame.type !== 'Z') continue;
        answered += 1;
        if (awaited?.answer !== answered) continue;
        stopFor(awaited.rule);
        awaited = undefined;
      }
    });
    client.on('error', () => undefined);
    upstream.on('error', () => undefined);
    upstream.on('close', () => toClient.end());
    client.on('close', () => {
      upstream.destroy();
      links.delete(link);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    hold(rule) {
      const { held, arrive, decided } = createHeld(rule.words.join(' '), rule.patienceMs);
      rules = [...rules, { ...rule, arrive, decided }];
      return held;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const link of links) link.destroy();
      }),
  };
}

function fits({ words, without = [] }: PostgresRule, statement: string): boolean {
  return words.every((word) => statement.includes(word)) && !without.some((word) => statement.includes(word));
}
