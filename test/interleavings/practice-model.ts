import type { Model } from '../../src/ports/model.ts';
import type { PlannedCall } from './story.ts';

/** Makes the calls that the message names, and then says what became of them. */
export const practiceModel: Model = {
  think({ text, turns }) {
    const [turn] = turns;
    if (turn !== undefined) {
      const lines = turn.calls.map(({ callId, outcome }) => `${callId} ${JSON.stringify(outcome)}`);
      return Promise.resolve({ kind: 'answer', text: lines.join('\n') });
    }
    const calls = (text.split(' ') as PlannedCall[]).map((planned, index) =>
      planned === 'read'
        ? { tool: 'calendar_list_events', arguments: { from: '2026-11-23', to: '2026-11-30' } }
        : {
            tool: 'calendar_create_event',
            arguments: {
              title: `event ${index + 1}`,
              start: { date: '2026-11-24', time: '10:00' },
              durationMinutes: 60,
              timeZone: 'Asia/Seoul',
            },
          },
    );
    return Promise.resolve({ kind: 'calls', calls });
  },
};
