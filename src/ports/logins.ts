/** Trips of a browser to the place where people sign in, and back (OA-3). Nobody is known in them. */
export interface Logins {
  start(login: NewLogin): Promise<void>;
  /** By the hash of `state`; null when there is none, or it is long over. */
  find(stateHash: Buffer): Promise<Login | null>;
  /** True for one caller only, and for nobody after ten minutes. */
  burn(id: string): Promise<boolean>;
}

export interface NewLogin extends LoginTarget {
  id: string;
  stateHash: Buffer;
  bindHash: Buffer;
  expiresAt: Date;
}

export interface Login extends NewLogin {
  usedAt: Date | null;
}

/** Where the browser goes on. */
export interface LoginTarget {
  /** A path of ours. */
  returnTo: string;
  /** The button of the connect page at `returnTo` was pressed already: go on from there. */
  pressed: boolean;
}
