import { CONTAINER_ROLES, type ContainerRef, type ContainerRole } from '../../ports/container-engine.ts';

/** Whose containers these are: one installation of the product, one host of it. */
export type Owner = { installation: string; host: string };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Throws when the run's id is not a uuid: it becomes part of names and paths. */
export function containerName({ runId, role }: ContainerRef): string {
  if (!UUID.test(runId)) throw new TypeError('A run is named by a uuid.');
  return `panager-${runId}-${role}`;
}

export function ownerLabels({ installation, host }: Owner): Record<string, string> {
  return { 'panager.installation': installation, 'panager.host': host };
}

/** Of the container that looks into the image: one for each host of an installation. */
export const checkName = ({ installation, host }: Owner): string => `panager-check-${installation}-${host}`;

export function containerLabels(owner: Owner, { runId, role }: ContainerRef): Record<string, string> {
  return { ...ownerLabels(owner), 'panager.run': runId, 'panager.role': role };
}

/**
 * Which run and role a container belongs to, or undefined when it is not ours: every label must agree with the name that
 * follows from them. Labels alone can be put on anybody's container.
 */
export function identify(owner: Owner, name: string, labels: Record<string, string>): ContainerRef | undefined {
  const runId = labels['panager.run'] ?? '';
  const role = CONTAINER_ROLES.find((known): known is ContainerRole => known === labels['panager.role']);
  if (!role || !UUID.test(runId)) return undefined;
  const expected = Object.entries(ownerLabels(owner));
  const isOurs = expected.every(([label, value]) => labels[label] === value);
  return isOurs && name.replace(/^\//, '') === containerName({ runId, role }) ? { runId, role } : undefined;
}
