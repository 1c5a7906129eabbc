import { CLAUDE_VERSION, runImage } from './run-image.ts';
import { testImage } from './test-image.ts';

/** Which image containers are made from. One that an operator names is used as it is: it is not made here. */
export async function containerImage(choice: {
  image: string | null;
  baseImage: string | null;
  claudeVersion: string | null;
}) {
  const { image, baseImage, claudeVersion } = choice;
  if (image === 'test') return testImage();
  if (image === null) return runImage({ baseImage, claudeVersion: claudeVersion ?? CLAUDE_VERSION });
  return { name: image, steps: [], wanted: { node: 'any', git: 'any', claude: claudeVersion ?? 'any' } };
}
