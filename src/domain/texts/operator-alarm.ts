/** What an operator reads, in both languages: who operates is no person of ours whose language we would know. */
export function operatorAlarmText(process: string, words: string): string {
  return [
    `Panager 운영 알림: ${process} 프로세스에 확인이 필요합니다. / Panager's ${process} needs an operator.`,
    words,
    '자세한 내용은 로그에서 "alarm":true를 찾아 주세요. / Look for "alarm":true in its log.',
  ].join('\n');
}
