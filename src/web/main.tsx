import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { createApi } from './api.ts';

const root = document.getElementById('page');
if (!root) throw new Error('index.html has no element with the id "page"');

// The document's language is the page's language: the server words its errors in it.
const apiFor = (userId: string | null) => createApi({ language: () => document.documentElement.lang, userId });

createRoot(root).render(<App apiFor={apiFor} />);
