import { useCallback, useEffect, useMemo, useRef } from 'react';
import { type Language, pageTexts } from '../../domain/texts/page.ts';
import { projectTexts } from '../../domain/texts/projects.ts';
import type { SessionAnswer } from '../../http/contract.ts';
import type { Api } from '../api.ts';
import { waitingRequests } from '../exchanges.ts';
import { PracticeNote } from '../header/practice-note.tsx';
import { SiteHeader } from '../header/site-header.tsx';
import { placeAddress } from '../place.ts';
import { ProjectsArea } from '../projects/projects-area.tsx';
import { useProjects } from '../projects/use-projects.ts';
import { useConnections } from '../use-connections.ts';
import type { useDraft } from '../use-draft.ts';
import { useLiveEvents } from '../use-live-events.ts';
import { usePlace } from '../use-place.ts';
import { useRequests } from '../use-requests.ts';
import { useReturningRequest } from '../use-returning-request.ts';
import { useReveal } from '../use-reveal.ts';
import { useStickToBottom } from '../use-stick-to-bottom.ts';
import { Composer } from './composer.tsx';
import { Conversation } from './conversation.tsx';

interface ChatProps {
  api: Api;
  session: SessionAnswer;
  draft: ReturnType<typeof useDraft>;
  language: Language;
  onLanguage(language: Language): void;
  onSignOut(): Promise<void>;
}

/** The signed-in page: wires what is known about the person's requests to what is shown of them. */
export function Chat({ api, session, draft, language, onLanguage, onSignOut }: ChatProps) {
  const texts = pageTexts(language);
  const { write } = draft;
  const takeBack = useCallback((text: string) => write((now) => (now ? `${text}\n${now}` : text)), [write]);
  const requests = useRequests(api, takeBack);
  const connections = useConnections(api);
  const projects = useProjects(api);
  const [place, go] = usePlace();
  const hasProjects = session.deployment === 'cloud';
  const talking = !hasProjects || place.kind === 'conversation';
  const view = useStickToBottom(talking);
  const { actions, refresh } = requests;
  const { reveal, toBottom } = view;

  useEffect(() => void refresh(), [refresh]);
  useEffect(() => void connections.refresh(), [connections.refresh]);
  const reconnecting = useLiveEvents(session.user.id, {
    onRequest: requests.merge,
    onConnection: connections.merge,
    onRun: projects.merge,
    onGap: () => {
      void refresh();
      void connections.refresh();
      projects.missed();
    },
  });

  const show = useReveal(reveal);
  const highlighted = useReturningRequest(requests.loaded && talking, actions.find, show);

  const waiting = useMemo(() => waitingRequests(requests.exchanges), [requests.exchanges]);
  const lastShown = useRef<string | null>(null);
  const showNextWaiting = () => {
    const next = waiting[(waiting.findIndex(({ id }) => id === lastShown.current) + 1) % waiting.length];
    if (!next) return;
    lastShown.current = next.id;
    if (!talking) go({ kind: 'conversation' });
    show(next.id);
  };

  const restart = useCallback(async (id: string) => show(await actions.restart(id)), [actions, show]);
  const send = useCallback(
    (text: string) => {
      actions.send(text);
      toBottom();
    },
    [actions, toBottom],
  );

  const elsewhere = talking
    ? { address: placeAddress({ kind: 'projects' }), name: projectTexts(language).toProjects }
    : { address: placeAddress({ kind: 'conversation' }), name: projectTexts(language).toConversation };

  return (
    <div className="frame">
      <SiteHeader
        session={session}
        connections={connections.connections}
        connectionActions={connections.actions}
        elsewhere={hasProjects ? elsewhere : null}
        waiting={waiting.length}
        language={language}
        texts={texts}
        onWaiting={showNextWaiting}
        onLanguage={onLanguage}
        onSignOut={onSignOut}
      />
      <PracticeNote session={session} texts={texts} />
      {talking ? (
        <>
          <Conversation
            requests={requests}
            view={view}
            session={session}
            language={language}
            highlighted={highlighted}
            reconnecting={reconnecting}
            onExample={send}
            onRestart={restart}
          />
          <Composer text={draft.text} texts={texts} language={language} onText={write} onSend={send} />
        </>
      ) : (
        <ProjectsArea place={place} projects={projects} language={language} onGo={go} />
      )}
    </div>
  );
}
