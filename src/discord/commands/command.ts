import {
  ButtonStyle,
  ComponentType,
  type APIActionRowComponent,
  type APIApplicationCommandOptionChoice,
  type APIButtonComponent,
  type APIComponentInMessageActionRow,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import type { Language } from '../../domain/words.ts';
import type { Person } from '../../ports/people.ts';

/** What a person asked for with a slash. Answers are seen by them alone, in servers and in direct messages. */
export interface Command {
  definition: RESTPostAPIChatInputApplicationCommandsJSONBody;
  run(asked: Asked): Promise<CommandReply>;
  /** Suggestions for what is typed in its option, at most 25. */
  complete?(asked: Asked & { typed: string }): Promise<APIApplicationCommandOptionChoice<string>[]>;
}

export interface Asked {
  person: Person;
  /** Of the person's Discord. */
  language: Language;
  option(name: string): string | null;
  /** Who typed it, and this typing of it, by Discord's own ids. */
  by: { userId: string; interactionId: string };
}

export interface CommandReply {
  content: string;
  components?: ButtonRow[];
}

export type ButtonRow = APIActionRowComponent<APIComponentInMessageActionRow>;

/** At most five buttons; none is no row. */
export function buttonRow(buttons: APIButtonComponent[]): ButtonRow[] {
  return buttons.length === 0 ? [] : [{ type: ComponentType.ActionRow, components: buttons.slice(0, 5) }];
}

export function linkButton(label: string, url: string): APIButtonComponent {
  return { type: ComponentType.Button, style: ButtonStyle.Link, label: shortened(label, 80), url };
}

export function actionButton(label: string, customId: string, style: 'secondary' | 'danger'): APIButtonComponent {
  const styles = { secondary: ButtonStyle.Secondary, danger: ButtonStyle.Danger } as const;
  return { type: ComponentType.Button, style: styles[style], label: shortened(label, 80), custom_id: customId };
}

/** At most `length` characters, none of them cut in two. */
export function shortened(text: string, length: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (line.length <= length) return line;
  let short = '';
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    if (short.length + segment.length > length - 3) break;
    short += segment;
  }
  return `${short}...`;
}
