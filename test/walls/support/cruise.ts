import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runTool } from './run-tool.ts';

const FOLDERS = ['src', 'activities', 'workflows', 'workers', 'infra', 'test', 'bench'];

export interface Dependency {
  resolved: string;
  dependencyTypes: string[];
}

export interface Cruise {
  summary: { violations: { from: string; to: string; rule: { name: string } }[] };
  modules: { source: string; dependencies: Dependency[] }[];
}

/** Who imports whom in the repository, or in a folder that looks like it, and which rules that breaks. */
export async function cruise(folder = ROOT): Promise<Cruise> {
  const folders = FOLDERS.filter((name) => existsSync(join(folder, name)));
  const { stdout, stderr } = await runTool(
    'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
    ['--config', `${ROOT}.dependency-cruiser.cjs`, '--output-type', 'json', ...folders],
    { cwd: folder },
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Cruise;
}

export const violationsOf = (result: Cruise): string[] =>
  result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
