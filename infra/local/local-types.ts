/** A line a person reads while something starts. */
export type Log = (line: string) => void;

/** How a server chooses its port: the contract's number or the next free one after it, or any free one. */
export type PortChoice = 'contract' | 'free';

/** The three processes of the product, each with its own variables, Vault role and Postgres role (MO-4). */
export const processNames = ['gateway', 'orchestrator', 'sandbox'] as const;
export type ProcessName = (typeof processNames)[number];
