import type { PageTexts } from '../../domain/texts/page.ts';
import type { RequestAnswer } from '../../http/contract.ts';
import { flowsOf } from '../exchanges.ts';
import { Mark } from '../parts/mark.tsx';
import { AnswerWords } from './answer-words.tsx';
import { Ended } from './ended.tsx';
import type { ReplyProps } from './reply-props.ts';
import { Thinking } from './thinking.tsx';
import { WaitingCard } from './waiting-card.tsx';

/** One reply: its head keeps its height and place, its body changes from "thinking" to the answer. */
export function Reply(props: ReplyProps) {
  const { request, texts } = props;
  const status = request?.status ?? 'sending';
  return (
    <div className="reply" data-status={status} aria-live="polite">
      <p className="reply-head">
        <Mark />
        <span className="reply-name">{texts.chat.assistant}</span>
        <span className="reply-status">{statusWords(request, texts)}</span>
      </p>
      <div className="reply-body">
        <ReplyBody {...props} />
      </div>
    </div>
  );
}

function ReplyBody(props: ReplyProps) {
  const { request, texts, actions, onRestart } = props;
  switch (request?.status) {
    case undefined:
    case 'queued':
    case 'thinking':
    case 'running':
      return <Thinking request={request} texts={texts} onCancel={actions.cancel} />;
    case 'waiting':
      return <WaitingCard {...props} request={request} />;
    case 'done':
      return (
        <p className="answer" lang={request.language}>
          <AnswerWords text={request.answer || texts.ended.noAnswer} />
        </p>
      );
    case 'failed':
    case 'cancelled':
    case 'expired':
      return <Ended request={request} status={request.status} texts={texts} onRestart={onRestart} />;
  }
}

function statusWords(request: RequestAnswer | null, texts: PageTexts): string {
  if (!request) return texts.status.sending;
  if (request.status === 'waiting' && flowsOf(request.waitingFor).length === 0) return texts.status.waitingForApproval;
  const tools: Partial<Record<string, string>> = texts.tools;
  const running = request.status === 'running' && request.calls.find((call) => call.status === 'running');
  return (running && tools[running.tool]) || texts.status[request.status];
}
