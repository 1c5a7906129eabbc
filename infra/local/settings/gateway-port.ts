import type { PortChoice } from '../local-types.ts';
import { anyFreePort, isLocalhostPortFree } from '../ports.ts';
import type { Environment } from './process-environment.ts';

/**
 * Where the gateway will listen, and its address for people. A busy port moves to the next free one only while every
 * provider is emulated: a redirect URI that is registered at a real provider cannot follow. Throws naming the port then.
 */
export async function chooseGatewayPort({
  choice,
  configured,
}: {
  choice: PortChoice;
  configured: Environment;
}): Promise<{ port: number; publicUrl: string }> {
  if (choice === 'free') return atLocalhost(await anyFreePort());
  const wanted = Number(configured.PORT ?? 8000);
  const real = ['GOOGLE_CLIENT_ID', 'GITHUB_CLIENT_ID', 'DISCORD_CLIENT_ID'].filter((name) => configured[name]);
  if (real.length > 0 || configured.PUBLIC_URL) {
    if (await isLocalhostPortFree(wanted))
      return { port: wanted, publicUrl: configured.PUBLIC_URL ?? atLocalhost(wanted).publicUrl };
    throw new Error(
      `Port ${wanted} is busy, and ${real[0] ?? 'PUBLIC_URL'} is set, so the redirect addresses registered for it cannot move. ` +
        `Nothing was started. Stop what listens on ${wanted}, or set PORT and PUBLIC_URL and register the new address.`,
    );
  }
  for (let port = wanted; port < wanted + 100; port += 1) {
    if (await isLocalhostPortFree(port)) return atLocalhost(port);
  }
  throw new Error(`Ports ${wanted} to ${wanted + 99} are all busy: set PORT to a free one.`);
}

const atLocalhost = (port: number) => ({ port, publicUrl: `http://localhost:${port}` });
