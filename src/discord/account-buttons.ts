/** Buttons below `/accounts`: the first press shows what ends with the connection, the second ends it. */
export interface AccountPress {
  action: 'disconnect' | 'disconnectNow';
  connectionId: string;
}

const SHAPE = /^(disconnect|disconnectNow):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export function accountButtonId({ action, connectionId }: AccountPress): string {
  return `${action}:${connectionId}`;
}

/** Null for every other button. */
export function readAccountButtonId(text: string): AccountPress | null {
  const [, action, connectionId] = SHAPE.exec(text) ?? [];
  if (connectionId === undefined) return null;
  return { action: action === 'disconnectNow' ? 'disconnectNow' : 'disconnect', connectionId };
}
