/** What tests turn while the server runs. Not kept: a restart begins with the command line again. */
export interface Settings {
  /** Seconds. */
  accessTokenTtl: number;
  /** Refresh tokens change at every use. Google does not do that; other providers do. */
  rotate: boolean;
}

export interface Client {
  id: string;
  secret: string;
  redirectUris: readonly string[];
}
