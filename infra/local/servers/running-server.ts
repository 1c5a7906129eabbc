/** A server that serves until it is stopped: one that ends by itself is started again on the same ports. */
export type RunningServer = {
  ports: readonly number[];
  adopted: boolean;
  /** Of the process that serves now. */
  pid(): number;
  signal(signal: NodeJS.Signals): void;
  /** Ends it, bounded in time. */
  stop(): Promise<void>;
  /** SIGKILL, without waiting. */
  kill(): void;
};
