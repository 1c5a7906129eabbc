import type { Request, Response } from 'express';
import type { Consent } from '../connections/consent.ts';
import type { Logger } from '../logger.ts';
import type { ConnectionReader, EventFeed, Intake, RequestReader } from '../ports/requests.ts';
import type { Logins, LoginTarget } from '../ports/logins.ts';
import type { Projects, RunLogFeed, Runs } from '../ports/runs.ts';
import type { Sessions } from '../ports/sessions.ts';
import type { SignInProvider } from '../ports/sign-in-provider.ts';
import type { CurrentUser } from './current-user.ts';
import type { SessionCookie } from './session-cookie.ts';
import type { HttpLimits, HttpSettings } from './settings.ts';

/** What the HTTP side needs from outside. */
export interface HttpParts {
  settings: HttpSettings;
  sessions: Sessions;
  /** Null where people sign in by name. */
  discord: DiscordParts | null;
  intake: Intake;
  requests: RequestReader;
  connections: ConnectionReader;
  feed: EventFeed;
  projects: Projects;
  runs: Runs;
  runLogs: RunLogFeed;
  consent: Consent;
  /** Delivers what was just written to the outbox without waiting for the next poll. */
  pokeOutbox(): void;
  /** True when this process can serve: its database answers. */
  readiness(): Promise<boolean>;
  logger: Logger;
  /** Folder of the built page; null serves no page. */
  webRoot: string | null;
}

/** How people sign in with Discord. */
export interface DiscordParts {
  signIn: SignInProvider;
  logins: Logins;
  /** Whether this Discord user is among the people served here (MO-3). @throws ProviderFailure when Discord cannot say */
  isServed(userId: string, signal: AbortSignal): Promise<boolean>;
}

/** Sends the browser to Discord. `chooseAccount` lets a person change the account that they are signed in with there. */
export type BeginSignIn = (
  request: Request,
  response: Response,
  target: LoginTarget,
  options?: { chooseAccount?: boolean },
) => Promise<void>;

/** What each route is built from: the parts, and what `createApp` made of the settings. */
export interface RouteParts extends HttpParts {
  limits: HttpLimits;
  sessionCookie: SessionCookie;
  currentUser: CurrentUser;
  /** Null where people sign in by name. */
  beginSignIn: BeginSignIn | null;
  /** Aborted when the server stops: event streams end themselves. */
  stopping: AbortSignal;
}
