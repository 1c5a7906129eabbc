/** The look of every page: one quiet card, no script, no outside resource. */
export const STYLE = `
  :root {
    color-scheme: light dark;
    --page: #f4f5f3; --card: #fff; --ink: #1d2421; --soft: #59645f; --line: #dde2df; --accent: #1f6f54; --on-accent: #fff;
  }
  @media (prefers-color-scheme: dark) {
    :root { --page: #121614; --card: #1b211e; --ink: #e9eeeb; --soft: #a3aea9; --line: #333c38; --accent: #6fcfa8; --on-accent: #0d1a14; }
  }
  * { box-sizing: border-box; }
  body {
    margin: 0; min-height: 100dvh; display: grid; place-items: center; padding: 20px 16px; background: var(--page);
    color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Apple SD Gothic Neo", "Noto Sans KR", sans-serif;
    word-break: keep-all; overflow-wrap: anywhere;
  }
  main { width: 100%; max-width: 420px; padding: 28px 24px; background: var(--card); border: 1px solid var(--line); border-radius: 16px; }
  .label { margin: 0 0 20px; font-size: 13px; color: var(--soft); }
  h1 { margin: 0 0 8px; font-size: 22px; line-height: 1.3; }
  h2 { margin: 0 0 6px; font-size: 14px; font-weight: 600; color: var(--soft); }
  p { margin: 0 0 20px; }
  ul { list-style: none; margin: 0; padding: 0; }
  legend { padding: 0; }
  .person { display: flex; gap: 12px; align-items: center; padding: 12px; color: inherit; text-decoration: none; border-radius: 12px; }
  a.person { border: 1px solid var(--line); margin-bottom: 10px; }
  a.person:hover { border-color: var(--accent); }
  .initial {
    flex: none; width: 40px; height: 40px; border-radius: 50%; display: grid; place-items: center; font-weight: 600;
    background: var(--accent); color: var(--on-accent);
  }
  .person small, .scopes small { display: block; color: var(--soft); font-size: 14px; }
  .chosen { padding: 0; margin: 16px 0; }
  .scopes { margin: 0 0 20px; padding: 0; border: 0; }
  .scopes li { padding: 6px 0; }
  .scopes label { display: flex; gap: 12px; align-items: flex-start; min-height: 44px; padding: 10px 0; cursor: pointer; }
  .scopes input { flex: none; width: 20px; height: 20px; margin: 2px 0 0; accent-color: var(--accent); }
  .actions { display: flex; gap: 10px; }
  button { flex: 1; min-height: 48px; font: inherit; font-weight: 600; border-radius: 12px; border: 1px solid var(--line); background: none; color: inherit; cursor: pointer; }
  button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
  a { color: var(--accent); }
  .other { display: inline-block; padding: 10px 0; font-size: 14px; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  code { font-size: 14px; }
`;
