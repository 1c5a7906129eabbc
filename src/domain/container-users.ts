/** Users inside containers; no host has them. The keeper's and the command's differ: one cannot touch the other. */
export const KEEPER_UID = 64701;
export const RUN_UID = 64702;

/** Where an image has the keeper and its helpers. */
export const KEEPER_FOLDER = '/opt/panager';
