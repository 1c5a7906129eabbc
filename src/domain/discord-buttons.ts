/**
 * What a button of ours carries through Discord and back: the action and the ids it acts on, nothing else, so that a
 * button still works after every process was restarted. It is not a permission: who presses is checked against the row.
 */
export type ButtonPress =
  | { action: 'cancel'; requestId: string }
  | { action: 'skip' | 'snooze'; requestId: string; flowId: string }
  | { action: 'approve' | 'deny' | 'approveAll'; approvalId: string };

export type ButtonAction = ButtonPress['action'];

const UUID = '([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})';
const ON_REQUEST = new RegExp(`^cancel:${UUID}$`);
const ON_WAIT = new RegExp(`^(skip|snooze):${UUID}:${UUID}$`);
const ON_APPROVAL = new RegExp(`^(approve|deny|approveAll):${UUID}$`);

/** The `custom_id` of a button: `<action>:<id>[:<id>]`, at most 100 characters, which is Discord's limit. */
export function buttonId(press: ButtonPress): string {
  switch (press.action) {
    case 'cancel':
      return `cancel:${press.requestId}`;
    case 'skip':
    case 'snooze':
      return `${press.action}:${press.requestId}:${press.flowId}`;
    case 'approve':
    case 'deny':
    case 'approveAll':
      return `${press.action}:${press.approvalId}`;
  }
}

/** Reads exactly what `buttonId` writes; null for anything else, which is then nobody's button. */
export function readButtonId(text: string): ButtonPress | null {
  const [, cancelled] = ON_REQUEST.exec(text) ?? [];
  if (cancelled !== undefined) return { action: 'cancel', requestId: cancelled };
  const [, choice, requestId, flowId] = ON_WAIT.exec(text) ?? [];
  if (requestId !== undefined && flowId !== undefined) {
    return { action: choice === 'skip' ? 'skip' : 'snooze', requestId, flowId };
  }
  const [, decision, approvalId] = ON_APPROVAL.exec(text) ?? [];
  if (approvalId === undefined) return null;
  switch (decision) {
    case 'approve':
    case 'deny':
    case 'approveAll':
      return { action: decision, approvalId };
    default:
      return null;
  }
}
