import { ButtonStyle, ComponentType, MessageFlags } from 'discord-api-types/v10';
import type {
  APIActionRowComponent,
  APIButtonComponent,
  RESTPatchAPIChannelMessageJSONBody,
  RESTPostAPIChannelMessageJSONBody,
} from 'discord-api-types/v10';
import { buttonId } from '../../domain/discord-buttons.ts';
import type { ReplyButton, ReplyMessage } from '../../domain/discord/reply-view.ts';
import { MESSAGE_LIMIT } from '../../domain/discord/split-message.ts';

/** Discord's limit for the words on a button. */
const LABEL_LIMIT = 80;

/** What every message of ours says: nobody is mentioned, nothing is fetched or unfolded (DI-1). */
export function toEditBody(message: ReplyMessage, links: 'buttons' | 'text' = 'buttons') {
  const asText = links === 'text' ? linksOf(message) : [];
  const content = [message.text, ...asText].join('\n').slice(0, MESSAGE_LIMIT);
  const rows = message.buttons
    .map((row) => row.filter(({ kind }) => links === 'buttons' || kind !== 'link').map(toButton))
    .filter((row) => row.length > 0);
  return {
    content,
    components: rows.map((components): APIActionRowComponent<APIButtonComponent> => ({
      type: ComponentType.ActionRow,
      components,
    })),
    allowed_mentions: { parse: [], replied_user: false },
    flags: MessageFlags.SuppressEmbeds,
  } satisfies RESTPatchAPIChannelMessageJSONBody;
}

/** A new message: an answer to `replyTo`, once per nonce. */
export function toPostBody(message: ReplyMessage, place: { replyTo: string; nonce: string }, links?: 'text') {
  return {
    ...toEditBody(message, links),
    // What it answers may have been deleted meanwhile: the answer is still wanted.
    message_reference: { message_id: place.replyTo, fail_if_not_exists: false },
    nonce: place.nonce,
    enforce_nonce: true,
  } satisfies RESTPostAPIChannelMessageJSONBody;
}

/** A new message that answers nothing, once per nonce. */
export function toNoticeBody(text: string, nonce: string) {
  return {
    ...toEditBody({ text, buttons: [] }),
    nonce,
    enforce_nonce: true,
  } satisfies RESTPostAPIChannelMessageJSONBody;
}

export function hasLinks({ buttons }: ReplyMessage): boolean {
  return buttons.flat().some(({ kind }) => kind === 'link');
}

function linksOf({ buttons }: ReplyMessage): string[] {
  return buttons.flat().flatMap((button) => (button.kind === 'link' ? [`${button.label}: <${button.url}>`] : []));
}

function toButton(button: ReplyButton): APIButtonComponent {
  const label = button.label.slice(0, LABEL_LIMIT);
  const type = ComponentType.Button;
  if (button.kind === 'link') return { type, style: ButtonStyle.Link, label, url: button.url };
  const style = button.style === 'primary' ? ButtonStyle.Primary : ButtonStyle.Secondary;
  return { type, style, label, custom_id: buttonId(button.press) };
}
