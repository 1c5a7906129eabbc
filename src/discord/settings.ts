import { providerWords } from '../domain/texts/discord.ts';
import type { Language, Provider } from '../domain/words.ts';

/** What the gateway's configuration says about links and providers. */
export interface DiscordSettings {
  /** Which can be connected here. */
  providers: readonly Provider[];
  /** As people know it; a pretend one says so. */
  providerWords(provider: Provider, language: Language): string;
  connectUrl(publicId: string): string;
  /** Where projects are added. */
  projectsUrl: string;
}

export function discordSettings(given: {
  publicUrl: string;
  providers: readonly Provider[];
  emulated: readonly string[];
}): DiscordSettings {
  return {
    providers: given.providers,
    providerWords: (provider, language) => providerWords(provider, given.emulated, language),
    connectUrl: (publicId) => `${given.publicUrl}/connect/${publicId}`,
    projectsUrl: `${given.publicUrl}/#/projects`,
  };
}
